import type { CaaRecord } from 'node:dns'
import type { Resolver } from 'node:dns/promises'
import { answerTo, recordsOf } from './answer.ts'
import { hostName } from './host-name.ts'

export interface CaaProperty { readonly isCritical: boolean; readonly tag: string; readonly value: string }

/** The CAA records that count for a name: those of the nearest level that has any (RFC 8659, section 3). */
export type CaaFound =
  | { readonly kind: 'found'; /** The name that has them. */ readonly at: string; readonly properties: readonly CaaProperty[] }
  | { readonly kind: 'none' }
  /** An authority that gets no answer does not sign (RFC 8659, section 3; CA/Browser Forum 3.2.2.8). */
  | { readonly kind: 'failed' }

export interface CaaRule { readonly issuerDomains: readonly string[]; readonly wildcard: boolean }
/** Null where the authority may sign. */
export type CaaObstacle =
  | { readonly tag: 'issue' | 'issuewild'; /** Who may sign; empty for nobody. */ readonly allowed: readonly string[] }
  /** A property that authorities must understand, and do not. */
  | { readonly tag: 'unknown'; readonly property: CaaProperty }

const known = new Set(['issue', 'issuewild', 'iodef', 'contactemail', 'contactphone', 'issuemail', 'issuevmc'])
const mostProperties = 30

/** Climbs the levels, nearest first: one is asked only if those below it have nothing. Follows aliases as the name server does. */
export async function findCaa(resolver: Resolver, levels: readonly string[]): Promise<CaaFound> {
  for (const level of levels) {
    const answer = await answerTo(resolver.resolveCaa(level))
    if (answer.kind === 'failed') return { kind: 'failed' }
    if (answer.kind === 'none') continue
    const target = recordsOf(await answerTo(resolver.resolveCname(level))).map(hostName)[0]
    return { kind: 'found', at: target ?? level, properties: answer.records.slice(0, mostProperties).map(propertyOf) }
  }
  return { kind: 'none' }
}

/** What keeps the authority from signing: RFC 8659, sections 4.1 to 4.3. A wildcard certificate covers the plain name too. */
export function caaObstacle(properties: readonly CaaProperty[], { issuerDomains, wildcard }: CaaRule): CaaObstacle | null {
  if (issuerDomains.length === 0) return null
  const strange = properties.find(({ isCritical, tag }) => isCritical && !known.has(tag))
  if (strange !== undefined) return { tag: 'unknown', property: strange }
  const wild = properties.some(({ tag }) => tag === 'issuewild')
  const judged = wildcard && wild ? ['issue', 'issuewild'] as const : ['issue'] as const
  for (const tag of judged) {
    const those = properties.filter((property) => property.tag === tag)
    const allowed = those.map(issuerOf).filter((issuer) => issuer !== '')
    if (those.length > 0 && !allowed.some((issuer) => issuerDomains.includes(issuer))) return { tag, allowed: [...new Set(allowed)] }
  }
  return null
}

/** As in a zone file, in printable ASCII. */
export function caaText({ isCritical, tag, value }: CaaProperty): string {
  return `${isCritical ? 128 : 0} ${tag} "${value}"`
}

/** `letsencrypt.org; accounturi=...` names letsencrypt.org; `;` names nobody. */
function issuerOf({ value }: CaaProperty): string {
  return hostName((value.split(';')[0] ?? '').trim()) ?? ''
}

function propertyOf(record: CaaRecord): CaaProperty {
  // Node adds the type and the flags to the one property of a record.
  const [tag, value] = Object.entries(record).find(([key]) => key !== 'critical' && key !== 'type') ?? ['unknown', '']
  // Whoever owns the domain writes both: of the tag remain letters and digits (RFC 8659, section 4.1), of the value what prints.
  return { isCritical: (Number(record.critical) & 128) !== 0, tag: tag.toLowerCase().replaceAll(/[^a-z0-9]/g, '').slice(0, 30), value: String(value).replaceAll(/[^ !#-~]/g, '').slice(0, 200) }
}
