import { randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { HomeportError } from '../../shared/errors.ts'
import type { RunEvent, RunId } from '../../shared/run.ts'
import { isLeavingStep, packRun, type CompiledRun } from '../compile/run.ts'
import type { Resources } from '../resources.ts'
import type { RemoteCommand, Session } from '../ssh/session.ts'
import { followLines, type FollowLinesOptions } from './follow-lines.ts'
import { createRunLogParser } from './run-log.ts'

const otherRun = 75
const filesChanged = 76
const diskFull = 77
const noSuchRun = 3
const homeportIsGone = 4

/** sha256 of the two files that every plan is made from, as they were gathered; '' where there is none. */
export interface PlannedFrom { readonly spec: string; readonly owned: string }

/**
 * Starts a run on the server, in one exchange. It goes on whatever happens to this computer.
 * Throws `run-in-progress`, `disk-full`, and `plan-stale` where the files are not any more what the run was planned from.
 */
export async function startRun(session: Session, run: CompiledRun, resources: Resources, from?: PlannedFrom): Promise<RunId> {
  const runId = newRunId(new Date())
  const { exitCode, stdout, stderr } = await session.run({
    name: 'start-run', script: resources.text('commands/start-run.sh'), args: from === undefined ? [runId] : [runId, from.spec, from.owned],
    input: await packRun(run, runId, ownerName(), resources), expectedExitCodes: [0, otherRun, filesChanged, diskFull],
  })
  if (exitCode === 0) return runId
  if (exitCode === filesChanged) throw planStale()
  if (exitCode === diskFull) throw noRoomForRun(stderr)
  // The name of the other run's unit and the first line of its log, where it has one already.
  const [unit = '', firstLine = ''] = stdout.toString('utf8').split('\n')
  const started = createRunLogParser()(firstLine)
  throw runInProgress(started?.kind === 'started' ? started : null, `${unit}\n${stderr}`.trim())
}

/** Neither on its disk nor, as it does where that is full, in its memory. */
function noRoomForRun(detail: string): HomeportError {
  return new HomeportError('disk-full', 'The disk of the server is full: there is no room for the files of a change.', { hint: 'Log in at the server and delete something that is not needed, then try again. Nothing has changed.', detail: detail.trim() })
}

/** `other`: the run that goes on, where it is known. */
export function runInProgress(other: { readonly title: string; readonly owner: string } | null, detail: string): HomeportError {
  const what = other === null ? '' : `: "${other.title}", started by ${other.owner}`
  return new HomeportError('run-in-progress', `Another change is going on at this server${what}.`, { hint: 'Watch it until it has ended, then try again.', detail })
}

export function planStale(): HomeportError {
  return new HomeportError('plan-stale', 'The server has changed since this plan was made.', { hint: 'Here is the plan as it is now. Look at it again, then approve it.' })
}

/** Asks a run to end before its next step. */
export async function cancelRun(session: Session, runId: RunId, resources: Resources): Promise<void> {
  const { exitCode } = await session.run({ name: 'cancel-run', script: resources.text('commands/cancel-run.sh'), args: [runId], expectedExitCodes: [0, noSuchRun] })
  if (exitCode === noSuchRun) throw unknownRun(runId)
}

export interface WatchOptions extends Omit<FollowLinesOptions, 'command'> {
  readonly runId: RunId
  readonly resources: Resources
}

/** All events of a run from its beginning to its end, across lost lines. Throws `run-unknown`, and what connecting throws unless it may pass. */
export async function* watchRun(options: WatchOptions): AsyncGenerator<RunEvent[]> {
  const parse = createRunLogParser()
  const leaving = createLeavingWatch()
  let linesRead = 0
  const command = (): RemoteCommand => ({ name: 'watch-run', script: options.resources.text('commands/watch-run.sh'), args: [options.runId, String(linesRead + 1)] })
  for await (const followed of followLines({ ...options, command })) {
    switch (followed.kind) {
      case 'line-lost': yield [{ kind: 'line', state: 'reconnecting' }]; break
      case 'line-back': yield [{ kind: 'line', state: 'connected' }]; break
      case 'lines': {
        linesRead += followed.lines.length
        const events = followed.lines.map(parse).filter((event) => event !== null)
        leaving.see(events)
        if (events.length > 0) yield events
        if (events.some((event) => event.kind === 'ended')) return
        break
      }
      case 'ended': {
        // Somebody may have set the server up again by now.
        const end = followed.exitCode === homeportIsGone || followed.exitCode === noSuchRun ? leaving.end() : null
        if (end !== null) return yield end
        if (followed.exitCode === noSuchRun || followed.exitCode === homeportIsGone) throw unknownRun(options.runId)
        if (!options.signal.aborted) yield [{ kind: 'interrupted' }]
      }
    }
  }
}

/**
 * A run that takes Homeport off the server takes its own log with it, a few seconds after its end. Whoever lost the line
 * in these seconds finds neither; but the log goes only where the last step has been done, so the end is known all the same.
 */
function createLeavingWatch(): { see: (events: readonly RunEvent[]) => void; end: () => RunEvent[] | null } {
  let steps = 0
  let ended = 0
  return {
    see(events) {
      for (const event of events) {
        if (event.kind === 'started' && event.steps.slice(-1).some(isLeavingStep)) steps = event.steps.length
        if (event.kind === 'step-ended' && event.exitCode === 0) ended++
      }
    },
    end() {
      if (steps === 0) return null
      const at = Date.now()
      const rest = Array.from({ length: steps - ended }, (_, index): RunEvent => ({ kind: 'step-ended', at, step: ended + index, exitCode: 0 }))
      return [...rest, { kind: 'ended', at, result: 'succeeded' }]
    },
  }
}

function unknownRun(runId: string): HomeportError {
  return new HomeportError('run-unknown', 'The server does not know this run any more.', { hint: 'Look at the plan: it shows what is left to do.', detail: runId })
}

/** Ids sort by time: within one second by its milliseconds, which are the first three of the hex digits. */
function newRunId(now: Date): RunId {
  const milliseconds = now.getUTCMilliseconds().toString(16).padStart(3, '0')
  return `${now.toISOString().replace(/[-:T]/g, '').slice(0, 14)}-${milliseconds}${randomBytes(3).toString('hex').slice(1)}`
}

/** Who started a run, for people at other computers. */
function ownerName(): string {
  return `${userInfo().username}@${hostname()}`
}
