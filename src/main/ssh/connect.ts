import type { Duplex } from 'node:stream'
import type { HostKey, Target } from '../../shared/connection.ts'
import { agentPath as findAgent } from './agent.ts'
import { prepareProof, type Proof } from './authentication.ts'
import { classifyConnectError } from './connect-error.ts'
import { dial, type DialError } from './dial.ts'
import { jumpFailed, openThrough } from './jump.ts'
import { Line } from './line.ts'
import { type Hop, login, type LoginOutcome } from './login.ts'
import { parseProbe, probeText } from './probe.ts'
import { execute, runOn } from './remote-process.ts'
import type { LoginSecrets, Secret } from './secret.ts'
import type { SocketSession } from './session.ts'
import { SshSession } from './ssh-session.ts'

export interface ConnectOptions {
  readonly target: Target
  readonly secrets: LoginSecrets
  /** Pinned keys, of the server and of its jump host. */
  readonly hostKeys: readonly HostKey[]
  /** Fingerprint of an unknown host that the person agreed to. */
  readonly acceptHostKey?: string
  /** Where the SSH agent listens; this computer's own unless said. */
  readonly agentPath?: string | null
}

export type ConnectOutcome =
  | { readonly kind: 'connected'; readonly session: SocketSession; /** Keys that were agreed to just now, to be pinned. */ readonly accepted: readonly HostKey[] }
  /** Nothing secret was sent to this host. `accepted` holds a jump host's key that was agreed to on the way. */
  | { readonly kind: 'host-key-unknown'; readonly key: HostKey; readonly accepted: readonly HostKey[] }

/** Logs in, once, with one method, and finds out how root is reached. Throws HomeportError for everything that can go wrong on the way. */
export async function connect(options: ConnectOptions): Promise<ConnectOutcome> {
  const { jump, ...server } = options.target
  // Before anything is dialled: a connection without a login counts against this computer (sshd's PerSourcePenalties).
  const proof = await prepareProof(server.auth, options.secrets, agentOf(options))
  if (jump === undefined) return await logInTo(server, proof, await dialTo(server), options, [])
  const way = await throughJump(jump, options)
  if (way.kind === 'host-key-unknown') return { ...way, accepted: [] }
  try {
    const accepted = way.accepted === null ? [] : [way.accepted]
    const outcome = await logInTo(server, proof, await openThrough(way.line, jump, server), options, accepted)
    if (outcome.kind === 'connected') outcome.session.onClosed(() => way.line.close())
    else way.line.close()
    return outcome
  } catch (error) {
    way.line.close()
    throw error
  }
}

function agentOf(options: ConnectOptions): string | null {
  return options.agentPath === undefined ? findAgent() : options.agentPath
}

async function dialTo(hop: Hop): Promise<Duplex> {
  return await dial(hop.host, hop.port).catch((cause: DialError) => {
    throw classifyConnectError({ host: hop.host, port: hop.port, user: hop.user, method: hop.auth.kind, stage: 'dial', message: cause.message, code: cause.code }, cause)
  })
}

type Way = { readonly kind: 'ready'; readonly line: Line; readonly accepted: HostKey | null } | Extract<LoginOutcome, { kind: 'host-key-unknown' }>

async function throughJump(jump: Hop, options: ConnectOptions): Promise<Way> {
  try {
    const passphrase = options.secrets.jumpPassphrase
    const proof = await prepareProof(jump.auth, passphrase === undefined ? {} : { passphrase }, agentOf(options))
    const socket = await dialTo(jump)
    const outcome = await logIn(jump, proof, socket, options)
    return outcome.kind === 'ready' ? { kind: 'ready', line: new Line(outcome.client, socket, jump.host), accepted: outcome.accepted } : outcome
  } catch (error) {
    throw jumpFailed(jump, error)
  }
}

async function logIn(hop: Hop, proof: Proof, socket: Duplex, options: ConnectOptions): Promise<LoginOutcome> {
  return await login({ hop, proof, hostKeys: options.hostKeys, acceptHostKey: options.acceptHostKey, socket })
}

async function logInTo(server: Hop, proof: Proof, socket: Duplex, options: ConnectOptions, accepted: readonly HostKey[]): Promise<ConnectOutcome> {
  const outcome = await logIn(server, proof, socket, options)
  if (outcome.kind === 'host-key-unknown') return { ...outcome, accepted }
  const line = new Line(outcome.client, socket, server.host)
  try {
    const sudoPassword = options.secrets.sudoPassword ?? options.secrets.password
    const sudo = await probe(line, server.user, sudoPassword)
    const session = new SshSession({ line, sudo, sudoPassword, user: server.user, exchanges: 1 })
    return { kind: 'connected', session, accepted: outcome.accepted === null ? accepted : [...accepted, outcome.accepted] }
  } catch (error) {
    line.close()
    throw error
  }
}

/** One exchange: kernel, init system, and whether and how root is reached. */
async function probe(line: Line, user: string, sudoPassword: Secret | undefined): Promise<SocketSession['sudo']> {
  const channel = await execute(line, probeText(sudoPassword !== undefined))
  const running = runOn(line, channel, null, sudoPassword === undefined ? '' : `${sudoPassword.reveal()}\n`, false)
  const chunks: Buffer[] = []
  channel.on('data', (chunk: Buffer) => void chunks.push(chunk))
  await Promise.all([running.exit, new Promise((resolve) => channel.on('close', resolve))])
  return parseProbe(Buffer.concat(chunks).toString('utf8'), running.stderr(), user)
}
