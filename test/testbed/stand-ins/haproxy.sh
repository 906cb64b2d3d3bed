#!/bin/sh
# Stands in for the official image `haproxy:3.4` ($1: a Debian sid root).
# Same: uid 99, /usr/local/etc/haproxy, socat, the entry point's -W -db, SIGUSR1 to stop.
# Differs: Debian's build (3.4 from experimental where it installs, else sid's), which
# lives in /usr/sbin with a link at upstream's /usr/local/sbin.
set -eu
root=$1
export DEBIAN_FRONTEND=noninteractive

groupadd --root "$root" --system --gid 99 haproxy
useradd --root "$root" --system --uid 99 --gid haproxy --home-dir /var/lib/haproxy --no-create-home haproxy

sed 's/ sid / experimental /' "$root/etc/apt/sources.list" > "$root/etc/apt/sources.list.d/experimental.list"
chroot "$root" apt-get update
chroot "$root" apt-get install -y --no-install-recommends haproxy/experimental socat ||
  chroot "$root" apt-get install -y --no-install-recommends haproxy socat

# Debian's package wants systemd only for its unit file.
chroot "$root" dpkg --purge --force-depends systemd > /dev/null 2>&1 || true

mkdir -p "$root/usr/local/etc/haproxy" "$root/usr/local/sbin" "$root/var/lib/haproxy"
cp -r "$root/etc/haproxy/errors" "$root/usr/local/etc/haproxy/errors"
ln -sf /usr/sbin/haproxy "$root/usr/local/sbin/haproxy"
chroot "$root" chown haproxy:haproxy /var/lib/haproxy

cat > "$root/usr/local/bin/docker-entrypoint.sh" <<'END'
#!/bin/sh
set -e
if [ "${1#-}" != "$1" ]; then
  set -- haproxy "$@"
fi
if [ "$1" = 'haproxy' ]; then
  shift
  set -- haproxy -W -db "$@"
fi
exec "$@"
END
chmod 755 "$root/usr/local/bin/docker-entrypoint.sh"
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb
