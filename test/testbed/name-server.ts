/** A real authoritative name server (Knot DNS) whose zone is changed by signed updates: RFC 2136 with TSIG, RFC 8945. */
import { randomBytes } from 'node:crypto'
import { Resolver } from 'node:dns/promises'
import { startCompanion, startOnFreeAddress, waitUntilServing } from './companion.ts'
import type { Place } from './dns.ts'
import { findDirectNetwork } from './outer-end.ts'

export interface NameServerOptions {
  readonly zone: string
  /** Lines of a zone file, such as `www 60 A 192.0.2.1`, besides its SOA and NS. */
  readonly records?: readonly string[]
}

export interface TestNameServer extends Place {
  readonly zone: string
  /** The key that may change the zone; the algorithm as certbot and nsupdate(1) write it. */
  readonly tsig: { readonly name: string; readonly algorithm: 'HMAC-SHA256'; readonly secret: string }
  /** What it said so far: each update, and each that it refused. */
  logs(): Promise<string>
  stop(): Promise<void>
}

const PORT = 53
const SCRIPT = 'mkdir -p /run/knot /srv/journal && exec knotd --config /srv/knot.conf'

/** Starts one for a zone. `acme.dns.forward(server.zone, server)` makes the CA and everyone else look there. */
export async function startNameServer(options: NameServerOptions): Promise<TestNameServer> {
  const network = await findDirectNetwork()
  const tsig = { name: 'homeport-test.', algorithm: 'HMAC-SHA256', secret: randomBytes(32).toString('base64') } as const
  const files = { '/srv/knot.conf': describe(options.zone, tsig), '/srv/zone': listRecords(options) }
  const companion = await startOnFreeAddress(network, (address) =>
    startCompanion({ part: 'dns', address, files, script: SCRIPT }))
  const resolver = new Resolver({ timeout: 500, tries: 1 })
  resolver.setServers([companion.address])
  try {
    await waitUntilServing(companion, () => resolver.resolveSoa(options.zone))
  } catch (error) {
    await companion.stop()
    throw error
  }
  return { address: companion.address, port: PORT, zone: options.zone, tsig, logs: companion.logs, stop: companion.stop }
}

function listRecords({ zone, records = [] }: NameServerOptions): string {
  return [`$ORIGIN ${zone}.`, '$TTL 0', '@ SOA ns hostmaster 1 3600 600 86400 0', '@ NS ns', 'ns A 192.0.2.53', ...records, ''].join('\n')
}

/** knot.conf(5). */
function describe(zone: string, tsig: TestNameServer['tsig']): string {
  return [
    'server:', `  listen: 0.0.0.0@${PORT}`, '  rundir: /run/knot',
    'log:', '  - target: stdout', '    any: info',
    'database:', '  storage: /srv/journal',
    'key:', `  - id: ${tsig.name}`, '    algorithm: hmac-sha256', `    secret: ${tsig.secret}`,
    'acl:', '  - id: updates', `    key: ${tsig.name}`, '    action: update',
    'zone:', `  - domain: ${zone}`, '    storage: /srv', '    file: zone', '    acl: updates', '    zonefile-sync: -1', '',
  ].join('\n')
}
