import type { Expected } from './addresses.ts'
import { blockList } from './addresses.ts'

/** The SPF records among texts (RFC 7208, 4.5): more than one is as good as none. */
export function spfRecords(texts: readonly string[]): string[] {
  return texts.filter((text) => /^v=spf1( |$)/i.test(text))
}

/**
 * Whether a record lets the addresses of a mail server send. `standsFor`: mechanisms that stand for them all, as the name of the record has to lead to
 * the server anyway; what other names stand for is not looked up, so a record that only includes others does not count. Terms count in their order (RFC 7208, 4.6.2).
 */
export function passesSpf(record: string, { v4, v6 }: Expected, hostname = '', standsFor: readonly string[] = ['a', 'mx']): boolean {
  const terms = record.toLowerCase().split(/ +/).slice(1)
  return [...v4, ...v6].every((address) => {
    const decisive = terms.find((term) => meets(term.replace(/^[+?~-]/, ''), address, [...standsFor, 'all', `a:${hostname}`]))
    return decisive !== undefined && !/^[?~-]/.test(decisive)
  })
}

function meets(mechanism: string, address: string, standsFor: readonly string[]): boolean {
  if (standsFor.includes(mechanism)) return true
  const network = /^ip[46]:([0-9a-f.:]+(?:\/\d{1,3})?)$/.exec(mechanism)?.[1]
  return network !== undefined && holds(network, address)
}

function holds(network: string, address: string): boolean {
  const family = address.includes(':') ? 'ipv6' : 'ipv4'
  const bits = network.includes('/') ? network : `${network}/${network.includes(':') ? 128 : 32}`
  try {
    return blockList([bits]).check(address, family)
  } catch {
    return false // no address, or too many bits
  }
}

/** The record with one more server that may send, in front of what decides about all others. */
export function withSender(record: string, mechanism: string): string {
  const terms = record.split(/ +/)
  const rest = terms.findIndex((term) => /^([?~+-]?all|redirect=.*)$/i.test(term))
  return (rest === -1 ? [...terms, mechanism] : terms.toSpliced(rest, 0, mechanism)).join(' ')
}

/** Whether a record names anybody but the domain's own servers: those of a smarthost are never among these. */
export function namesOthers(record: string): boolean {
  return record.split(/ +/).slice(1).some((term) => /^([+?~-]?(include|ip4|ip6|a|mx|exists):|redirect=)/i.test(term))
}
