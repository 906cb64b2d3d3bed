# record/meanwhile: Note what is going to be put here
put 9bb7250d606fc38e /var/lib/homeport/owned.json 0600 root:root

# file//etc/homeport/spec.json file//etc/homeport/README.md: What you want from this server, Notes for administrators
put_all \
  a7e57c936f6da439 /etc/homeport/spec.json 0600 root:root \
  f190cfe032ead0e6 /etc/homeport/README.md 0644 root:root

# file//etc/systemd/journald.conf.d/homeport.conf: Limit for the size of the system's log
put cd3b071e75822418 /etc/systemd/journald.conf.d/homeport.conf 0644 root:root
systemctl restart systemd-journald.service

# file//etc/sysctl.d/60-homeport.conf file//etc/systemd/system/docker.service.d/homeport.conf file//usr/local/lib/homeport/container file//usr/local/lib/homeport/publish file//usr/local/lib/homeport/publish-upload file//usr/local/lib/homeport/clean-tree file//usr/local/lib/homeport/copy-site file//usr/local/lib/homeport/git-remote file//usr/local/lib/homeport/pull file//usr/local/lib/homeport/app-start file//usr/local/lib/homeport/app-state file//usr/local/lib/homeport/app-folders file//usr/local/lib/homeport/site-mounts file//usr/local/lib/homeport/build file//usr/local/lib/homeport/build-engine file//usr/local/lib/homeport/deploy file//usr/local/lib/homeport/pull-image file//usr/local/lib/homeport/remove-app file//usr/local/lib/homeport/self-signed file//usr/local/lib/homeport/missing-certificates file//usr/local/lib/homeport/renew-certificates file//usr/local/lib/homeport/certificate-desk file//usr/local/lib/homeport/install-certificate file//usr/local/lib/homeport/proxy-map file//usr/local/lib/homeport/proxy-reload file//usr/local/lib/homeport/proxy-hash file//usr/local/lib/homeport/static-reload file//usr/local/lib/homeport/static-hash file//usr/local/lib/homeport/room file//usr/local/lib/homeport/archive file//usr/local/lib/homeport/free-space file//usr/local/lib/homeport/firewall file//etc/homeport/firewall.nft file//etc/systemd/system/homeport-firewall.service file//etc/homeport/static/sites/example.org.conf file//etc/homeport/static/sites/blog.example.org.conf file//etc/homeport/sites/blog.example.org/pull.env file//etc/systemd/system/homeport-blog.example.org-pull.service file//etc/systemd/system/homeport-blog.example.org-pull.timer file//etc/homeport/static/nginx.conf file//etc/homeport/static/run file//etc/systemd/system/homeport-static.service file//usr/local/lib/homeport/site-files file//usr/local/lib/homeport/sftp-sshd file//usr/local/lib/homeport/sftp-login file//usr/local/lib/homeport/sftp-session: Write 46 files
put_all \
  3124970d5e64f55b /etc/sysctl.d/60-homeport.conf 0644 root:root \
  c1b27ec0e8fa3f3f /etc/systemd/system/docker.service.d/homeport.conf 0644 root:root \
  11bd1f274ab7da22 /usr/local/lib/homeport/container 0755 root:root \
  a13cc263f58033f4 /usr/local/lib/homeport/publish 0755 root:root \
  16908e3fe291f991 /usr/local/lib/homeport/publish-upload 0755 root:root \
  d7828663b750dde5 /usr/local/lib/homeport/clean-tree 0755 root:root \
  b5e2a4ca587bb4b2 /usr/local/lib/homeport/copy-site 0755 root:root \
  11624aa6482880db /usr/local/lib/homeport/git-remote 0755 root:root \
  2b814658dab02a00 /usr/local/lib/homeport/pull 0755 root:root \
  03c91342b8a71225 /usr/local/lib/homeport/app-start 0755 root:root \
  b8b6d8cb7cc6b771 /usr/local/lib/homeport/app-state 0755 root:root \
  7981196e995f444e /usr/local/lib/homeport/app-folders 0755 root:root \
  b37f5922d5bc6035 /usr/local/lib/homeport/site-mounts 0755 root:root \
  423b7ef6fa54ee0b /usr/local/lib/homeport/build 0755 root:root \
  7dc79d970261409d /usr/local/lib/homeport/build-engine 0755 root:root \
  5b47da4f1ac4b78c /usr/local/lib/homeport/deploy 0755 root:root \
  7f967cbda7a8c175 /usr/local/lib/homeport/pull-image 0755 root:root \
  34974fc58d2bf643 /usr/local/lib/homeport/remove-app 0755 root:root \
  8444eb173f26fd32 /usr/local/lib/homeport/self-signed 0755 root:root \
  c9d6bcf088a32a54 /usr/local/lib/homeport/missing-certificates 0755 root:root \
  e4f1c7a6b9265334 /usr/local/lib/homeport/renew-certificates 0755 root:root \
  80beefde5a828742 /usr/local/lib/homeport/certificate-desk 0755 root:root \
  61c880ad9b553353 /usr/local/lib/homeport/install-certificate 0755 root:root \
  861b6f270a4819a3 /usr/local/lib/homeport/proxy-map 0755 root:root \
  ff0590e0c1e7e5a8 /usr/local/lib/homeport/proxy-reload 0755 root:root \
  dea9479abfeb088c /usr/local/lib/homeport/proxy-hash 0755 root:root \
  1c592e5172f017d3 /usr/local/lib/homeport/static-reload 0755 root:root \
  a14e5c60c88c8cd2 /usr/local/lib/homeport/static-hash 0755 root:root \
  a53063906f26d420 /usr/local/lib/homeport/room 0755 root:root \
  df13d5c3e76bf91b /usr/local/lib/homeport/archive 0755 root:root \
  e8fe433810cf297e /usr/local/lib/homeport/free-space 0755 root:root \
  6c253d8ec852ffa1 /usr/local/lib/homeport/firewall 0755 root:root \
  80b34f570709e21c /etc/homeport/firewall.nft 0644 root:root \
  d10ecbb71cc9f4ee /etc/systemd/system/homeport-firewall.service 0644 root:root \
  e456ce8d372cf724 /etc/homeport/static/sites/example.org.conf 0644 root:root \
  d54380088cb33198 /etc/homeport/static/sites/blog.example.org.conf 0644 root:root \
  53feee674e503a00 /etc/homeport/sites/blog.example.org/pull.env 0644 root:root \
  062e0b1f679300fa /etc/systemd/system/homeport-blog.example.org-pull.service 0644 root:root \
  dca3f59c94453dbb /etc/systemd/system/homeport-blog.example.org-pull.timer 0644 root:root \
  b8fff36d82d3f0ab /etc/homeport/static/nginx.conf 0644 root:root \
  a825bb90601ae2ee /etc/homeport/static/run 0644 root:root \
  196d3a2e2a51554d /etc/systemd/system/homeport-static.service 0644 root:root \
  e011201b84d8a5a6 /usr/local/lib/homeport/site-files 0755 root:root \
  a1b6999c46cd825b /usr/local/lib/homeport/sftp-sshd 0755 root:root \
  7651f83e8fd3434d /usr/local/lib/homeport/sftp-login 0755 root:root \
  cad59cad43b1b7d3 /usr/local/lib/homeport/sftp-session 0755 root:root

# file//etc/ssh/sshd_config.d/00-homeport-sftp.conf: What SFTP accounts may do on this server: one site, and no more
/usr/local/lib/homeport/sftp-sshd place files/86449c1ee7d2c363

# file//etc/systemd/system/homeport-sftp.socket file//etc/systemd/system/homeport-sftp@.service: File of where SFTP accounts come in, File of the service for each SFTP session
put_all \
  5b5d2012b8a68728 /etc/systemd/system/homeport-sftp.socket 0644 root:root \
  e73af847eb307126 /etc/systemd/system/homeport-sftp@.service 0644 root:root

# file//etc/homeport/sftp/site-1.keys: Keys of the SFTP account site-1
put 50558fb5557378e4 /etc/homeport/sftp/site-1.keys 0644 root:root
end_sftp_sessions site-1

# file//etc/homeport/sftp/site-7.keys: Keys of the SFTP account site-7
put 6da6966802b3b321 /etc/homeport/sftp/site-7.keys 0644 root:root
end_sftp_sessions site-7

# file//etc/systemd/system/homeport-proxy.service file//usr/local/lib/homeport/certificates/__main__.py file//usr/local/lib/homeport/certificates/alerts.py file//usr/local/lib/homeport/certificates/desk.py file//usr/local/lib/homeport/certificates/hetzner.py file//usr/local/lib/homeport/certificates/order.py file//usr/local/lib/homeport/certificates/own.py file//usr/local/lib/homeport/certificates/pem.py file//usr/local/lib/homeport/certificates/problem.py file//usr/local/lib/homeport/certificates/proxy.py file//usr/local/lib/homeport/certificates/rehearsal.py file//usr/local/lib/homeport/certificates/state.py file//etc/systemd/system/homeport-certificates.service file//etc/systemd/system/homeport-certificates.timer: Write 14 files
put_all \
  a1fd310c48841c5b /etc/systemd/system/homeport-proxy.service 0644 root:root \
  79f94175e85204d5 /usr/local/lib/homeport/certificates/__main__.py 0644 root:root \
  c5f870e8b49acdbd /usr/local/lib/homeport/certificates/alerts.py 0644 root:root \
  a6646325e351982c /usr/local/lib/homeport/certificates/desk.py 0644 root:root \
  5dfd0c0e8f1149b7 /usr/local/lib/homeport/certificates/hetzner.py 0644 root:root \
  05046d9800e03981 /usr/local/lib/homeport/certificates/order.py 0644 root:root \
  850f72b59894eefc /usr/local/lib/homeport/certificates/own.py 0644 root:root \
  a07f28542dbb2278 /usr/local/lib/homeport/certificates/pem.py 0644 root:root \
  2fc11daec079328c /usr/local/lib/homeport/certificates/problem.py 0644 root:root \
  a9b20ba1f97bf22c /usr/local/lib/homeport/certificates/proxy.py 0644 root:root \
  6321fb20a5556821 /usr/local/lib/homeport/certificates/rehearsal.py 0644 root:root \
  3aec24155408d524 /usr/local/lib/homeport/certificates/state.py 0644 root:root \
  73ff595c70cc20c4 /etc/systemd/system/homeport-certificates.service 0644 root:root \
  67b4b341135c17e4 /etc/systemd/system/homeport-certificates.timer 0644 root:root

# docker-settings/daemon.json: Settings of Docker
put a344a0029f96f669 /etc/docker/daemon.json 0644 root:root
reload_docker true

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
packages=(ca-certificates git nftables openssh-client openssl)
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

# firewall/homeport-firewall: Firewall around containers of sites
systemctl enable --quiet homeport-firewall.service
ask_unit reload-or-restart homeport-firewall.service

# sftp-account/site-1: SFTP account site-1
make_sftp_account site-1

# sftp-account/site-7: SFTP account site-7
make_sftp_account site-7

# image/haproxy:3.4 image/nginx:1.30 image/certbot/certbot:v5.7.0: Container image haproxy:3.4, Container image nginx:1.30, Container image certbot/certbot:v5.7.0
pulls=()
with_room docker pull docker.io/library/haproxy:3.4 & pulls+=($!)
with_room docker pull docker.io/library/nginx:1.30 & pulls+=($!)
with_room docker pull docker.io/certbot/certbot:v5.7.0 & pulls+=($!)
for pull in "${pulls[@]}"; do wait "$pull"; done

# site-data/example.org: Data folder of example.org
install -d --mode=0755 /srv/homeport /var/lib/homeport /var/lib/homeport/sites
install -d --mode=0755 --owner=homeport --group=homeport /srv/homeport/example.org
install -d --mode=0755 --owner=homeport --group=homeport /var/lib/homeport/sites/example.org
find /srv/homeport/example.org -mindepth 1 -maxdepth 1 '!' -name data -exec chown -R -h -P homeport:homeport '{}' +
find /var/lib/homeport/sites/example.org -mindepth 1 -maxdepth 1 -exec chown -R -h -P homeport:homeport '{}' +

# site-data/blog.example.org: Data folder of blog.example.org
install -d --mode=0755 /srv/homeport /var/lib/homeport /var/lib/homeport/sites
install -d --mode=0755 --owner=homeport --group=homeport /srv/homeport/blog.example.org
install -d --mode=0755 --owner=homeport --group=homeport /var/lib/homeport/sites/blog.example.org
find /srv/homeport/blog.example.org -mindepth 1 -maxdepth 1 '!' -name data -exec chown -R -h -P homeport:homeport '{}' +
find /var/lib/homeport/sites/blog.example.org -mindepth 1 -maxdepth 1 -exec chown -R -h -P homeport:homeport '{}' +

# site-data/away.example.org: Data folder of away.example.org
install -d --mode=0755 /srv/homeport /var/lib/homeport /var/lib/homeport/sites
install -d --mode=0755 --owner=homeport --group=homeport /srv/homeport/away.example.org
install -d --mode=0755 --owner=homeport --group=homeport /var/lib/homeport/sites/away.example.org
find /srv/homeport/away.example.org -mindepth 1 -maxdepth 1 '!' -name data -exec chown -R -h -P homeport:homeport '{}' +
find /var/lib/homeport/sites/away.example.org -mindepth 1 -maxdepth 1 -exec chown -R -h -P homeport:homeport '{}' +

# network/homeport-static: Private network of the web server of all static sites
make_network --internal --driver bridge --label homeport=1 --subnet 10.213.0.0/28 --gateway 10.213.0.1 --ip-range 10.213.0.8/29 --opt com.docker.network.bridge.name=homeport0 homeport-static

# certificate/example.org: Certificate of example.org
mkdir -p /var/lib/homeport/certificates
/usr/local/lib/homeport/self-signed example.org example.org

# certificate/blog.example.org: Certificate of blog.example.org
mkdir -p /var/lib/homeport/certificates
/usr/local/lib/homeport/self-signed blog.example.org blog.example.org

# certificate/away.example.org: Certificate of away.example.org
mkdir -p /var/lib/homeport/certificates
/usr/local/lib/homeport/self-signed away.example.org away.example.org

# release/example.org: Published version of example.org
if [ -d /srv/homeport/example.org/releases ]; then chown -h homeport:homeport /srv/homeport/example.org/releases; fi
if [ -d /var/lib/homeport/uploads/u20260101000000-0123abcd ]; then chown -R -h homeport:homeport /var/lib/homeport/uploads/u20260101000000-0123abcd; fi
/usr/local/lib/homeport/publish-upload example.org u20260101000000-0123abcd
rm -rf /var/lib/homeport/uploads/u20260101000000-0123abcd

# release/blog.example.org: Published version of blog.example.org
if [ -d /srv/homeport/blog.example.org/releases ]; then chown -h homeport:homeport /srv/homeport/blog.example.org/releases; fi
ask_unit restart homeport-blog.example.org-pull.service

# file//etc/homeport/proxy/crt-list.txt file//etc/homeport/proxy/hosts.map file//etc/homeport/proxy/redirects.map file//etc/homeport/proxy/hsts.map file//etc/homeport/proxy/pages/paused.html file//etc/homeport/proxy/pages/unknown.html file//etc/homeport/proxy/pages/forbidden.html file//etc/homeport/proxy/pages/too-many.html file//etc/homeport/proxy/pages/too-large.html file//etc/homeport/proxy/pages/length-needed.html file//etc/homeport/proxy/pages/loop.html file//etc/homeport/proxy/pages/down.http file//etc/homeport/proxy/pages/slow.http file//etc/homeport/proxy/run file//etc/homeport/proxy/haproxy.cfg: Write 15 files
put_all \
  4a436a29678e4ffc /etc/homeport/proxy/crt-list.txt 0644 root:root \
  ddd3f0bf1bdcb520 /etc/homeport/proxy/hosts.map 0644 root:root \
  e3b0c44298fc1c14 /etc/homeport/proxy/redirects.map 0644 root:root \
  e3b0c44298fc1c14 /etc/homeport/proxy/hsts.map 0644 root:root \
  2ee93c2fa449ed81 /etc/homeport/proxy/pages/paused.html 0644 root:root \
  b66c4dbd5d3d3b05 /etc/homeport/proxy/pages/unknown.html 0644 root:root \
  2fc71eceeb182064 /etc/homeport/proxy/pages/forbidden.html 0644 root:root \
  475f1eea2d2d51db /etc/homeport/proxy/pages/too-many.html 0644 root:root \
  e81df8eb05fb4535 /etc/homeport/proxy/pages/too-large.html 0644 root:root \
  eeabcc21f58b6589 /etc/homeport/proxy/pages/length-needed.html 0644 root:root \
  5099a5ab6a365465 /etc/homeport/proxy/pages/loop.html 0644 root:root \
  95bc7351232b3361 /etc/homeport/proxy/pages/down.http 0644 root:root \
  0e2c955346aa49fb /etc/homeport/proxy/pages/slow.http 0644 root:root \
  30e965e50f7b8e95 /etc/homeport/proxy/run 0644 root:root \
  925521c2842efd4e /etc/homeport/proxy/haproxy.cfg 0640 root:99

# container/homeport-static: Web server of all static sites
start_unit homeport-static.service

# timer/homeport-blog.example.org-pull: Timer that pulls blog.example.org
start_unit homeport-blog.example.org-pull.timer

# socket/homeport-sftp: Where SFTP accounts come in
start_unit homeport-sftp.socket

# container/homeport-proxy: Proxy in front of all sites
start_unit homeport-proxy.service

# timer/homeport-certificates: Timer that renews certificates
start_unit homeport-certificates.timer

# file//etc/homeport/certificates/bundle.pem file//etc/homeport/certificates/images file//etc/homeport/certificates/sites: Authorities of your own that are trusted, Programs that get certificates, Names that may get certificates
put_all \
  e3b0c44298fc1c14 /etc/homeport/certificates/bundle.pem 0644 root:root \
  3aa4ee00f9566ace /etc/homeport/certificates/images 0644 root:root \
  eb4d87c37c32030e /etc/homeport/certificates/sites 0644 root:root

# file//etc/homeport/alerts/alerts.json: Where alerts go
put ff53f8ad2d0380b4 /etc/homeport/alerts/alerts.json 0600 root:root
install -d -m 0755 /var/lib/homeport/renewals/requests
touch /var/lib/homeport/renewals/requests/all
systemctl start --no-block homeport-certificates.service

# file//etc/homeport/certificates/certificates.json: Certificates that the server gets and renews by itself
put d0d9b5089ffce6ce /etc/homeport/certificates/certificates.json 0600 root:root
install -d -m 0755 /var/lib/homeport/renewals/requests
touch /var/lib/homeport/renewals/requests/all
systemctl start --no-block homeport-certificates.service

# record/owned: Homeport's list of what it put here
put 315a3286bc9bc758 /var/lib/homeport/owned.json 0600 root:root
