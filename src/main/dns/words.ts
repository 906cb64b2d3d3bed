import type { DnsRecord } from '../../shared/dns-report.ts'
import { isPublicAddress, type Expected } from './addresses.ts'
import type { Failure } from './answer.ts'
import type { CaaObstacle } from './caa.ts'
import { cdnOf } from './cdn.ts'
import { registeredDomain, shownName } from './host-name.ts'
import { isCounterpart } from './records.ts'
import { isOf, type Finding, type Place, type Seen } from './verdict.ts'
import type { View } from './view.ts'

/** What was found about where a name leads, and what to do. */
export function sayFinding(finding: Finding, seen: Seen, expected: Expected, records: readonly DnsRecord[]): string {
  switch (finding.kind) {
    case 'settled': return sayPlace(finding.place, finding.view, seen, expected, records)
    case 'spreading': return saySpreading(finding, seen)
    case 'unanswered': return sayUnanswered(finding.reason, seen)
    case 'no-server-address': return 'The public address of this server is not known, so Homeport cannot tell whether the name leads to it.'
  }
}

/** Where the records are kept that the person is to change. */
export function managedAt({ zone, name }: Pick<Seen, 'zone' | 'name'>): string {
  return shownName(zone ?? registeredDomain(name))
}

export function sayCaa(obstacle: CaaObstacle, at: string, issuer: string): string {
  if (obstacle.tag === 'unknown') return `A CAA record of ${shownName(at)} says "${obstacle.property.tag}", which no authority understands, so none will sign. Remove it.`
  const what = obstacle.tag === 'issuewild' ? 'wildcard certificates' : 'certificates'
  const who = obstacle.allowed.length === 0 ? `nobody sign ${what}` : `only ${list(obstacle.allowed)} sign ${what}`
  return `A CAA record of ${shownName(at)} lets ${who}, and not ${issuer}. Add the CAA record below beside it.`
}

export function sayCaaFailure(seen: Seen): string {
  return `It leads here, but the name servers of ${managedAt(seen)} do not answer who may sign its certificates (CAA records), and an authority refuses without that answer. If it stays like this, tell the provider of the DNS.`
}

function sayPlace(place: Place, view: View, seen: Seen, expected: Expected, records: readonly DnsRecord[]): string {
  const name = shownName(seen.name)
  const where = `where the DNS of ${managedAt(seen)} is managed`
  const these = records.length === 1 ? 'this record' : 'these records'
  const others = [...view.a, ...view.aaaa].map(({ address }) => address).filter((address) => !isOf(expected, address))
  const alias = aliasOf(seen.name, view)
  switch (place) {
    case 'here':
      return records.length === 0 ? 'It leads to this server.' : `It leads to this server, but over IPv6 only, which many visitors do not have. Add ${these} ${where}.`
    case 'missing':
      if (seen.isUnregistered && !view.exists) return `The domain ${shownName(registeredDomain(seen.name))} is not registered, or it has no name servers yet. Register it, or set its name servers where you bought it; then add ${these}.`
      if (alias.kind === 'foreign') return `${name} is an alias (CNAME) of ${alias.target}, which has no address. ${insteadOfAlias(where)}`
      return `${alias.kind === 'none' ? name : `${shownName(alias.target)}, which ${name} follows (CNAME),`} has no address in DNS yet. Add ${these} ${where}.`
    case 'elsewhere':
      if (alias.kind === 'counterpart') return `${name} follows ${shownName(alias.target)} (CNAME), and that leads to ${list(others)}, which is not this server. Change ${these} ${where}; ${name} then follows by itself.`
      if (alias.kind === 'foreign') return `${name} is an alias (CNAME) of ${alias.target}, which leads to another machine (${list(others)}). ${insteadOfAlias(where)}`
      return `${name} leads to ${list(others)}, ${isOnlyPrivate(others, expected) ? 'which is reached from nowhere but a private network' : 'which is not this server'}. Change ${these} ${where}.`
    case 'mixed':
      if (alias.kind === 'foreign') return `${name} is an alias (CNAME) of ${alias.target}, which leads here and also to ${list(others)}. ${insteadOfAlias(where)}`
      return `${sayMixed(alias.kind === 'none' ? name : shownName(alias.target), view, expected, others)} ${records.some(({ action }) => action === 'change') ? 'Change' : 'Remove'} ${these} ${where}.`
    case 'cdn': {
      const network = cdnOf(view.cname, others) ?? 'A network in between'
      if (alias.kind === 'foreign') return `${network} answers for ${name}, which is an alias (CNAME) of ${alias.target}. ${insteadOfAlias(where)}`
      return `${network} answers for ${name}, so visitors and authorities do not reach this server itself. In ${network}’s DNS settings, switch the proxy (orange cloud) off for this name ("DNS only"), with the address of this server as below.`
    }
  }
}

/** A server that is itself in a private network, as in a try-out, has private neighbours. */
function isOnlyPrivate(others: readonly string[], { v4, v6 }: Expected): boolean {
  return !others.some(isPublicAddress) && [...v4, ...v6].every(isPublicAddress)
}

type Alias = { readonly kind: 'none' } | { readonly kind: 'counterpart' | 'foreign'; readonly target: string }

function aliasOf(name: string, { cname }: View): Alias {
  return cname === null ? { kind: 'none' } : { kind: isCounterpart(name, cname) ? 'counterpart' : 'foreign', target: cname }
}

function insteadOfAlias(where: string): string {
  return `Remove the alias and add this server’s address instead, ${where}.`
}

function sayMixed(name: string, { a }: View, expected: Expected, others: readonly string[]): string {
  const isOldV6 = a.length > 0 && a.every(({ address }) => isOf(expected, address))
  if (isOldV6) return `The IPv4 address of ${name} is right, but its IPv6 address (AAAA record) ${list(others)} leads elsewhere. Many visitors, and the authorities that sign certificates, try that one first.`
  return `${name} leads here and also to ${list(others)}, so that some visitors land there.`
}

function saySpreading({ among, behind, seconds }: Extract<Finding, { kind: 'spreading' }>, seen: Seen): string {
  if (among === 'name-servers') return `The change is on its way: of the name servers of ${managedAt(seen)}, ${list(behind)} still ${behind.length === 1 ? 'has' : 'have'} the old answer. This settles by itself, as a rule within an hour.`
  return `The record is right. Some public resolvers (${list(behind)}) still remember the old answer; this takes ${seconds === null ? 'minutes, at times some hours' : `up to ${duration(seconds)}`}. There is nothing more to do.`
}

function sayUnanswered(reason: Failure | 'not-believed', seen: Seen): string {
  const domain = managedAt(seen)
  switch (reason) {
    case 'not-believed': return `The name servers of ${domain} answer, but public resolvers do not accept it (SERVFAIL). Nearly always DNSSEC is broken: where you bought the domain, remove its DS record, or set the one that your DNS provider shows.`
    case 'server-failure': return `Public resolvers cannot find out where ${shownName(seen.name)} leads (SERVFAIL): the name servers of ${domain} do not answer, or its DNSSEC is broken, as happens after a change of the DNS provider. Check its name servers and its DS record where you bought the domain.`
    case 'silent': return 'No name server answered. Check that this computer is online; some networks let no DNS questions (port 53) out. Homeport asks again by itself.'
    case 'refused': case 'lame': case 'unreadable': return `The name servers that were asked gave no usable answer about ${shownName(seen.name)}. Homeport asks again by itself.`
  }
}

function duration(seconds: number): string {
  const minutes = Math.max(1, Math.ceil(seconds / 60))
  // Resolvers keep nothing longer than a day or two, whatever an answer says.
  if (minutes >= 120) return `${Math.min(48, Math.ceil(minutes / 60))} hours`
  return minutes === 1 ? '1 minute' : `${minutes} minutes`
}

/** At most three, and how many more. */
function list(values: readonly string[]): string {
  const shown = values.slice(0, 3)
  const rest = values.length - shown.length
  const parts = rest > 0 ? [...shown, `${rest} more`] : shown
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
