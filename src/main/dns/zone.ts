import type { Resolver } from 'node:dns/promises'
import { canonicalAddress, isPublicAddress } from './addresses.ts'
import { answerTo, firstAnswer, recordsOf, type Answer } from './answer.ts'
import { hostName, isWithin, levelsOf, registeredDomain } from './host-name.ts'
import { serverAt } from './resolvers.ts'

/** What can be asked from this computer. */
export interface Network {
  readonly resolvers: readonly Resolver[]
  /** Whether the resolvers are those of a closed network: then name servers may have private addresses too. */
  readonly isClosed: boolean
  /** 53, but for tests. */
  readonly nameServerPort: number
}

export interface NameServer { readonly name: string; /** Address and port. */ readonly server: string }
/** The part of the DNS that one set of name servers answers for. */
export interface Zone { readonly name: string; readonly servers: readonly NameServer[] }
export interface ZoneSearch { readonly zone: Zone | null; /** The domain that one buys does not exist at all. */ readonly isUnregistered: boolean }

const mostLevels = 8
const mostServers = 4

/** Finds the zone of a name: the nearest level with name servers (RFC 1034, section 4.2.1). Top-level zones do not count. Never rejects. */
export async function findZone(name: string, network: Network): Promise<ZoneSearch> {
  const levels = levelsOf(name).filter((level) => level.includes('.')).slice(-mostLevels)
  const answers = await Promise.all(levels.map(async (level) => ({ level, ns: await nameServersOf(level, network) })))
  const bought = answers.find(({ level }) => level === registeredDomain(name))?.ns
  const isUnregistered = bought?.kind === 'none' && !bought.exists
  for (const { level, ns } of answers) {
    if (ns.kind !== 'records') continue
    return { zone: { name: level, servers: await placesOf(ns.records, network) }, isUnregistered }
  }
  return { zone: null, isUnregistered }
}

/** Of a level that is an alias there are none: resolvers would give those of its target. */
async function nameServersOf(level: string, { resolvers }: Network): Promise<Answer<string>> {
  const [ns, alias] = await Promise.all([
    firstAnswer(resolvers.map((resolver) => answerTo(resolver.resolveNs(level)))),
    firstAnswer(resolvers.map((resolver) => answerTo(resolver.resolveCname(level)))),
  ])
  return alias.kind === 'records' ? { kind: 'none', exists: true } : ns
}

/** Name servers come out of answers: those that are named and placed like one, and only a few. */
async function placesOf(hosts: readonly string[], network: Network): Promise<NameServer[]> {
  const names = [...new Set(hosts.flatMap((host) => hostName(host) ?? []))].sort().slice(0, mostServers)
  const found = await Promise.all(names.map(async (name) => {
    const server = await placeOf(name, network)
    return server === null ? [] : [{ name, server }]
  }))
  return found.flat()
}

async function placeOf(name: string, { resolvers, isClosed, nameServerPort }: Network): Promise<string | null> {
  const [v4, v6] = await Promise.all([
    firstAnswer(resolvers.map((resolver) => answerTo(resolver.resolve4(name)))),
    firstAnswer(resolvers.map((resolver) => answerTo(resolver.resolve6(name)))),
  ])
  const address = [...recordsOf(v4), ...recordsOf(v6)].map(canonicalAddress).find((one) => one !== null && (isClosed || isPublicAddress(one)))
  return address == null ? null : serverAt(address, nameServerPort)
}

/** The levels from the name up to its zone. */
export function levelsWithin(name: string, zone: string): string[] {
  return levelsOf(name).filter((level) => isWithin(level, zone))
}
