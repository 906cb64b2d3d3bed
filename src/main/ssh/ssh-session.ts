import type { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import { HomeportError } from '../../shared/errors.ts'
import { channelSocket } from './channel-socket.ts'
import { commandText, passwordPrelude } from './command-text.ts'
import type { Line } from './line.ts'
import { sudoError } from './probe.ts'
import { execute, outputOf, type RunningCommand, runOn } from './remote-process.ts'
import type { Secret } from './secret.ts'
import type { RemoteCommand, RemoteProcess, RemoteResult, Session, SocketSession } from './session.ts'
import { Slots, type SlotKind } from './slots.ts'

/** Bytes of output that one command may give back at once; more must be streamed with `open`. */
const stdoutLimitBytes = 64 * 1024 * 1024

export interface SshSessionOptions {
  readonly line: Line
  readonly sudo: Session['sudo']
  /** For `with-password`. */
  readonly sudoPassword: Secret | undefined
  readonly user: string
  /** Channels that connecting took. */
  readonly exchanges: number
}

/** The Session over one ssh2 connection. */
export class SshSession implements SocketSession {
  readonly sudo: Session['sudo']
  readonly host: string
  readonly #options: SshSessionOptions
  readonly #line: Line
  readonly #slots = new Slots()
  #exchanges: number

  constructor(options: SshSessionOptions) {
    this.#options = options
    this.#line = options.line
    this.sudo = options.sudo
    this.host = options.line.host
    this.#exchanges = options.exchanges
    this.#line.onClosed(() => this.#slots.refuseAll(this.#line.error))
  }

  get exchanges(): number {
    return this.#exchanges
  }

  async run(command: RemoteCommand): Promise<RemoteResult> {
    const endsWithInput = command.input === undefined && command.timeoutMs !== undefined
    const running = await this.#start(command, 'short', endsWithInput)
    const collected = collect(running)
    const exitCode = await withinTime(running, command)
    const stdout = await collected
    if (this.#line.end !== null) throw this.#line.error // the output may be cut short
    if (stdout === null) throw failure(command, 'it printed more than 64 MB', running.stderr())
    const result = { stdout, stderr: running.stderr(), exitCode: exitCode ?? -1 }
    if ((command.expectedExitCodes ?? [0]).includes(result.exitCode)) return result
    throw this.#explain(command, exitCode, result.stderr)
  }

  async open(command: RemoteCommand): Promise<RemoteProcess> {
    const running = await this.#start(command, 'lasting', command.input === undefined)
    const timer = command.timeoutMs === undefined ? undefined : setTimeout(running.stop, command.timeoutMs)
    running.channel.on('close', () => clearTimeout(timer))
    return { stdout: outputOf(running), exit: running.exit, stop: running.stop }
  }

  async openSocket(path: string): Promise<Duplex> {
    if (this.#line.end !== null) throw this.#line.error
    this.#exchanges += 1
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      const stopWatching = this.#line.onClosed(() => reject(this.#line.error))
      this.#line.client.openssh_forwardOutStreamLocal(path, (error, opened) => {
        stopWatching()
        if (error) reject(error)
        else resolve(opened)
      })
    })
    return channelSocket(this.#line, channel)
  }

  async openDuplex(command: Omit<RemoteCommand, 'input' | 'timeoutMs'>): Promise<Duplex> {
    const { channel, prelude } = await this.#channel(command, 'lasting', false)
    if (prelude !== null) channel.write(prelude)
    return channelSocket(this.#line, channel)
  }

  onClosed(listener: (error: Error | null) => void): () => void {
    return this.#line.onClosed(listener)
  }

  close(): void {
    this.#line.close()
  }

  async #start(command: RemoteCommand, kind: SlotKind, endsWithInput: boolean): Promise<RunningCommand> {
    const { channel, prelude } = await this.#channel(command, kind, endsWithInput)
    return runOn(this.#line, channel, prelude, command.input, endsWithInput)
  }

  async #channel(command: RemoteCommand, kind: SlotKind, endsWithInput: boolean): Promise<{ channel: ClientChannel; prelude: string | null }> {
    const { text, wantsPassword } = commandText(command, this.sudo, endsWithInput)
    const release = await this.#slots.take(kind)
    try {
      this.#exchanges += 1
      const channel = await execute(this.#line, text)
      channel.on('close', release)
      return { channel, prelude: wantsPassword ? passwordPrelude(this.#options.sudoPassword?.reveal() ?? '') : null }
    } catch (error) {
      release()
      throw error
    }
  }

  #explain(command: RemoteCommand, exitCode: number | null, stderr: string): HomeportError {
    const isOfSudo = command.asRoot !== false && this.sudo !== 'root' && exitCode === 1 && /^sudo(-rs)?: /m.test(stderr)
    return isOfSudo ? sudoError(stderr, this.#options.user) : failure(command, exitCode === null ? 'it was ended by a signal' : `exit code ${exitCode}`, stderr)
  }
}

/** All of stdout, or null where it is too much: then the command is stopped. */
function collect(running: RunningCommand): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    running.channel.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= stdoutLimitBytes) chunks.push(chunk)
      else running.stop()
    })
    running.channel.on('close', () => resolve(bytes > stdoutLimitBytes ? null : Buffer.concat(chunks)))
  })
}

async function withinTime(running: RunningCommand, command: RemoteCommand): Promise<number | null> {
  if (command.timeoutMs === undefined) return await running.exit
  let isLate = false
  const timer = setTimeout(() => { isLate = true; running.stop() }, command.timeoutMs)
  try {
    const exitCode = await running.exit
    if (isLate) throw failure(command, `no end after ${command.timeoutMs / 1000} seconds`, running.stderr())
    return exitCode
  } finally {
    clearTimeout(timer)
  }
}

function failure(command: RemoteCommand, reason: string, stderr: string): HomeportError {
  return new HomeportError('command-failed', `A step on the server did not work: ${command.name} (${reason}).`, { hint: 'The details show what the server said. Try again; if it stays so, look at the server\'s log.', detail: stderr.trim() })
}
