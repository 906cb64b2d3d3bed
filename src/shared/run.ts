import { z } from 'zod'

/** Id of a run: UTC time and randomness; part of a folder name on the server. */
export const RunId = z.string().regex(/^[0-9]{14}-[0-9a-f]{8}$/)
export type RunId = z.infer<typeof RunId>

const at = z.number() // milliseconds since 1970, the server's clock

/** What a run says while it goes on. Read from its log on the server, so a late watcher gets the same events. */
export const RunEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), at, runId: RunId, title: z.string(), owner: z.string(), steps: z.array(z.object({ id: z.string(), title: z.string() })) }),
  z.object({ kind: z.literal('step-started'), at, step: z.number().int() }),
  z.object({ kind: z.literal('output'), step: z.number().int(), line: z.string() }),
  z.object({ kind: z.literal('step-ended'), at, step: z.number().int(), exitCode: z.number().int() }),
  z.object({ kind: z.literal('cancel-requested'), at }),
  z.object({ kind: z.literal('ended'), at, result: z.enum(['succeeded', 'failed', 'cancelled']) }),
  /** The run's unit is gone without an end: a power cut, or somebody stopped it. Said by the watcher, not by the run. */
  z.object({ kind: z.literal('interrupted') }),
  /** The line to the server: a watcher that lost it goes on trying. */
  z.object({ kind: z.literal('line'), state: z.enum(['connected', 'reconnecting']) }),
])
export type RunEvent = z.infer<typeof RunEvent>

export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'skipped'
export interface RunStep {
  readonly id: string
  readonly title: string
  readonly state: StepState
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly exitCode: number | null
  readonly output: readonly string[]
}
export type RunOutcome = 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted'
export interface RunState {
  readonly runId: string | null
  readonly title: string
  readonly owner: string
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly outcome: RunOutcome
  readonly cancelRequested: boolean
  readonly line: 'connected' | 'reconnecting'
  readonly steps: readonly RunStep[]
}

export const initialRunState: RunState = {
  runId: null, title: '', owner: '', startedAt: null, endedAt: null, outcome: 'running', cancelRequested: false, line: 'connected', steps: [],
}

/** Lines of output kept per step in the window; the log on the server has all. */
const keptLines = 2000

/** The one way from events to what is shown. */
export function reduceRun(state: RunState, event: RunEvent): RunState {
  switch (event.kind) {
    case 'started':
      return {
        ...initialRunState, runId: event.runId, title: event.title, owner: event.owner, startedAt: event.at,
        steps: event.steps.map((step) => ({ ...step, state: 'waiting', startedAt: null, endedAt: null, exitCode: null, output: [] })),
      }
    case 'step-started':
      return withStep(state, event.step, (step) => ({ ...step, state: 'running', startedAt: event.at }))
    case 'output':
      return withStep(state, event.step, (step) => ({ ...step, output: [...step.output, event.line].slice(-keptLines) }))
    case 'step-ended':
      return withStep(state, event.step, (step) => ({ ...step, state: event.exitCode === 0 ? 'done' : 'failed', endedAt: event.at, exitCode: event.exitCode }))
    case 'cancel-requested':
      return { ...state, cancelRequested: true }
    case 'ended':
      return { ...settle(state), outcome: event.result, endedAt: event.at }
    case 'interrupted':
      return { ...settle(state), outcome: 'interrupted' }
    case 'line':
      return { ...state, line: event.state }
  }
}

/** As `reduceRun` one after another; lines of output that follow each other are added at once, for steps that say much. */
export function reduceRunEvents(state: RunState, events: readonly RunEvent[]): RunState {
  let reduced = state
  for (let index = 0; index < events.length; index++) {
    const event = events[index]
    if (event === undefined) break
    if (event.kind !== 'output') {
      reduced = reduceRun(reduced, event)
      continue
    }
    const lines: string[] = []
    let next: RunEvent | undefined = event
    for (; next?.kind === 'output' && next.step === event.step; next = events[++index]) lines.push(next.line)
    index--
    reduced = withStep(reduced, event.step, (step) => ({ ...step, output: [...step.output, ...lines].slice(-keptLines) }))
  }
  return reduced
}

function withStep(state: RunState, index: number, change: (step: RunStep) => RunStep): RunState {
  return { ...state, steps: state.steps.map((step, i) => (i === index ? change(step) : step)) }
}

function settle(state: RunState): RunState {
  return { ...state, steps: state.steps.map((step) => (step.state === 'waiting' ? { ...step, state: 'skipped' } : step.state === 'running' ? { ...step, state: 'failed' } : step)) }
}

/** Steps finished, of how many: the honest measure, since steps differ in length. */
export function runProgress(state: RunState): { done: number; total: number } {
  return { done: state.steps.filter((step) => step.state === 'done').length, total: state.steps.length }
}

/** One line of the list of earlier runs. */
export const RunSummary = z.object({ runId: RunId, title: z.string(), owner: z.string(), startedAt: z.number(), endedAt: z.number().nullable(), outcome: z.enum(['running', 'succeeded', 'failed', 'cancelled', 'interrupted']) })
export type RunSummary = z.infer<typeof RunSummary>
