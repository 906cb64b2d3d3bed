/**
 * Distance and bad lines between a client and a test server, as a TCP proxy in this
 * process (the kernel here may have no netem).
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { startLane, type Lane, type Line } from './delay-lane.ts'

export interface DelayProxyOptions {
  readonly host: string
  readonly port: number
  /** Round-trip time; each direction takes half of it. */
  readonly rttMs: number
}

export interface DelayProxy {
  readonly host: '127.0.0.1'
  readonly port: number
  /** What was carried so far, in bytes. */
  readonly bytes: { readonly toServer: number; readonly toClient: number }
  /** Connections that are open now. */
  readonly connections: number
  /** Ends every connection at once; new ones are accepted. */
  cut(): void
  /** A dead line: nothing passes and nothing is closed, until `unblock`. */
  block(): void
  unblock(): void
  setRtt(rttMs: number): void
  stop(): Promise<void>
}

/**
 * The kernel accepts a connection locally at once, but over a distance (RFC 9293, section
 * 3.5) a client may speak after one round trip and the server after one and a half.
 */
const CLIENT_OPENS_HALVES = 2
const SERVER_OPENS_HALVES = 3

export async function startDelayProxy(options: DelayProxyOptions): Promise<DelayProxy> {
  const line: Line = { halfMs: options.rttMs / 2, isBlocked: false }
  const bytes = { toServer: 0, toClient: 0 }
  const sockets = new Set<Socket>()
  const lanes = new Set<Lane>()

  const join = (from: Socket, to: Socket, openedAt: number, onCarried: (size: number) => void): void => {
    const lane = startLane(from, to, line, openedAt, onCarried)
    sockets.add(from)
    lanes.add(lane)
    from.on('error', () => {}) // 'close' follows
    from.on('close', () => sockets.delete(from))
    to.on('close', () => lanes.delete(lane))
  }
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const upstream = connect({ host: options.host, port: options.port, noDelay: true, allowHalfOpen: true })
    const now = performance.now()
    join(client, upstream, now + line.halfMs * CLIENT_OPENS_HALVES, (size) => (bytes.toServer += size))
    join(upstream, client, now + line.halfMs * SERVER_OPENS_HALVES, (size) => (bytes.toClient += size))
  })
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(0, '127.0.0.1', resolve))

  const cut = (): void => sockets.forEach((socket) => socket.destroy())
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    bytes,
    get connections() { return sockets.size / 2 },
    cut,
    block: () => void (line.isBlocked = true),
    unblock: () => {
      line.isBlocked = false
      lanes.forEach((lane) => lane.deliver())
    },
    setRtt: (rttMs) => void (line.halfMs = rttMs / 2),
    stop: () => new Promise((resolve) => {
      server.close(() => resolve())
      cut()
    }),
  }
}
