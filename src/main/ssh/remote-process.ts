import { Readable } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import { HomeportError } from '../../shared/errors.ts'
import type { Line } from './line.ts'
import type { RemoteCommand } from './session.ts'

/** Bytes of stderr that are kept, from its end: what went wrong stands there. */
const keptStderrBytes = 64 * 1024

/** A command that was started on a channel of its own. */
export interface RunningCommand {
  readonly channel: ClientChannel
  /** The exit code, null where a signal ended it or `stop` was called. Rejects with `connection-lost`. */
  readonly exit: Promise<number | null>
  stderr(): string
  stop(): void
}

/** Opens a channel that runs a text. Rejects with `connection-lost`, or `command-failed` where the server refuses. */
export function execute(line: Line, text: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    if (line.end !== null) return reject(line.error)
    const stopWatching = line.onClosed(() => reject(line.error))
    try {
      line.client.exec(text, (error, channel) => {
        stopWatching()
        if (error) reject(line.end === null ? channelRefused(error) : line.error)
        else resolve(channel)
      })
    } catch (cause) { // ssh2 throws where its socket is half closed
      stopWatching()
      reject(new HomeportError('connection-lost', `The connection to ${line.host} was lost.`, { hint: 'Homeport connects again by itself.', cause }))
    }
  })
}

function channelRefused(cause: Error): HomeportError {
  return new HomeportError('command-failed', 'The server lets no further command run on this connection.', { hint: 'Try again in a moment.', detail: cause.message, cause })
}

/** Feeds and watches a command. `prelude` goes to its standard input first. */
export function runOn(line: Line, channel: ClientChannel, prelude: string | null, input: RemoteCommand['input'], keepsInputOpen: boolean): RunningCommand {
  const stderr = keepTail(channel.stderr)
  let isStopped = false
  const exit = new Promise<number | null>((resolve, reject) => {
    const stopWatching = line.onClosed(() => reject(line.error))
    const finish = (code: number | null | undefined) => {
      stopWatching()
      if (isStopped) resolve(null)
      else if (code === undefined) reject(line.error) // ended without a word: so does sshd when it is killed
      else resolve(code)
    }
    channel.on('exit', (code: number | null) => finish(code))
    channel.on('close', (code?: number | null) => finish(code))
  })
  exit.catch(() => {}) // whoever reads only the output need not ask for the exit; it is not an unhandled failure
  const stop = () => {
    if (isStopped) return
    isStopped = true
    // sshd sends it to the process group. Without input of its own a command ends with its standard input (`command-text.ts`).
    if (!keepsInputOpen && line.end === null) channel.signal('TERM')
    channel.close()
    channel.resume()
  }
  feed(channel, prelude, input, keepsInputOpen, stop)
  return { channel, exit, stderr, stop }
}

/**
 * The output as a stream of its own. A raw ssh2 channel says `close` only after it was read to its end, so one that is
 * left early (`break` in a loop) would keep its session at the server for ever; leaving this one stops the command.
 */
export function outputOf(running: RunningCommand): Readable {
  const { channel, stop } = running
  const output = new Readable({
    read() { channel.resume() },
    destroy(error, done) {
      if (!output.readableEnded) stop()
      done(error)
    },
  })
  channel.on('data', (chunk: Buffer) => { if (!output.push(chunk)) channel.pause() })
  channel.on('end', () => output.push(null))
  channel.pause()
  return output
}

function feed(channel: ClientChannel, prelude: string | null, input: RemoteCommand['input'], keepsInputOpen: boolean, stop: () => void): void {
  if (prelude !== null) channel.write(prelude)
  if (input instanceof Readable) {
    input.on('error', stop)
    channel.on('close', () => input.destroy()) // nobody reads it any more
    input.pipe(channel)
  } else if (input !== undefined) {
    channel.end(input)
  } else if (!keepsInputOpen) {
    channel.end()
  }
}

function keepTail(stream: Readable): () => string {
  let chunks: Buffer[] = []
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes <= 2 * keptStderrBytes) return
    chunks = [Buffer.concat(chunks).subarray(-keptStderrBytes)]
    bytes = keptStderrBytes
  })
  return () => Buffer.concat(chunks).subarray(-keptStderrBytes).toString('utf8')
}
