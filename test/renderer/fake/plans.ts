import type { Edit } from '../../../src/shared/edit.ts'
import type { Change, Plan } from '../../../src/shared/plan.ts'
import { haproxy } from './statuses.ts'

const unitFile = (name: string, what: string) => `[Unit]\nDescription=${what}\nWants=docker.service\nAfter=docker.service network-online.target\nStartLimitIntervalSec=0\n\n[Service]\nType=notify\nNotifyAccess=all\nExecStart=/usr/local/lib/homeport/supervise ${name}\nRestart=always\n\n[Install]\nWantedBy=multi-user.target\n`
const write = (path: string, content: string) => `install -D -m 0644 /dev/stdin ${path} <<'HOMEPORT'\n${content}HOMEPORT`
function file(verdict: Change['verdict'], group: Change['group'], title: string, reason: string, path: string, before: string | null, after: string | null): Change {
  return { id: `file/${path}`, verdict, group, title, reason, diff: { path, before, after }, script: after === null ? `rm -f -- ${path}` : write(path, after) }
}
const noop = (group: Change['group'], title: string, reason: string): Change => ({ id: `noop/${title}`, verdict: 'noop', group, title, reason, script: '' })

const setUp: Change[] = [
  { id: 'packages/docker', verdict: 'create', group: 'docker', title: 'Docker and system packages', reason: 'docker.io, git and curl are not installed.', script: 'DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends docker.io docker-cli git curl' },
  file('update', 'docker', 'Settings of Docker', 'live-restore keeps containers running while Docker itself is updated.', '/etc/docker/daemon.json', '{\n  "log-driver": "json-file"\n}\n', '{\n  "live-restore": true,\n  "log-driver": "journald"\n}\n'),
  file('create', 'system', 'Size limit of the journal', 'There is none, and access logs would fill the disk.', '/etc/systemd/journald.conf.d/homeport.conf', null, '[Journal]\nSystemMaxUse=500M\n'),
  { id: 'sysctl/ports', verdict: 'create', group: 'system', title: 'Kernel setting net.ipv4.ip_unprivileged_port_start', reason: 'The proxy serves ports 80 and 443 without being root.', script: 'sysctl -w net.ipv4.ip_unprivileged_port_start=80' },
  { id: 'image/haproxy:3.4', verdict: 'create', group: 'docker', title: 'Container image haproxy:3.4', reason: `It is not on the server yet. It is docker.io/library/haproxy:3.4@sha256:${'5f2c'.repeat(16)}, and no other one comes.`, script: `docker pull docker.io/library/haproxy@sha256:${'5f2c'.repeat(16)}` },
  file('create', 'proxy', 'Configuration of the proxy', 'It does not exist yet.', '/etc/homeport/proxy/haproxy.cfg', null, haproxy),
  file('create', 'proxy', 'Service of the proxy', 'It does not exist yet.', '/etc/systemd/system/homeport-proxy.service', null, unitFile('homeport-proxy', 'Homeport: proxy in front of all sites')),
  { id: 'container/homeport-proxy', verdict: 'replace', group: 'proxy', title: 'Proxy in front of all sites', reason: 'nginx from the distribution holds ports 80 and 443.', caution: 'Whatever nginx serves on this machine now goes offline.', script: 'systemctl enable --now homeport-proxy.service' },
  file('create', 'homeport', 'What is wanted of this server', 'The first revision.', '/etc/homeport/spec.json', null, '{\n  "version": 1,\n  "revision": 1,\n  "sites": []\n}\n'),
  noop('system', 'Clock', 'It is synchronised by systemd-timesyncd.'), noop('system', 'Package lists', 'They were fetched 10 minutes ago.'),
]

function siteChanges(domain: string): Change[] {
  return [
    { id: `site-data/${domain}`, verdict: 'create', group: `site:${domain}`, title: `Data folder of ${domain}`, reason: 'It does not exist yet.', script: `mkdir -p /srv/homeport/${domain}/releases` },
    { id: `certificate/${domain}`, verdict: 'create', group: `site:${domain}`, title: `Certificate of ${domain}`, reason: 'Self-signed, so that HTTPS answers at once.', script: `/usr/local/lib/homeport/self-sign ${domain}` },
    file('create', `site:${domain}`, `Service of ${domain}`, 'It does not exist yet.', `/etc/systemd/system/homeport-${domain}.service`, null, unitFile(`homeport-${domain}`, `Homeport: web server of ${domain}`)),
    file('update', 'proxy', 'Names that the proxy knows', `${domain} comes along.`, '/etc/homeport/proxy/hosts.map', 'example.org site-1\nblog.example.org site-2\n', `example.org site-1\nblog.example.org site-2\n${domain} site-8\n`),
    file('update', 'homeport', 'What is wanted of this server', 'Revision 15.', '/etc/homeport/spec.json', '{ "revision": 14 }\n', '{ "revision": 15 }\n'),
    ...Array.from({ length: 23 }, (_, index) => noop('proxy', `Certificate ${index + 1}`, 'It is there and valid.')),
  ]
}

/** What an edit would do; `round` counts how often it was asked, to make a plan go stale. */
export function planOf(edit: Edit, isSetUp: boolean, round: number): Plan {
  const site = 'siteId' in edit ? edit.siteId : ''
  const make = (title: string, changes: Change[]): Plan => ({ id: `${edit.kind}-${site}-${round}`, title, changes, isEmpty: changes.every((change) => change.verdict === 'noop'), fromRevision: 14 })
  switch (edit.kind) {
    case 'set-up': return isSetUp ? make('Check the set-up', setUp.map((change) => ({ ...change, verdict: 'noop', reason: 'It is as it should be.' }))) : make('Set up the server', setUp)
    case 'add-site': return make(`Add ${edit.draft.domain}`, siteChanges(edit.draft.domain))
    case 'change-site': return make(`Change ${site}`, siteChanges(edit.draft.domain).slice(2, 5))
    case 'pause-site': return make(`Pause ${site}`, [
      { id: `container/${site}`, verdict: edit.paused ? 'delete' : 'create', group: `site:${site}`, title: `Web server of ${site}`, reason: 'The site is paused.', caution: 'Visitors see a short notice.', script: `systemctl disable --now homeport-${site}.service` },
      ...(round > 0 ? siteChanges(site).slice(3, 4) : []),
    ])
    case 'choose-release': return make(`Roll back ${site}`, [{ id: `release/${site}`, verdict: 'update', group: `site:${site}`, title: `Published version of ${site}`, reason: 'An earlier version was chosen.', script: `ln -sfn releases/${edit.release ?? 'tip'} /srv/homeport/${site}/current` }])
    case 'answer-folder': return make(`${edit.answer === 'keep' ? 'Keep' : 'Throw away'} ${edit.folder.path}`, siteChanges(site).slice(2, 5))
    case 'clone-site': return make(`Copy ${site}`, siteChanges(edit.domain))
    case 'change-site-sftp': return make(`SFTP to ${site}`, siteChanges(site).slice(4, 5))
    case 'remove-site': return make(`Remove ${site}`, [
      { id: `container/${site}`, verdict: 'delete', group: `site:${site}`, title: `Web server of ${site}`, reason: 'The site is removed.', script: `systemctl disable --now homeport-${site}.service` },
      { id: `site-data/${site}`, verdict: 'delete', group: `site:${site}`, title: `Data folder of ${site}`, reason: edit.data === 'delete' ? 'You chose to delete it for ever.' : 'It is kept as an archive.', caution: edit.data === 'delete' ? 'All versions of this site are deleted for ever.' : 'It moves to /srv/homeport/archive.', script: `rm -rf /srv/homeport/${site}` },
      file('delete', `site:${site}`, `Service of ${site}`, 'The site is removed.', `/etc/systemd/system/homeport-${site}.service`, unitFile(`homeport-${site}`, `Homeport: web server of ${site}`), null),
    ])
    case 'change-site-certificate': return make(`Change the certificate of ${site}`, [
      file('update', 'homeport', 'What the server does for certificates', `${site} gets its certificate in another way.`, '/etc/homeport/certificates/certificates.json', '{ "sites": [] }\n', `{ "sites": [{ "site": "${site}", "kind": "${edit.certificate.kind}" }] }\n`),
    ])
    case 'change-certificates': return make('Change the settings of certificates', [file('update', 'homeport', 'What the server does for certificates', 'The settings were changed.', '/etc/homeport/certificates/certificates.json', '{ "authority": {} }\n', `${JSON.stringify({ authority: edit.certificates.authority.kind })}\n`)])
    case 'change-alerts': return make('Change the alerts', [file('update', 'homeport', 'Where alerts go', 'The settings were changed.', '/etc/homeport/alerts/alerts.json', '{ "mail": null }\n', '{ "mail": {} }\n')])
    case 'change-mail':
    case 'add-mail-domain':
    case 'change-mail-domain':
    case 'change-mail-aliases':
    case 'remove-mail-domain':
    case 'remove-mail': return make('Change mail', [file('update', 'mail', 'Where each address leads', 'Its content changes.', '/etc/homeport/mail/aliases', 'info@example.org anna@example.net\n', `info@example.org anna@example.net\n${edit.kind === 'change-mail-aliases' ? edit.put.map(({ name, targets }) => `${name}@${edit.domain} ${targets.join(', ')}\n`).join('') : ''}`)])
    case 'uninstall': return make('Uninstall', setUp.filter((change) => change.verdict !== 'noop').map((change) => ({ ...change, verdict: 'delete', reason: 'Homeport put it there.', ...(change.diff === undefined ? {} : { diff: { ...change.diff, before: change.diff.after, after: null } }) })))
  }
}
