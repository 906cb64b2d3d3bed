import { afterEach, beforeEach } from 'vitest'
import type { NameOptions } from '../../src/main/dns/report.ts'
import { startNameServer, type NameServer, type Records } from './name-server.ts'

export const server = { v4: ['203.0.113.10'], v6: ['2001:db8::10'] }
export const serverV4 = { v4: ['203.0.113.10'], v6: [] }
export const serverV6 = { v4: [], v6: ['2001:db8::10'] }
export const letsEncrypt = (value = 'letsencrypt.org', tag: 'issue' | 'issuewild' = 'issue'): { flags: number; tag: 'issue' | 'issuewild'; value: string } => ({ flags: 0, tag, value })

/** Three resolvers that all know the same, and two name servers of example.org that only know that zone. */
export interface World {
  readonly resolvers: readonly [NameServer, NameServer, NameServer]
  readonly own: readonly [NameServer, NameServer]
  readonly options: NameOptions
  /** What the resolvers say. */
  readonly everywhere: (name: string, records: Records) => void
  /** What the domain's own name servers say. */
  readonly atHome: (name: string, records: Records) => void
  /** Both. */
  readonly set: (name: string, records: Records) => void
}

export function useWorld(): () => World {
  let world: World
  let servers: NameServer[] = []
  beforeEach(async () => {
    const first = await startNameServer('127.0.0.1', 0)
    const at = (address: string, zones?: readonly string[]): Promise<NameServer> => startNameServer(address, first.port, zones)
    const resolvers = [first, await at('127.0.0.2'), await at('127.0.0.3')] as const
    const own = [await at('127.0.0.11', ['example.org']), await at('127.0.0.12', ['example.org'])] as const
    servers = [...resolvers, ...own]
    const everywhere = (name: string, records: Records): void => resolvers.forEach((one) => one.set(name, records))
    const atHome = (name: string, records: Records): void => own.forEach((one) => one.set(name, records))
    const set = (name: string, records: Records): void => { everywhere(name, records); atHome(name, records) }
    everywhere('ns1.provider.net', { a: ['127.0.0.11'] })
    everywhere('ns2.provider.net', { a: ['127.0.0.12'] })
    everywhere('example.org', { ns: ['ns1.provider.net', 'ns2.provider.net'] })
    atHome('example.org', { soa: { minimum: 600 } })
    world = { resolvers, own, options: { resolvers: resolvers.map(({ place }) => place), authoritative: true, issuerDomains: ['letsencrypt.org'], wildcard: false, nameServerPort: first.port }, everywhere, atHome, set }
  })
  afterEach(async () => {
    await Promise.all(servers.map((one) => one.stop()))
  })
  return () => world
}

/** The apex of example.org with what else is said of it. */
export const apex = (records: Records): Records => ({ ns: ['ns1.provider.net', 'ns2.provider.net'], soa: { minimum: 600 }, ...records })
