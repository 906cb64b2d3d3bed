# record/meanwhile: Note what is going to be put here
put cb4d5e804d49751e /var/lib/homeport/owned.json 0600 root:root

# file//etc/homeport/spec.json: What you want from this server
put 65aa4030e29fe7af /etc/homeport/spec.json 0644 root:root

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

# file//etc/homeport/sites/xn--mnchen-3ya.de/nginx/nginx.conf: Configuration of the web server of xn--mnchen-3ya.de
put 951124cd2638d1db /etc/homeport/sites/xn--mnchen-3ya.de/nginx/nginx.conf 0644 root:root

# file//etc/systemd/system/homeport-xn--mnchen-3ya.de.service: Service file of xn--mnchen-3ya.de
put 426f592f9a4db9a8 /etc/systemd/system/homeport-xn--mnchen-3ya.de.service 0644 root:root

# file//etc/homeport/sites/xn--mnchen-3ya.de/pull.env: Git repository of xn--mnchen-3ya.de
put 7578319c81a82277 /etc/homeport/sites/xn--mnchen-3ya.de/pull.env 0644 root:root

# file//etc/systemd/system/homeport-xn--mnchen-3ya.de-pull.service: File of the service that pulls xn--mnchen-3ya.de
put b11a0ef100bfb965 /etc/systemd/system/homeport-xn--mnchen-3ya.de-pull.service 0644 root:root

# file//etc/systemd/system/homeport-xn--mnchen-3ya.de-pull.timer: File of the timer that pulls xn--mnchen-3ya.de
put defea816e2bce090 /etc/systemd/system/homeport-xn--mnchen-3ya.de-pull.timer 0644 root:root

# file//etc/homeport/sites/blog.example.org/nginx/nginx.conf: Configuration of the web server of blog.example.org
put 461ed6688e983d77 /etc/homeport/sites/blog.example.org/nginx/nginx.conf 0644 root:root

# file//etc/systemd/system/homeport-blog.example.org.service: Service file of blog.example.org
put dbc3b219c8a1e13d /etc/systemd/system/homeport-blog.example.org.service 0644 root:root

# file//etc/homeport/sites/blog.example.org/pull.env: Git repository of blog.example.org
put a6250e715d0247fd /etc/homeport/sites/blog.example.org/pull.env 0644 root:root

# file//etc/systemd/system/homeport-blog.example.org-pull.service: File of the service that pulls blog.example.org
put 6f8767d60bad053d /etc/systemd/system/homeport-blog.example.org-pull.service 0644 root:root

# file//etc/systemd/system/homeport-blog.example.org-pull.timer: File of the timer that pulls blog.example.org
put 5c107ab4983eea97 /etc/systemd/system/homeport-blog.example.org-pull.timer 0644 root:root

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

# site-data/xn--mnchen-3ya.de: Data folder of xn--mnchen-3ya.de
install -d --mode=0755 /srv/homeport /var/lib/homeport /var/lib/homeport/sites
install -d --mode=0755 --owner=homeport --group=homeport /srv/homeport/xn--mnchen-3ya.de /var/lib/homeport/sites/xn--mnchen-3ya.de
chown -R -h homeport:homeport /srv/homeport/xn--mnchen-3ya.de /var/lib/homeport/sites/xn--mnchen-3ya.de

# network/homeport-xn--mnchen-3ya.de: Private network of xn--mnchen-3ya.de
docker network create --internal --driver bridge --label homeport=1 --subnet 10.213.1.0/28 --gateway 10.213.1.1 --ip-range 10.213.1.8/29 --opt com.docker.network.bridge.name=homeport16 homeport-xn--mnchen-3ya.de

# site-data/blog.example.org: Data folder of blog.example.org
install -d --mode=0755 /srv/homeport /var/lib/homeport /var/lib/homeport/sites
install -d --mode=0755 --owner=homeport --group=homeport /srv/homeport/blog.example.org /var/lib/homeport/sites/blog.example.org
chown -R -h homeport:homeport /srv/homeport/blog.example.org /var/lib/homeport/sites/blog.example.org

# network/homeport-blog.example.org: Private network of blog.example.org
docker network create --internal --driver bridge --label homeport=1 --subnet 10.213.255.240/28 --gateway 10.213.255.241 --ip-range 10.213.255.248/29 --opt com.docker.network.bridge.name=homeport4095 homeport-blog.example.org

# certificate/example.org: Certificate of example.org
mkdir -p /var/lib/homeport/certificates
/usr/local/lib/homeport/self-signed example.org example.org

# certificate/xn--mnchen-3ya.de: Certificate of xn--mnchen-3ya.de
mkdir -p /var/lib/homeport/certificates
/usr/local/lib/homeport/self-signed xn--mnchen-3ya.de xn--mnchen-3ya.de www.xn--mnchen-3ya.de

# certificate/blog.example.org: Certificate of blog.example.org
mkdir -p /var/lib/homeport/certificates
/usr/local/lib/homeport/self-signed blog.example.org journal.example.org

# release/example.org: Published version of example.org
if [ -d /srv/homeport/example.org/releases ]; then chown -h homeport:homeport /srv/homeport/example.org/releases; fi
if [ -d /var/lib/homeport/uploads/u20260101000000-0123abcd ]; then chown -R -h homeport:homeport /var/lib/homeport/uploads/u20260101000000-0123abcd; fi
setpriv --reuid=homeport --regid=homeport --clear-groups -- /usr/local/lib/homeport/publish example.org u20260101000000-0123abcd /var/lib/homeport/uploads/u20260101000000-0123abcd
rm -rf /var/lib/homeport/uploads/u20260101000000-0123abcd

# release/xn--mnchen-3ya.de: Published version of xn--mnchen-3ya.de
if [ -d /srv/homeport/xn--mnchen-3ya.de/releases ]; then chown -h homeport:homeport /srv/homeport/xn--mnchen-3ya.de/releases; fi
systemctl restart homeport-xn--mnchen-3ya.de-pull.service || { journalctl --unit=homeport-xn--mnchen-3ya.de-pull.service --lines=15 --no-pager --output=cat; exit 1; }

# release/blog.example.org: Published version of blog.example.org
if [ -d /srv/homeport/blog.example.org/releases ]; then chown -h homeport:homeport /srv/homeport/blog.example.org/releases; fi
systemctl restart homeport-blog.example.org-pull.service || { journalctl --unit=homeport-blog.example.org-pull.service --lines=15 --no-pager --output=cat; exit 1; }

# file//etc/homeport/proxy/haproxy.cfg: Configuration of the proxy: haproxy.cfg
put 5bedfea7922833d7 /etc/homeport/proxy/haproxy.cfg 0644 root:root

# file//etc/homeport/proxy/crt-list.txt: Configuration of the proxy: crt-list.txt
put 97b79f929f876b77 /etc/homeport/proxy/crt-list.txt 0644 root:root

# file//etc/homeport/proxy/hosts.map: Configuration of the proxy: hosts.map
put 9c6dc3e89e9780ca /etc/homeport/proxy/hosts.map 0644 root:root

# file//etc/homeport/proxy/redirects.map: Configuration of the proxy: redirects.map
put 9e5cb78a9e5c5c2e /etc/homeport/proxy/redirects.map 0644 root:root

# file//etc/homeport/proxy/pages/paused.html: Page that the proxy shows: paused.html
put 2a77f2fa65930fdf /etc/homeport/proxy/pages/paused.html 0644 root:root

# file//etc/homeport/proxy/pages/unknown.html: Page that the proxy shows: unknown.html
put dc6d3bffd27f709d /etc/homeport/proxy/pages/unknown.html 0644 root:root

# file//etc/homeport/proxy/pages/down.http: Page that the proxy shows: down.http
put cc448a4fc11ee0ef /etc/homeport/proxy/pages/down.http 0644 root:root

# container/homeport-xn--mnchen-3ya.de: Web server of xn--mnchen-3ya.de
start_unit homeport-xn--mnchen-3ya.de.service

# container/homeport-blog.example.org: Web server of blog.example.org
start_unit homeport-blog.example.org.service

# container/homeport-proxy: Proxy in front of all sites
start_unit homeport-proxy.service

# timer/homeport-xn--mnchen-3ya.de-pull: Timer that pulls xn--mnchen-3ya.de
start_unit homeport-xn--mnchen-3ya.de-pull.timer

# timer/homeport-blog.example.org-pull: Timer that pulls blog.example.org
start_unit homeport-blog.example.org-pull.timer

# record/owned: Homeport's list of what it put here
put 54cc70eacea5d5e3 /var/lib/homeport/owned.json 0600 root:root
