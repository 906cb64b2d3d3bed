import type { Duplex } from 'node:stream'
import ssh2, { type Client } from 'ssh2'
import type { HostKey, Target } from '../../shared/connection.ts'
import { offerAlgorithms } from './algorithms.ts'
import { authHandler, type Proof, type Refusal } from './authentication.ts'
import { type ConnectFailure, classifyConnectError } from './connect-error.ts'
import { describeHostKey, hostKeyChanged, type HostKeyVerdict, judgeHostKey, pinnedFor } from './host-key.ts'

/** Milliseconds for handshake and login, once connected: time for a busy server, and to touch a key or confirm in an agent. */
const loginTimeoutMs = 30_000
/** Bytes of a server's first words that are looked at when they are not SSH. */
const greetingBytes = 512

/** One stop of the way to a server: the server itself, or the jump host. */
export type Hop = Omit<Target, 'jump'>

export interface LoginRequest {
  readonly hop: Hop
  readonly proof: Proof
  readonly hostKeys: readonly HostKey[]
  /** Fingerprint that the person agreed to just now. */
  readonly acceptHostKey: string | undefined
  /** Connected and paused: a TCP socket, or a channel through the jump host. */
  readonly socket: Duplex
}

export type LoginOutcome =
  | { readonly kind: 'ready'; readonly client: Client; /** The key that consent was given to just now. */ readonly accepted: HostKey | null }
  | { readonly kind: 'host-key-unknown'; readonly key: HostKey }

interface Attempt extends Omit<LoginRequest, 'socket'> {
  stage: ConnectFailure['stage']
  greeting: string
  refusal: Refusal
  verdict: HostKeyVerdict | null
}

/**
 * Speaks SSH over an open socket up to the accepted login. The host key is judged before anything secret is sent.
 * ssh2 is used directly: node-ssh wraps it for convenience, hides the channels that back-pressure, signals
 * and streamlocal sockets need, and collects every output into a string.
 */
export function login(request: LoginRequest): Promise<LoginOutcome> {
  const { hop, socket } = request
  const attempt: Attempt = { ...request, stage: 'handshake', greeting: '', refusal: { methods: [], wantsMore: false }, verdict: null }
  const stopListening = keepGreeting(socket, attempt)
  const client = new ssh2.Client()
  return new Promise<LoginOutcome>((resolve, reject) => {
    let isReady = false
    const fail = (error: SshError) => {
      if (isReady) return // from here on the session listens
      client.end()
      socket.destroy()
      try {
        resolve(failedLogin(attempt, error))
      } catch (failure) {
        reject(failure)
      }
    }
    // `on` and not `once`: ssh2 may report twice, and an error nobody listens to would end the app.
    client.on('error', fail)
    client.on('close', () => fail(new Error('Connection lost before handshake')))
    client.on('change password', () => fail(new Error('password change requested')))
    client.on('handshake', () => { attempt.stage = 'authenticate'; stopListening() })
    client.on('ready', () => {
      isReady = true
      resolve({ kind: 'ready', client, accepted: attempt.verdict?.kind === 'accepted' ? attempt.verdict.key : null })
    })
    client.connect({
      sock: socket, username: hop.user, readyTimeout: loginTimeoutMs,
      algorithms: offerAlgorithms(pinnedFor(hop.host, hop.port, request.hostKeys).map((key) => key.type)),
      // Traffic for `line.ts`, which alone decides that a line is dead; ssh2's own count would give up on a saturated one.
      keepaliveInterval: 2_000, keepaliveCountMax: 60,
      authHandler: authHandler(hop.user, request.proof, attempt.refusal),
      hostVerifier: (blob: Buffer) => {
        attempt.verdict = judgeHostKey(describeHostKey(hop.host, hop.port, blob), request.hostKeys, request.acceptHostKey)
        return attempt.verdict.kind === 'pinned' || attempt.verdict.kind === 'accepted'
      },
    })
  })
}

type SshError = Error & { code?: string | number; level?: string }

function failedLogin(attempt: Attempt, error: SshError): LoginOutcome {
  const { verdict, hop, refusal } = attempt
  if (verdict?.kind === 'unknown') return { kind: 'host-key-unknown', key: verdict.key }
  if (verdict?.kind === 'changed') throw hostKeyChanged(verdict.key, verdict.pinned)
  throw classifyConnectError({
    host: hop.host, port: hop.port, user: hop.user, method: hop.auth.kind, stage: attempt.stage, message: error.message, greeting: attempt.greeting,
    ...(error.code === undefined ? {} : { code: error.code }), ...(error.level === undefined ? {} : { level: error.level }),
    methodsLeft: refusal.methods, wantsMore: refusal.wantsMore,
  }, error)
}

/** ssh2 does not tell what a server said instead of SSH; sshd explains there why it keeps somebody out. */
function keepGreeting(socket: Duplex, attempt: Attempt): () => void {
  const chunks: Buffer[] = []
  const listen = (chunk: Buffer) => {
    chunks.push(chunk)
    const text = Buffer.concat(chunks).subarray(0, greetingBytes).toString('latin1')
    attempt.greeting = /^SSH-/m.test(text) ? '' : text
    if (attempt.greeting === '' || text.length === greetingBytes) stop()
  }
  const stop = () => void socket.off('data', listen)
  socket.on('data', listen)
  return stop
}
