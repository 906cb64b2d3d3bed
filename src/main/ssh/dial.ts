import { connect as connectTcp, type Socket } from 'node:net'

/** Milliseconds to wait for the TCP connection: a firewall that drops packets gives no other answer. */
const dialTimeoutMs = 10_000
/** Milliseconds for one of several addresses of a name (IPv6, IPv4) before the next is tried too; Node's own 250 is less than a far server needs. */
const perAddressMs = 1_000

export class DialError extends Error {
  readonly code: string
  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

/**
 * Opens the TCP connection by itself and not through ssh2: TCP_NODELAY from the first byte, its own time limit,
 * and the system's error code as it is. The socket comes paused.
 */
export function dial(host: string, port: number, timeoutMs = dialTimeoutMs): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, noDelay: true, autoSelectFamilyAttemptTimeout: perAddressMs })
    const fail = (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      socket.destroy()
      reject(new DialError(error.code ?? 'EUNKNOWN', error.message, error))
    }
    const timer = setTimeout(() => fail(Object.assign(new Error(`no answer in ${timeoutMs} ms`), { code: 'ETIMEDOUT' })), timeoutMs)
    socket.once('error', fail)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', fail)
      socket.pause()
      resolve(socket)
    })
  })
}
