import { domainToUnicode } from 'node:url'
import { getDomain } from 'tldts'

/** Names of hosts as they are; `_` stands in targets of some providers. */
const pattern = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/

/** A host name that came out of an answer, in lower case; null for what no host is called. Whoever owns a domain writes its answers. */
export function hostName(text: string): string | null {
  const lower = text.toLowerCase().replace(/\.$/, '')
  return pattern.test(lower) ? lower : null
}

/** The name and the names above it, nearest first: `www.a.org`, `a.org`, `org`. A leading `*.` is no level of its own. */
export function levelsOf(name: string): string[] {
  const labels = name.replace(/^\*\./, '').split('.')
  return labels.map((_label, index) => labels.slice(index).join('.'))
}

export function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`)
}

/** The part that was bought: `example.co.uk` of `www.example.co.uk`. */
export function registeredDomain(name: string): string {
  return getDomain(name.replace(/^\*\./, '')) ?? name
}

/** As a person writes it; only for names that the person typed, since look-alikes could hide in others. */
export function shownName(name: string): string {
  const unicode = domainToUnicode(name.replace(/^\*\./, ''))
  return unicode === '' ? name : `${name.startsWith('*.') ? '*.' : ''}${unicode}`
}
