import type { DnsRecord } from '../../shared/dns-report.ts'
import { counterpart } from '../../shared/spec.ts'
import type { Expected } from './addresses.ts'
import { caaText, type CaaObstacle } from './caa.ts'
import type { SeenAddress, View } from './view.ts'

/** Enough for every honest name. */
const mostPerType = 10

/** Changes that make a name lead to the server and to nothing else; none where it does. */
export function addressRecords(name: string, view: Pick<View, 'a' | 'aaaa' | 'cname'>, expected: Expected): DnsRecord[] {
  // `www` that follows the bare domain, or the other way round: the one that it follows is to be mended.
  if (view.cname !== null && isCounterpart(name, view.cname)) return addressRecords(view.cname, { ...view, cname: null }, expected)
  if (view.cname !== null) return [{ action: 'remove', type: 'CNAME', name, value: view.cname }, ...addressRecords(name, { a: [], aaaa: [], cname: null }, expected)]
  const isNew = view.a.length + view.aaaa.length === 0
  return [
    ...recordsOfType('A', name, view.a, expected.v4, true),
    // A name needs no IPv6 address to be reached, unless there is nothing else.
    ...recordsOfType('AAAA', name, view.aaaa, expected.v6, isNew || expected.v4.length === 0),
  ]
}

/** What to set where a network in between answers by addresses of its own: behind it the right record may stand already. */
export function unproxiedRecords(name: string, { v4: [v4], v6: [v6] }: Expected): DnsRecord[] {
  if (v4 !== undefined) return [{ action: 'change', type: 'A', name, value: v4 }]
  return v6 === undefined ? [] : [{ action: 'change', type: 'AAAA', name, value: v6 }]
}

/** `at`: the name whose records count; `issuer`: the authority's name in CAA records. */
export function caaRecords(at: string, obstacle: CaaObstacle, issuer: string): DnsRecord[] {
  if (obstacle.tag === 'unknown') return [{ action: 'remove', type: 'CAA', name: at, value: caaText(obstacle.property) }]
  return [{ action: 'add', type: 'CAA', name: at, value: `0 ${obstacle.tag} "${issuer}"` }]
}

/** Whether one is the other with `www.` before it. */
export function isCounterpart(name: string, cname: string): boolean {
  return cname === counterpart(name)
}

function recordsOfType(type: 'A' | 'AAAA', name: string, seen: readonly SeenAddress[], wanted: readonly string[], isNeeded: boolean): DnsRecord[] {
  const others = seen.map(({ address }) => address).filter((address) => !wanted.includes(address)).slice(0, mostPerType)
  const [value] = wanted
  const removals = (values: readonly string[]): DnsRecord[] => values.map((old) => ({ action: 'remove', type, name, value: old }))
  if (value === undefined || seen.some(({ address }) => wanted.includes(address))) return removals(others)
  if (others.length === 0) return isNeeded ? [{ action: 'add', type, name, value }] : []
  return [{ action: 'change', type, name, value }, ...removals(others.slice(1))]
}
