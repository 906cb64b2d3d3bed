# record/meanwhile: Note what is going to be put here
put 0360b50bac420004 /var/lib/homeport/owned.json 0600 root:root

# file//etc/homeport/spec.json: What you want from this server
put 501e5837200d6a33 /etc/homeport/spec.json 0644 root:root

# file//etc/homeport/README.md: Notes for administrators
put 8e623589345566bc /etc/homeport/README.md 0644 root:root

# file//etc/systemd/journald.conf.d/homeport.conf: Limit for the size of the system's log
put cd3b071e75822418 /etc/systemd/journald.conf.d/homeport.conf 0644 root:root
systemctl restart systemd-journald.service

# file//etc/sysctl.d/60-homeport.conf: Kernel settings at start
put 3124970d5e64f55b /etc/sysctl.d/60-homeport.conf 0644 root:root

# file//etc/systemd/system/docker.service.d/homeport.conf: Docker is started again whatever happens
put c1b27ec0e8fa3f3f /etc/systemd/system/docker.service.d/homeport.conf 0644 root:root

# file//usr/local/lib/homeport/container: Script: container
put 2082d416733e3a25 /usr/local/lib/homeport/container 0755 root:root

# file//usr/local/lib/homeport/publish: Script: publish
put 2c25f254d35297d7 /usr/local/lib/homeport/publish 0755 root:root

# file//usr/local/lib/homeport/pull: Script: pull
put 34ae418226d42fbb /usr/local/lib/homeport/pull 0755 root:root

# file//usr/local/lib/homeport/self-signed: Script: self-signed
put 9146530bd6756fff /usr/local/lib/homeport/self-signed 0755 root:root

# file//usr/local/lib/homeport/missing-certificates: Script: missing-certificates
put 359d031009b578a6 /usr/local/lib/homeport/missing-certificates 0755 root:root

# file//usr/local/lib/homeport/proxy-reload: Script: proxy-reload
put 9a298cdf556d8f59 /usr/local/lib/homeport/proxy-reload 0755 root:root

# file//usr/local/lib/homeport/proxy-hash: Script: proxy-hash
put 3bf29009d0c21897 /usr/local/lib/homeport/proxy-hash 0755 root:root

# file//etc/homeport/sites/example.org/nginx/nginx.conf: Configuration of the web server of example.org
put dbe6f6bfaccaeecf /etc/homeport/sites/example.org/nginx/nginx.conf 0644 root:root

# file//etc/systemd/system/homeport-example.org.service: Service file of example.org
put 02b11b521d70b29d /etc/systemd/system/homeport-example.org.service 0644 root:root

# file//etc/homeport/sites/example.org/pull.env: Git repository of example.org
put c283df91fa063b1e /etc/homeport/sites/example.org/pull.env 0644 root:root

# file//etc/systemd/system/homeport-example.org-pull.service: File of the service that pulls example.org
put f535c1cd054e1bb5 /etc/systemd/system/homeport-example.org-pull.service 0644 root:root

# file//etc/systemd/system/homeport-example.org-pull.timer: File of the timer that pulls example.org
put b7c81c654100c7ee /etc/systemd/system/homeport-example.org-pull.timer 0644 root:root

# file//etc/systemd/system/homeport-proxy.service: Service file of the proxy
put 51f41e38f444f4dc /etc/systemd/system/homeport-proxy.service 0644 root:root

# docker-settings/daemon.json: Settings of Docker
put a344a0029f96f669 /etc/docker/daemon.json 0644 root:root
if systemctl is-active --quiet docker.service; then systemctl reload docker.service; fi

# packages/system: Docker and system packages
# What is there before stays Homeport-free: only what comes on top is ever removed.
mkdir -p /var/lib/homeport
installed() { dpkg-query --show --showformat='${db:Status-Abbrev} ${Package}\n' | sed -n 's/^.i  *//p' | sort -u; }
[ -e /var/lib/homeport/packages.before ] || { installed >/var/lib/homeport/packages.new; mv /var/lib/homeport/packages.new /var/lib/homeport/packages.before; }
# Noted where the step fails, too: what somebody else installs later is not Homeport's.
note_installed() { installed | comm -13 /var/lib/homeport/packages.before - >>/var/lib/homeport/packages.installed; rm /var/lib/homeport/packages.before; }
trap note_installed EXIT
dpkg --configure -a
apt update
packages=(ca-certificates git openssl)
packages+=(docker.io)
# From Debian 13 on, the docker program has a package of its own.
if apt-cache show docker-cli >/dev/null 2>&1; then packages+=(docker-cli); fi
apt install --no-install-recommends "${packages[@]}"
systemctl enable --quiet --now docker.service
version=$(docker version --format '{{.Server.Version}}')
echo "Docker $version is running."
[ "${version%%.*}" -ge 25 ] || { echo "Docker $version is too old." >&2; exit 1; }

# systemd/units: Services and timers
systemctl daemon-reload

# user/homeport: System user homeport
useradd --system --user-group --home-dir /var/lib/homeport --no-create-home --shell /usr/sbin/nologin homeport

# sysctl/net.ipv4.ip_unprivileged_port_start: Kernel setting net.ipv4.ip_unprivileged_port_start
sysctl --quiet --write net.ipv4.ip_unprivileged_port_start=80

# image/haproxy:3.4 image/nginx:1.30: Container image haproxy:3.4, Container image nginx:1.30
pulls=()
docker pull docker.io/library/haproxy:3.4 & pulls+=($!)
docker pull docker.io/library/nginx:1.30 & pulls+=($!)
for pull in "${pulls[@]}"; do wait "$pull"; done

# site-data/example.org: Data folder of example.org
install -d --mode=0755 /srv/homeport /var/lib/homeport /var/lib/homeport/sites
install -d --mode=0755 --owner=homeport --group=homeport /srv/homeport/example.org /var/lib/homeport/sites/example.org
chown -R -h homeport:homeport /srv/homeport/example.org /var/lib/homeport/sites/example.org

# network/homeport-example.org: Private network of example.org
docker network create --internal --driver bridge --label homeport=1 --subnet 10.213.0.16/28 --gateway 10.213.0.17 --ip-range 10.213.0.24/29 --opt com.docker.network.bridge.name=homeport1 homeport-example.org

# certificate/example.org: Certificate of example.org
mkdir -p /var/lib/homeport/certificates
/usr/local/lib/homeport/self-signed example.org example.org www.example.org

# release/example.org: Published version of example.org
if [ -d /srv/homeport/example.org/releases ]; then chown -h homeport:homeport /srv/homeport/example.org/releases; fi
systemctl restart homeport-example.org-pull.service || { journalctl --unit=homeport-example.org-pull.service --lines=15 --no-pager --output=cat; exit 1; }

# file//etc/homeport/proxy/haproxy.cfg: Configuration of the proxy: haproxy.cfg
put 8ff084a9de13ac58 /etc/homeport/proxy/haproxy.cfg 0644 root:root

# file//etc/homeport/proxy/crt-list.txt: Configuration of the proxy: crt-list.txt
put 9a151333e3b72edd /etc/homeport/proxy/crt-list.txt 0644 root:root

# file//etc/homeport/proxy/hosts.map: Configuration of the proxy: hosts.map
put e6b6e89f868de6a9 /etc/homeport/proxy/hosts.map 0644 root:root

# file//etc/homeport/proxy/redirects.map: Configuration of the proxy: redirects.map
put 5a8c9a9290f5a6d3 /etc/homeport/proxy/redirects.map 0644 root:root

# file//etc/homeport/proxy/pages/paused.html: Page that the proxy shows: paused.html
put 2a77f2fa65930fdf /etc/homeport/proxy/pages/paused.html 0644 root:root

# file//etc/homeport/proxy/pages/unknown.html: Page that the proxy shows: unknown.html
put dc6d3bffd27f709d /etc/homeport/proxy/pages/unknown.html 0644 root:root

# file//etc/homeport/proxy/pages/down.http: Page that the proxy shows: down.http
put cc448a4fc11ee0ef /etc/homeport/proxy/pages/down.http 0644 root:root

# container/homeport-example.org: Web server of example.org
start_unit homeport-example.org.service

# container/homeport-proxy: Proxy in front of all sites
start_unit homeport-proxy.service

# timer/homeport-example.org-pull: Timer that pulls example.org
start_unit homeport-example.org-pull.timer

# record/owned: Homeport's list of what it put here
put 06cc362c1975ecbc /var/lib/homeport/owned.json 0600 root:root
