#!/bin/sh
# Stands in for the official images `certbot/certbot` and `certbot/dns-<provider>` ($1: a
# Debian sid root). One root serves as all of them, as every plugin is in it.
# Same: entry point `certbot`, runs as root, `python3` and `python` on the PATH and able to
# import certbot, /etc/letsencrypt and /var/lib/letsencrypt, `openssl`, a POSIX `sh`.
# Differs: Debian (glibc) where upstream is Alpine (musl); Debian's release of certbot and its
# interpreter (/usr/bin/python3, upstream's is /usr/local/bin/python3), which `certbot --version`
# tells and the tag does not; upstream's certbot/certbot has no DNS plugin and certbot/dns-* one.
set -eu
root=$1
export DEBIAN_FRONTEND=noninteractive

chroot "$root" apt-get update
chroot "$root" apt-get install -y --no-install-recommends ca-certificates certbot openssl \
  python3-certbot-dns-cloudflare python3-certbot-dns-digitalocean python3-certbot-dns-ovh \
  python3-certbot-dns-rfc2136 python3-certbot-dns-route53

ln -sf python3 "$root/usr/bin/python"
# Debian's own timer settings; upstream has no such file.
rm -rf "$root/etc/letsencrypt/cli.ini" "$root/etc/cron.d/certbot"
mkdir -p "$root/etc/letsencrypt" "$root/var/lib/letsencrypt" "$root/opt/certbot"
# The descriptions of all the other services of AWS are most of the image.
find "$root/usr/lib/python3/dist-packages/botocore/data" -mindepth 1 -maxdepth 1 -type d \
  ! -name route53 ! -name sts ! -name sso ! -name sso-oidc -exec rm -r {} +
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb
