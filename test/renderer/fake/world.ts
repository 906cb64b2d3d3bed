import type { KnownServer } from '../../../src/shared/connection.ts'
import type { Settings } from '../../../src/shared/contract.ts'
import type { SecretsState } from '../../../src/shared/kept-secrets.ts'
import { HomeportError } from '../../../src/shared/errors.ts'
import type { Edit } from '../../../src/shared/edit.ts'
import type { Plan } from '../../../src/shared/plan.ts'
import type { RunEvent } from '../../../src/shared/run.ts'
import type { ServerStatus } from '../../../src/shared/status.ts'
import { fakeAlerts, fakeCertificates, manySites } from './certificates.ts'
import { FakeFiles } from './files.ts'
import { FakeMail } from './mail.ts'
import { fullServers } from './servers.ts'
import { secretsAtFirst } from './secrets.ts'
import { statusOf } from './statuses.ts'

export interface PlayedRun { readonly events: RunEvent[]; readonly listeners: Set<(events: RunEvent[]) => void>; cancelled: boolean }

/** Everything that the played main remembers. */
export class World {
  readonly scenario: string
  servers: KnownServer[]
  settings: Settings = { colorScheme: 'auto' }
  readonly plans = new Map<string, Plan>()
  /** What was planned, by the id of its plan. */
  readonly planned = new Map<string, Edit>()
  private readonly statuses = new Map<string, ServerStatus>()
  private readonly watchers = new Set<() => void>()
  readonly files = new FakeFiles()
  readonly mail: FakeMail
  readonly runs = new Map<string, PlayedRun>()
  secrets: SecretsState
  readonly unlocked = new Set<string>()
  readonly approved = new Set<string>()
  /** Server by server, whether its set-up was run here. */
  readonly setUp = new Set<string>()

  constructor(scenario: string) {
    this.scenario = scenario
    this.mail = new FakeMail(scenario)
    this.secrets = secretsAtFirst(scenario)
    this.servers = scenario === 'empty' ? [] : fullServers()
  }

  delayMs(name: string): number {
    if (this.scenario === 'slow') return 1_000_000
    return name.startsWith('server.') ? 250 : 30
  }

  /** How a server is now; throws what keeps it from being asked. */
  status(id: string): ServerStatus {
    this.reach(id)
    const known = this.statuses.get(id)
    if (known !== undefined) return known
    const kind = id.startsWith('harbour') ? 'full' : id.startsWith('busy') || id.startsWith('locked') ? 'busy' : id.startsWith('quiet') || this.setUp.has(id) ? 'quiet' : 'fresh'
    const made = { ...statusOf(kind), activeRun: id.startsWith('busy') ? '20261122170000-beefbeef' : null, ...(kind === 'full' ? { certificates: fakeCertificates, alerts: fakeAlerts, mail: this.mail.status() } : {}) }
    const template = made.sites[0]
    const status = this.scenario === 'many' && kind === 'full' && template !== undefined ? { ...made, sites: manySites(2000, template) } : made
    if (kind !== 'fresh') this.statuses.set(id, status)
    return status
  }

  onStatus(watcher: () => void): () => void {
    this.watchers.add(watcher)
    return () => { this.watchers.delete(watcher) }
  }

  /** What a run that succeeded leaves behind, as far as the screens of certificates show it. */
  apply(id: string, edit: Edit): void {
    const before = this.status(id)
    switch (edit.kind) {
      case 'change-certificates': this.statuses.set(id, { ...before, certificates: edit.certificates }); break
      case 'change-mail':
      case 'add-mail-domain':
      case 'change-mail-domain':
      case 'change-mail-aliases':
      case 'remove-mail-domain':
      case 'remove-mail':
        this.mail.apply(edit)
        this.statuses.set(id, { ...before, revision: before.revision + 1, mail: this.mail.status() })
        break
      case 'change-alerts': this.statuses.set(id, { ...before, alerts: edit.alerts }); break
      case 'change-site-certificate': this.statuses.set(id, { ...before, sites: before.sites.map((one) => (one.site.id === edit.siteId ? { ...one, site: { ...one.site, certificate: edit.certificate, hsts: edit.hsts } } : one)) }); break
      default: return
    }
    for (const watcher of this.watchers) watcher()
  }

  server(id: string): KnownServer {
    const server = this.servers.find((known) => known.id === id)
    if (server === undefined) throw new HomeportError('server-unknown', 'This computer does not know that server.', { hint: 'Connect to it again.' })
    return server
  }

  /** What happens before anything is asked of a server. */
  reach(id: string): KnownServer {
    const server = this.server(id)
    if (id.startsWith('attic')) throw new HomeportError('host-key-changed', 'The server at 198.51.100.7 showed another fingerprint than the one you agreed to.', { hint: '', detail: 'agreed: SHA256:Nf1bZqEwVh4dKx0JcS2r9mUuTt6AaPpLl8Yy3Gg5Oo7\nshown:  SHA256:Qx9LmWv7cBn2RrTt4YyUu1IiOo6PpAaSsDdFfGg8Hh0' })
    if (id.startsWith('offline')) throw new HomeportError('connection-timeout', 'The server at 192.0.2.44 did not answer within 20 seconds.', { hint: 'Check the address, and whether the server is switched on in your provider’s console. A firewall may block port 22.', detail: 'connect ETIMEDOUT 192.0.2.44:22' })
    if (id.startsWith('locked') && !this.unlocked.has(id)) throw new HomeportError('password-needed', 'The password of anna on office.example.net is needed.', { hint: 'Type it once more.' })
    return server
  }
}
