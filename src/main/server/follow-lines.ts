import { HomeportError } from '../../shared/errors.ts'
import type { RemoteCommand, Session } from '../ssh/session.ts'
import { onAbort } from './abort.ts'
import { batchesOfLines } from './lines.ts'

export interface FollowLinesOptions {
  /** A session that is alive; asked for again after the line was lost. */
  readonly session: () => Promise<Session>
  /** What to follow. Asked anew for each try, so that it can go on where the last one broke off. */
  readonly command: () => RemoteCommand
  readonly signal: AbortSignal
  /** Waits before the next try, longer with each. */
  readonly pause: (attempt: number) => Promise<void>
  /** Characters of a line, beyond which it is cut; as `batchesOfLines` has it unless said. */
  readonly longestLine?: number
}

export type Followed =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'line-lost' }
  | { readonly kind: 'line-back' }
  /** The command ended by itself. */
  | { readonly kind: 'ended'; readonly exitCode: number | null }

/** Follows the output of a command across lost lines. Throws what connecting throws, unless that may pass. */
export async function* followLines(options: FollowLinesOptions): AsyncGenerator<Followed> {
  let isLost = false
  for (let attempt = 0; !options.signal.aborted; attempt++) {
    try {
      const process = await (await options.session()).open(options.command())
      if (isLost) yield { kind: 'line-back' }
      isLost = false
      const forget = onAbort(options.signal, () => process.stop())
      try {
        for await (const lines of batchesOfLines(process.stdout, options.longestLine)) {
          attempt = 0
          yield { kind: 'lines', lines }
        }
        yield { kind: 'ended', exitCode: await process.exit }
        return
      } finally {
        forget()
        process.stop()
      }
    } catch (error) {
      if (!mayPass(error)) throw error
      if (!isLost) yield { kind: 'line-lost' }
      isLost = true
      await options.pause(attempt)
    }
  }
}

/**
 * Failures after which the server may be there again in a moment. `not-ssh`: a server that goes down or is overrun takes
 * connections and closes them without a word. `host-not-found`: a laptop that has just woken up has no name server yet.
 */
export function mayPass(error: unknown): boolean {
  return error instanceof HomeportError && ['connection-lost', 'connection-timeout', 'connection-refused', 'no-route', 'not-ssh', 'host-not-found'].includes(error.code)
}
