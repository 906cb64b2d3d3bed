import { connect } from 'node:net'
import type { Reach } from '../facts/preflight-network.ts'

const ports = [80, 443] as const

/** Tries the ports of a web server from this computer. A refusal is a good sign: no firewall stands in between. */
export async function probeReach(host: string, timeoutMs: number): Promise<Map<80 | 443, Reach>> {
  return new Map(await Promise.all(ports.map(async (port) => [port, await probePort(host, port, timeoutMs)] as const)))
}

/** One TCP connection, closed at once. Never rejects. */
export function probePort(host: string, port: number, timeoutMs: number): Promise<Reach> {
  return new Promise((resolve) => {
    // A timer of our own: a socket's timeout only counts once it is idle, not while names are looked up.
    const settle = (reach: Reach): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(reach)
    }
    const socket = connect({ host, port })
    const timer = setTimeout(() => settle('timeout'), timeoutMs)
    socket.once('connect', () => settle('open'))
    socket.on('error', (error: NodeJS.ErrnoException) => settle(reachOf(error.code)))
  })
}

function reachOf(code: string | undefined): Reach {
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET') return 'refused'
  return code === 'ETIMEDOUT' ? 'timeout' : 'unreachable'
}
