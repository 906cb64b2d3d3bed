#!/bin/bash
# Lays out on a test server what Homeport leaves behind there, for $1 sites, with odd things among it. Needs systemd, not Docker.
set -eu
sites=$1
mkdir -p /etc/homeport/{proxy,sites} /usr/local/lib/homeport /var/lib/homeport/{certificates,sites,runs} /srv/homeport /run/homeport /etc/systemd/system/docker.service.d
useradd --system homeport-pull 2>/dev/null || true

list='' resources=''
for ((i = 1; i <= sites; i++)); do
  id=site$i.example.org release=$(printf '%040x' "$i")
  mkdir -p /etc/homeport/sites/$id /var/lib/homeport/sites/$id/repo.git /srv/homeport/$id/releases/{"$release",u20260102030405-0123abcd}
  list+=",{\"id\":\"$id\",\"slot\":$i,\"domain\":\"$id\",\"www\":false,\"source\":{\"kind\":\"git\",\"url\":\"https://git.example.org/$id.git\",\"branch\":\"main\"}}"
  resources+=",\"unit/homeport-$id.service\":{\"hash\":\"$(printf '%064d' "$i")\"}"
  printf 'server { listen 8080; root /site/current; }\n' >/etc/homeport/sites/$id/nginx.conf
  printf 'URL=https://git.example.org/%s.git\n' "$id" >/etc/homeport/sites/$id/pull.env
  ln -sfn "releases/$release" /srv/homeport/$id/current
  printf 'at=1790000000\nok=1\ncommit=%s\nsubject=@@ files 0 -\nauthor=Ada <ada@example.org>\nerror=\n' "$release" >/var/lib/homeport/sites/$id/pull.state
  printf 'not a certificate\n' >/var/lib/homeport/certificates/$id.pem
  printf 'SECRET\n' >/var/lib/homeport/certificates/$id.pem.key
  printf '[Unit]\nDescription=Web server for %s\n[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n' "$id" >/etc/systemd/system/homeport-$id.service
  printf '[Unit]\nDescription=Pull of %s\n[Service]\nType=oneshot\nExecStart=/bin/true\n' "$id" >/etc/systemd/system/homeport-$id-pull.service
  printf '[Unit]\nDescription=Pulls of %s\n[Timer]\nOnActiveSec=10min\nOnUnitInactiveSec=10min\n[Install]\nWantedBy=timers.target\n' "$id" >/etc/systemd/system/homeport-$id-pull.timer
done
printf '{"version":1,"revision":7,"sites":[%s]}\n' "${list#,}" >/etc/homeport/spec.json
printf '{"version":1,"resources":{%s}}\n' "${resources#,}" >/var/lib/homeport/owned.json

printf 'global\n' >/etc/homeport/proxy/haproxy.cfg
head -c 300000 /dev/zero | tr '\0' 'x' >/etc/homeport/proxy/hosts.map
printf 'a\0b' >/etc/homeport/proxy/binary
printf 'BEGIN SECRET\n' >/etc/homeport/proxy/account.key
ln -f /etc/homeport/proxy/haproxy.cfg /etc/homeport/proxy/second-name.cfg
ln -sfn /etc/shadow /etc/homeport/proxy/link
printf '#!/bin/bash\n' >/usr/local/lib/homeport/pull
chmod 0755 /usr/local/lib/homeport/pull
printf 'net.ipv4.tcp_keepalive_time = 7200\n' >/etc/sysctl.d/60-homeport.conf
printf '[Service]\n' >/etc/systemd/system/docker.service.d/homeport.conf
printf '[Unit]\nDescription=Proxy\n[Service]\nExecStart=/bin/sleep infinity\n' >/etc/systemd/system/homeport-proxy.service
printf '%s\n' "$(printf '%064d' 9)" >/run/homeport/proxy.loaded

# Names that are no sites and no versions, and a link that leads out of its folder.
mkdir -p "/srv/homeport/not a site/releases/x" /srv/homeport/site1.example.org/releases/$'bad\nd 1.0 site1.example.org'
ln -sfn ../../../etc /srv/homeport/site2.example.org/current

lay_out_run() { mkdir -p "/var/lib/homeport/runs/$1"; printf '%s' "$2" >"/var/lib/homeport/runs/$1/log"; }
started() { printf '@ {"kind":"started","at":1790000000000,"runId":"%s","title":"Set up the server","owner":"ada","steps":[]}' "$1"; }
lay_out_run 20260101000001-00000001 "$(started 20260101000001-00000001)
| ==> /var/lib/homeport/runs/20260101000002-00000002/log <==
@ {\"kind\":\"ended\",\"at\":1790000009000,\"result\":\"succeeded\"}
"
lay_out_run 20260101000002-00000002 "$(started 20260101000002-00000002)
| cut off in the mid"
lay_out_run 20260101000003-00000003 '@ {"kind":"star'
systemctl daemon-reload
systemctl start homeport-proxy.service homeport-site1.example.org.service homeport-site1.example.org-pull.timer
