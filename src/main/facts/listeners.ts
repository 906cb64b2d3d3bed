import type { Listener } from './facts.ts'

/** Netid, state, two queues, local address and port, peer, then perhaps `users:(("name",pid=1,fd=2),...)`. Source: ss(8), `ss -Hltunp`. */
const line = /^(tcp|udp)\s+\S+\s+\d+\s+\d+\s+(\S+):(\d+)\s+\S+(?:\s+users:\(\("(.*?)",pid=)?/

export function parseListeners(lines: readonly string[]): Listener[] {
  return lines.flatMap((text) => {
    const match = line.exec(text)
    if (match === null) return []
    const [, protocol, address = '', port, process = ''] = match
    return [{ protocol: protocol as 'tcp' | 'udp', address: address.replace(/^\[(.*)\]$/, '$1'), port: Number(port), process }]
  })
}
