import { z } from 'zod'
import type { Facts } from './facts.ts'

/** `<number>: <card>    inet <address>/<bits> ...`, a line of `ip -o addr`. */
const line = /^\d+: (\S+)\s+inet6? ([0-9a-f.:]+)\/\d+ (.*)$/
/** Networks that Docker and Homeport made. */
const ofContainers = /^(docker|br-|veth|homeport)/

/** Addresses of the network cards. Those that IPv6 makes up for a while (RFC 8981) are left out. */
export function parseAddresses(lines: readonly string[]): Facts['addresses'] {
  const found = lines.flatMap((text) => {
    const [, card = '', address = '', rest = ''] = line.exec(text) ?? []
    return ofContainers.test(card) || /\b(temporary|deprecated)\b/.test(rest) ? [] : [address]
  })
  return { v4: found.filter((address) => z.ipv4().safeParse(address).success), v6: found.filter((address) => z.ipv6().safeParse(address).success) }
}
