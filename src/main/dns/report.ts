import { getServers } from 'node:dns'
import type { DnsRecord, DnsVerdict, NameReport } from '../../shared/dns-report.ts'
import { canonicalAddresses, isPublicAddress, type Expected } from './addresses.ts'
import { within, type Failure } from './answer.ts'
import { ownViewsOf, type OwnViews } from './authority.ts'
import { caaObstacle, caaText, type CaaFound, type CaaObstacle } from './caa.ts'
import { isWithin, levelsOf } from './host-name.ts'
import { addressRecords, caaRecords, isCounterpart, unproxiedRecords } from './records.ts'
import { addressOfServer, publicResolvers, resolverAt } from './resolvers.ts'
import { findingOf, type Finding, type Seen } from './verdict.ts'
import { viewOf, type View } from './view.ts'
import { sayCaa, sayCaaFailure, sayFinding } from './words.ts'
import type { Network } from './zone.ts'

export interface NameOptions {
  /** Servers to ask, as `resolversFromEnvironment` takes them. Well-known public ones unless given, and this computer's own where none of them can be reached. */
  readonly resolvers?: readonly string[]
  /** Ask the domain's own name servers too. */
  readonly authoritative: boolean
  /** How CAA records name the authority; empty: CAA is not judged. */
  readonly issuerDomains: readonly string[]
  /** The certificate is to cover `*.` the name too. */
  readonly wildcard: boolean
  /** Asked where the `resolvers` are silent, and for the whereabouts of name servers: one that does not check DNSSEC finds them where others fail. */
  readonly fallback?: readonly string[]
  /** Port of the domain's own name servers; 53 but for tests. */
  readonly nameServerPort?: number
}

/** What DNS says about one name, and what to change so that it leads to the server. Never rejects; ends within a second as a rule, and within half a minute where nobody answers. */
export async function reportName(name: string, expected: Expected, options: NameOptions): Promise<NameReport> {
  const wanted = { v4: canonicalAddresses(expected.v4), v6: canonicalAddresses(expected.v6) }
  const seen = await lookAt(name, options)
  return { name, ...judge(seen, wanted, options), seen: [...seen.publics, ...seen.own].map(shownView) }
}

/** What follows from what was seen; pure. */
export function judge(seen: Seen, expected: Expected, options: Pick<NameOptions, 'issuerDomains' | 'wildcard'>): Pick<NameReport, 'verdict' | 'message' | 'records'> {
  const finding = findingOf(seen, expected)
  const records = recordsFor(finding, seen, expected)
  const message = sayFinding(finding, seen, expected, records)
  const isHere = finding.kind === 'spreading' || (finding.kind === 'settled' && finding.place === 'here')
  const caa = caaOf(seen)
  const [issuer] = options.issuerDomains
  if (issuer !== undefined && isHere && caa.kind === 'failed') return { verdict: 'unknown', message: sayCaaFailure(seen), records }
  const obstacle = issuer !== undefined && caa.kind === 'found' ? caaObstacle(caa.properties, options) : null
  if (issuer === undefined || obstacle === null || caa.kind !== 'found') return { verdict: verdictOf(finding), message, records }
  return withCaa({ verdict: verdictOf(finding), message, records }, isHere, obstacle, caa.at, issuer)
}

function withCaa(without: Pick<NameReport, 'verdict' | 'message' | 'records'>, isHere: boolean, obstacle: CaaObstacle, at: string, issuer: string): typeof without {
  const records = [...without.records, ...caaRecords(at, obstacle, issuer)]
  const words = sayCaa(obstacle, at, issuer)
  return isHere ? { verdict: 'caa', message: `It leads here. ${words}`, records } : { ...without, message: `${without.message} ${words}`, records }
}

async function lookAt(name: string, options: NameOptions): Promise<Seen> {
  const asked = options.resolvers ?? publicResolvers
  const fallback = options.fallback ?? (options.resolvers === undefined ? getServers().slice(0, 2) : [])
  const first = await lookBy(asked, fallback, name, options)
  const isSilent = first.publics.every(({ failure }) => failure === 'silent' || failure === 'refused')
  return isSilent && fallback.length > 0 ? lookBy(fallback, [], name, options) : first
}

/** For the name servers of the domain: an alias of an alias in other domains, each with dead servers, could take long. */
const longestSearchMs = 12_000
const notAsked: OwnViews = { views: [], zone: null, isUnregistered: false, negativeTtlSeconds: null }

async function lookBy(servers: readonly string[], more: readonly string[], name: string, { authoritative, issuerDomains, nameServerPort = 53 }: NameOptions): Promise<Seen> {
  const wantsCaa = issuerDomains.length > 0
  const resolvers = servers.map(resolverAt)
  const network: Network = { resolvers: [...resolvers, ...more.map(resolverAt)], nameServerPort, isClosed: servers.some((server) => !isPublicAddress(addressOfServer(server))) }
  const [publics, own] = await Promise.all([
    Promise.all(servers.map((server, index) => viewOf(server, resolvers[index] ?? resolverAt(server), name, wantsCaa ? levelsOf(name) : []))),
    authoritative ? within(longestSearchMs, ownViewsOf(name, network, wantsCaa), notAsked) : notAsked,
  ])
  return { name, publics, own: own.views, zone: own.zone?.name ?? null, isUnregistered: own.isUnregistered, negativeTtlSeconds: own.negativeTtlSeconds }
}

function verdictOf(finding: Finding): DnsVerdict {
  switch (finding.kind) {
    case 'settled': return finding.place
    case 'spreading': return 'spreading'
    case 'unanswered': case 'no-server-address': return 'unknown'
  }
}

function recordsFor(finding: Finding, { name }: Seen, expected: Expected): DnsRecord[] {
  if (finding.kind !== 'settled') return []
  const { place, view } = finding
  const end = view.cname !== null && isCounterpart(name, view.cname) ? view.cname : name
  if (place === 'here' && view.cname !== null) return []
  return place === 'cdn' && (view.cname === null || end === view.cname) ? unproxiedRecords(end, expected) : addressRecords(name, view, expected)
}

/**
 * The CAA records that count. Those of the domain itself are taken from its own name servers, since an authority remembers nothing for long;
 * those above it, and those of what it is an alias of, from resolvers.
 */
export function caaOf({ publics, own, zone }: Pick<Seen, 'publics' | 'own' | 'zone'>): CaaFound {
  const ownAnswers = own.filter(({ failure, caa }) => failure === null && caa.kind !== 'failed').map(({ caa }) => caa)
  const publicAnswers = publics.filter(({ caa }) => caa.kind !== 'failed').map(({ caa }) => caa)
  if (ownAnswers.length === 0) return publicAnswers.find(({ kind }) => kind === 'found') ?? publicAnswers[0] ?? { kind: 'failed' }
  const aliases = own.map(({ cname }) => cname)
  const beyond = publicAnswers.find((caa) => caa.kind === 'found' && (aliases.includes(caa.at) || zone === null || !isWithin(caa.at, zone)))
  return ownAnswers.find(({ kind }) => kind === 'found') ?? beyond ?? { kind: 'none' }
}

const failureWords: Record<Failure, string> = {
  'server-failure': 'failed (SERVFAIL)', refused: 'refused to answer', lame: 'does not know this domain, though it is named as its name server', silent: 'did not answer', unreadable: 'gave an unreadable answer',
}
const mostShown = 10

function shownView({ by, a, aaaa, cname, caa, failure }: View): NameReport['seen'][number] {
  const texts = (addresses: View['a']): string[] => addresses.slice(0, mostShown).map(({ address }) => address)
  return { by, a: texts(a), aaaa: texts(aaaa), cname, caa: caa.kind === 'found' ? caa.properties.slice(0, mostShown).map(caaText) : [], error: failure === null ? null : failureWords[failure] }
}
