import { fileAccess, type FileAccess } from '../../shared/files.ts'
import { sftpUser, type SftpKey } from '../../shared/sftp.ts'
import type { ServerSpec, Site } from '../../shared/spec.ts'
import type { Resources } from '../resources.ts'
import { file } from './base.ts'
import type { DesiredState } from './resource.ts'
import { renderUnitFile } from './unit-file.ts'

/** What every account ends in, whatever it asks for: its shell. */
export const sftpShell = '/usr/local/lib/homeport/sftp-login'
/** Put in its place and loaded by a program that can take it back. First in the alphabet, as sshd keeps the first value that it reads. */
export const sftpSshdPath = '/etc/ssh/sshd_config.d/00-homeport-sftp.conf'
/** Unit without its suffix. */
const sftpUnit = 'homeport-sftp'

/** Accounts of people who reach the files of one site. Nothing of it is there while no site has any. */
export function renderSftp(spec: ServerSpec, resources: Resources): DesiredState {
  const accounts = spec.sites.flatMap((site) => {
    const access = fileAccess(site)
    return access === null || site.sftpKeys === undefined || site.sftpKeys.length === 0 ? [] : [{ site, access, keys: site.sftpKeys }]
  })
  if (accounts.length === 0) return []
  return [
    ...['lib/site-files', 'lib/sftp-sshd', 'sftp/sftp-login', 'sftp/sftp-session'].map((name) => file('homeport', `/usr/local/lib/homeport/${name.replace(/.*\//, '')}`, resources.text(name), { mode: 0o755 })),
    { ...file('system', sftpSshdPath, resources.text('sftp/sshd.conf')), placedBy: ['/usr/local/lib/homeport/sftp-sshd', 'place'] },
    file('homeport', `/etc/systemd/system/${sftpUnit}.socket`, renderSocket()),
    file('homeport', `/etc/systemd/system/${sftpUnit}@.service`, renderSession()),
    // Whoever is connected at that moment has to come in by what is in the file now.
    ...accounts.map(({ site, access, keys }) => file(`site:${site.id}`, `/etc/homeport/sftp/${sftpUser(site)}.keys`, renderKeys(site, access, keys), { after: `end_sftp_sessions ${sftpUser(site)}` })),
    ...accounts.map(({ site }) => ({ kind: 'sftp-account', name: sftpUser(site), group: `site:${site.id}` }) as const),
    { kind: 'socket', name: sftpUnit, group: 'homeport' },
  ]
}

/** For sshd the keys (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"), for `sftp-session` what they lead to: one file, so that both change at once. */
function renderKeys(site: Site, access: FileAccess, keys: readonly SftpKey[]): string {
  return [`# site: ${site.id}`, `# access: ${access}`, ...keys.map(({ key, name }) => `restrict ${key} ${name}`)].map((line) => `${line}\n`).join('')
}

function renderSocket(): string {
  return renderUnitFile({
    Unit: [['Description', 'Homeport: where SFTP accounts come in'], ['Documentation', 'file:/etc/homeport/README.md']],
    Socket: [
      ['ListenStream', '/run/homeport/sftp.sock'], ['SocketGroup', 'homeport-sftp'], ['SocketMode', '0660'], ['RemoveOnStop', 'yes'],
      // A service for each session. Many at once never close the door for good, as systemd would.
      ['Accept', 'yes'], ['MaxConnections', '200'], ['TriggerLimitIntervalSec', '0'],
    ],
    Install: [['WantedBy', 'sockets.target']],
  })
}

function renderSession(): string {
  return renderUnitFile({
    Unit: [['Description', 'Homeport: an SFTP session'], ['Documentation', 'file:/etc/homeport/README.md'], ['CollectMode', 'inactive-or-failed']],
    // A line that is cut is no failure.
    Service: [['ExecStart', '-/usr/local/lib/homeport/sftp-session'], ['StandardInput', 'socket'], ['StandardError', 'journal']],
  })
}
