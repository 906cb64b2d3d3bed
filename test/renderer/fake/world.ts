import type { KnownServer } from '../../../src/shared/connection.ts'
import type { Settings } from '../../../src/shared/contract.ts'
import { HomeportError } from '../../../src/shared/errors.ts'
import type { Plan } from '../../../src/shared/plan.ts'
import type { RunEvent } from '../../../src/shared/run.ts'
import { fullServers } from './servers.ts'

export interface PlayedRun { readonly events: RunEvent[]; readonly listeners: Set<(events: RunEvent[]) => void>; cancelled: boolean }

/** Everything that the played main remembers. */
export class World {
  readonly scenario: string
  servers: KnownServer[]
  settings: Settings = { colorScheme: 'auto' }
  readonly plans = new Map<string, Plan>()
  readonly runs = new Map<string, PlayedRun>()
  readonly unlocked = new Set<string>()
  readonly approved = new Set<string>()
  /** Server by server, whether its set-up was run here. */
  readonly setUp = new Set<string>()

  constructor(scenario: string) {
    this.scenario = scenario
    this.servers = scenario === 'empty' ? [] : fullServers()
  }

  delayMs(name: string): number {
    if (this.scenario === 'slow') return 1_000_000
    return name.startsWith('server.') ? 250 : 30
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
