import { setTimeout } from 'node:timers/promises'
import type { DnsReport, NameReport } from '../../shared/dns-report.ts'
import type { Expected } from './addresses.ts'
import { reportName, type NameOptions } from './report.ts'

export interface WatchOptions extends NameOptions {
  readonly signal: AbortSignal
  readonly emit: (report: DnsReport) => void | Promise<void>
  /** Waits so many milliseconds; real time unless given. */
  readonly pause?: (ms: number) => Promise<void>
}

const atOnce = 8
const firstPauseMs = 10_000
const longestPauseMs = 60_000
/** After a change more is likely to come: the person is at it. */
const pauseAfterChangeMs = 5000

/** Reports about the names again and again, ever slower while nothing changes. Ends, and resolves, with the signal; rejects only where `emit` does. */
export async function watchNames(names: readonly string[], expected: Expected, { signal, emit, pause = pauseUnless(signal), ...options }: WatchOptions): Promise<void> {
  await lookAgainAndAgain({
    look: () => reportNames(names, expected, options), matters: whatMatters, signal, pause,
    emit: async (reports) => { await emit({ at: Date.now(), names: [...reports] }) },
  })
}

export interface Looking<T> {
  readonly look: () => Promise<T>
  /** Stands for what was seen: another one is a change. */
  readonly matters: (seen: T) => string
  readonly emit: (seen: T) => void | Promise<void>
  readonly signal: AbortSignal
  readonly pause?: (ms: number) => Promise<void>
}

/** Looks, tells, waits, and looks again, ever slower while nothing changes. Ends, and resolves, with the signal; rejects only where `look` or `emit` do. */
export async function lookAgainAndAgain<T>({ look, matters, emit, signal, pause = pauseUnless(signal) }: Looking<T>): Promise<void> {
  const aborted = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }))
  let before: string | null = null
  let pauseMs = firstPauseMs
  while (!signal.aborted) {
    const seen = await Promise.race([aborted, look()])
    if (seen === null || signal.aborted) return
    await emit(seen)
    const now = matters(seen)
    if (before !== null) pauseMs = before === now ? Math.min(pauseMs * 1.5, longestPauseMs) : pauseAfterChangeMs
    before = now
    await Promise.race([aborted, pause(pauseMs)])
  }
}

/** The names in their order; at most so many are asked about at the same time. */
async function reportNames(names: readonly string[], expected: Expected, options: NameOptions): Promise<readonly NameReport[]> {
  const reports: NameReport[] = []
  const left = names.entries()
  const worker = async (): Promise<void> => {
    for (const [index, name] of left) {
      reports[index] = await reportName(name, expected, options)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, names.length) }, worker))
  return reports
}

/** A message counts down minutes; what counts as a change is what was seen. */
function whatMatters(reports: readonly NameReport[]): string {
  return JSON.stringify(reports.map(({ name, verdict, records, seen }) => [name, verdict, records, seen.filter(({ error }) => error === null)]))
}

function pauseUnless(signal: AbortSignal): (ms: number) => Promise<void> {
  return async (ms) => {
    try {
      await setTimeout(ms, undefined, { signal })
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
}
