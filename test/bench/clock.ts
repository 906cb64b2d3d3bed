/** Measuring: durations in milliseconds, middles, and how they are written. */

export interface Timed<T> { readonly value: T; readonly ms: number }

export async function timed<T>(work: () => T | Promise<T>): Promise<Timed<T>> {
  const startedAt = performance.now()
  const value = await work()
  return { value, ms: performance.now() - startedAt }
}

/** Does something several times and gives the middle duration, which one slow moment of the machine does not move. */
export async function medianMs(times: number, work: () => unknown): Promise<number> {
  const all: number[] = []
  for (let i = 0; i < times; i++) all.push((await timed(work)).ms)
  return median(all)
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('There is no middle of nothing.')
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export const asMs = (ms: number): string => (ms < 10 ? `${ms.toFixed(1)} ms` : ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)
export const asRatio = (ratio: number): string => `${ratio.toFixed(2)} ×`
export const asPercent = (part: number): string => `${(part * 100).toFixed(1)} %`
export const asMb = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`
