import { randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { HomeportError } from '../../shared/errors.ts'
import type { RunEvent, RunId } from '../../shared/run.ts'
import { packRun, type CompiledRun } from '../compile/run.ts'
import type { Resources } from '../resources.ts'
import type { Session } from '../ssh/session.ts'
import { onAbort } from './abort.ts'
import { batchesOfLines } from './lines.ts'
import { createRunLogParser } from './run-log.ts'

const otherRun = 75
const noSuchRun = 3

/** Starts a run on the server, in one exchange. It goes on whatever happens to this computer. Throws `run-in-progress`. */
export async function startRun(session: Session, run: CompiledRun, resources: Resources): Promise<RunId> {
  const runId = newRunId(new Date())
  const { exitCode, stdout, stderr } = await session.run({
    name: 'start-run', script: resources.text('commands/start-run.sh'), args: [runId],
    input: await packRun(run, runId, ownerName(), resources), expectedExitCodes: [0, otherRun],
  })
  if (exitCode === 0) return runId
  throw new HomeportError('run-in-progress', 'Another change is going on at this server.', {
    hint: 'Wait until it has ended, then look at the plan again.', detail: `${stdout.toString('utf8').trim()}\n${stderr}`.trim(),
  })
}

/** Asks a run to end before its next step. */
export async function cancelRun(session: Session, runId: RunId, resources: Resources): Promise<void> {
  const { exitCode } = await session.run({ name: 'cancel-run', script: resources.text('commands/cancel-run.sh'), args: [runId], expectedExitCodes: [0, noSuchRun] })
  if (exitCode === noSuchRun) throw unknownRun(runId)
}

export interface WatchOptions {
  /** A session that is alive; asked for again after the line was lost. */
  readonly session: () => Promise<Session>
  readonly runId: RunId
  readonly resources: Resources
  readonly signal: AbortSignal
  /** Waits before the next try, in milliseconds. */
  readonly pause: (attempt: number) => Promise<void>
}

/** All events of a run from its beginning to its end, across lost lines. Throws `run-unknown`, and what connecting throws unless it may pass. */
export async function* watchRun(options: WatchOptions): AsyncGenerator<RunEvent[]> {
  const parse = createRunLogParser()
  let linesRead = 0
  for (let attempt = 0; !options.signal.aborted; attempt++) {
    try {
      const session = await options.session()
      if (attempt > 0) yield [{ kind: 'line', state: 'connected' }]
      const command = { name: 'watch-run', script: options.resources.text('commands/watch-run.sh'), args: [options.runId, String(linesRead + 1)] }
      const process = await session.open(command)
      const forget = onAbort(options.signal, () => process.stop())
      try {
        for await (const lines of batchesOfLines(process.stdout)) {
          linesRead += lines.length
          attempt = 0
          const events = lines.map(parse).filter((event) => event !== null)
          if (events.length > 0) yield events
          if (events.some((event) => event.kind === 'ended')) return
        }
        const exitCode = await process.exit
        if (exitCode === noSuchRun) throw unknownRun(options.runId)
        if (!options.signal.aborted) yield [{ kind: 'interrupted' }]
        return
      } finally {
        forget()
        process.stop()
      }
    } catch (error) {
      if (!mayPass(error)) throw error
      yield [{ kind: 'line', state: 'reconnecting' }]
      await options.pause(attempt)
    }
  }
}

/** Failures after which the server may be there again in a moment. */
export function mayPass(error: unknown): boolean {
  return error instanceof HomeportError && ['connection-lost', 'connection-timeout', 'connection-refused', 'no-route'].includes(error.code)
}

function unknownRun(runId: string): HomeportError {
  return new HomeportError('run-unknown', 'The server does not know this run any more.', { hint: 'Look at the plan: it shows what is left to do.', detail: runId })
}

function newRunId(now: Date): RunId {
  return `${now.toISOString().replace(/[-:T]/g, '').slice(0, 14)}-${randomBytes(4).toString('hex')}`
}

/** Who started a run, for people at other computers. */
function ownerName(): string {
  return `${userInfo().username}@${hostname()}`
}
