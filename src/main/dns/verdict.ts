import type { Expected } from './addresses.ts'
import type { Failure } from './answer.ts'
import { cdnOf } from './cdn.ts'
import type { View } from './view.ts'

/** All that was seen of one name. */
export interface Seen {
  readonly name: string
  /** By resolvers that everybody uses. */
  readonly publics: readonly View[]
  /** By the name servers of the domain; empty where they were not asked or not found. */
  readonly own: readonly View[]
  readonly zone: string | null
  readonly isUnregistered: boolean
  readonly negativeTtlSeconds: number | null
}

/** Where a name leads by one view. */
export type Place = 'here' | 'missing' | 'elsewhere' | 'mixed' | 'cdn'

export type Finding =
  | { readonly kind: 'settled'; readonly place: Place; /** One that stands for all that agree. */ readonly view: View }
  | { readonly kind: 'spreading'; readonly among: 'resolvers' | 'name-servers'; /** Who has the old answer. */ readonly behind: readonly string[]; /** At most so long; null where not known. */ readonly seconds: number | null }
  /** `not-believed`: the name servers answer, and resolvers do not accept it (DNSSEC). */
  | { readonly kind: 'unanswered'; readonly reason: Failure | 'not-believed' }
  /** Nobody said which addresses the server has. */
  | { readonly kind: 'no-server-address' }

/** What follows from the views. The domain's own name servers are believed before resolvers, whose answers may be old. */
export function findingOf(seen: Seen, expected: Expected): Finding {
  if (expected.v4.length + expected.v6.length === 0) return { kind: 'no-server-address' }
  const publics = answered(seen.publics)
  const own = answered(seen.own)
  const unsure = seen.publics.filter(({ failure }) => failure === 'server-failure')
  if (unsure.length > publics.length) return { kind: 'unanswered', reason: own.length > 0 ? 'not-believed' : 'server-failure' }
  const truth = own.length > 0 ? own : publics
  if (truth.length === 0) return { kind: 'unanswered', reason: mostFrequent(seen.publics.flatMap(({ failure }) => failure ?? [])) ?? 'silent' }
  const right = truth.filter((view) => placeOf(view, expected) === 'here')
  const [first] = right
  if (first === undefined) return settled(truth, expected)
  const behind = right.length < truth.length ? without(truth, right) : publics.filter((view) => placeOf(view, expected) !== 'here')
  if (behind.length === 0) return { kind: 'settled', place: 'here', view: first }
  const among = truth === own && right.length < truth.length ? 'name-servers' : 'resolvers'
  return { kind: 'spreading', among, behind: behind.map(({ by }) => by), seconds: among === 'resolvers' ? longestMemory(behind, seen.negativeTtlSeconds) : null }
}

export function placeOf({ a, aaaa, cname }: Pick<View, 'a' | 'aaaa' | 'cname'>, expected: Expected): Place {
  const addresses = [...a, ...aaaa].map(({ address }) => address)
  if (addresses.length === 0) return 'missing'
  const mine = addresses.filter((address) => isOf(expected, address))
  if (mine.length === addresses.length) return 'here'
  // Where some lead here, no network is in between: its own would be all that one sees.
  if (mine.length > 0) return 'mixed'
  return cdnOf(cname, addresses) === null ? 'elsewhere' : 'cdn'
}

export function isOf(expected: Expected, address: string): boolean {
  return expected.v4.includes(address) || expected.v6.includes(address)
}

function answered(views: readonly View[]): View[] {
  return views.filter(({ failure }) => failure === null)
}

function without(views: readonly View[], some: readonly View[]): View[] {
  return views.filter((view) => !some.includes(view))
}

/** None leads here: what most say. */
function settled(views: readonly View[], expected: Expected): Finding {
  const place = mostFrequent(views.map((view) => placeOf(view, expected))) ?? 'missing'
  const view = views.find((one) => placeOf(one, expected) === place)
  return view === undefined ? { kind: 'unanswered', reason: 'silent' } : { kind: 'settled', place, view }
}

function longestMemory(views: readonly View[], negativeTtlSeconds: number | null): number | null {
  const all = views.map(({ a, aaaa }) => (a.length + aaaa.length === 0 ? negativeTtlSeconds : Math.max(...[...a, ...aaaa].map(({ ttlSeconds }) => ttlSeconds))))
  return all.some((seconds) => seconds === null) ? null : Math.max(...all.flatMap((seconds) => seconds ?? []))
}

/** The first of those that are there most often. */
function mostFrequent<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0]
}
