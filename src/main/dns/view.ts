import type { Resolver } from 'node:dns/promises'
import { answerTo, recordsOf, type Answer, type Failure } from './answer.ts'
import { canonicalAddress } from './addresses.ts'
import { findCaa, type CaaFound } from './caa.ts'
import { hostName } from './host-name.ts'

export interface SeenAddress { readonly address: string; /** For how long the answer may be remembered. */ readonly ttlSeconds: number }

/** What one name server says about one name. */
export interface View {
  /** Who says it: the address of a resolver, or the name of a name server. */
  readonly by: string
  readonly a: readonly SeenAddress[]
  readonly aaaa: readonly SeenAddress[]
  readonly cname: string | null
  /** False for NXDOMAIN. */
  readonly exists: boolean
  readonly caa: CaaFound
  /** Null where addresses were answered, be it that there are none. */
  readonly failure: Failure | null
}

/** `caaLevels`: names to look for CAA records at, nearest first; empty to leave them out. Never rejects. */
export async function viewOf(by: string, resolver: Resolver, name: string, caaLevels: readonly string[]): Promise<View> {
  const [a, aaaa, alias, caa] = await Promise.all([
    answerTo(resolver.resolve4(name, { ttl: true })),
    answerTo(resolver.resolve6(name, { ttl: true })),
    answerTo(resolver.resolveCname(name)),
    findCaa(resolver, caaLevels),
  ])
  const cname = recordsOf(alias).map(hostName).find((target) => target !== null) ?? null
  return { by, a: addressesIn(a), aaaa: addressesIn(aaaa), cname, exists: a.kind !== 'none' || a.exists, caa, failure: failureIn(a) ?? failureIn(aaaa) }
}

export function failedView(by: string, failure: Failure): View {
  return { by, a: [], aaaa: [], cname: null, exists: true, caa: { kind: 'failed' }, failure }
}

function addressesIn(answer: Answer<{ address: string; ttl: number }>): SeenAddress[] {
  const found = recordsOf(answer).flatMap(({ address, ttl }) => {
    const canonical = canonicalAddress(address)
    return canonical === null ? [] : [{ address: canonical, ttlSeconds: Math.max(0, ttl) }]
  })
  return found.sort((one, other) => one.address.localeCompare(other.address, 'en', { numeric: true }))
}

function failureIn(answer: Answer<unknown>): Failure | null {
  return answer.kind === 'failed' ? answer.failure : null
}
