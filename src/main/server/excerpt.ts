import type { FileDiff } from '../../shared/plan.ts'

/** Up to this size, in characters, a comparison is shown whole. */
const wholeLength = 200_000
const contextLines = 3
/** Of each side, of what differs. */
const mostLines = 400

/** A comparison of long files as people read it: what differs with some lines around it, and no more of that than anybody reads. Pure. */
export function excerptDiff(diff: FileDiff): FileDiff {
  const { before, after } = diff
  if ((before?.length ?? 0) <= wholeLength && (after?.length ?? 0) <= wholeLength) return diff
  const [old, next] = [linesOf(before), linesOf(after)]
  const most = Math.min(old.length, next.length)
  let head = 0
  while (head < most && old[head] === next[head]) head++
  let tail = 0
  while (tail < most - head && old[old.length - 1 - tail] === next[next.length - 1 - tail]) tail++
  const from = Math.max(0, head - contextLines)
  const cut = (lines: readonly string[]): string => {
    const shown = lines.slice(from, Math.min(lines.length, lines.length - tail + contextLines))
    const rest = shown.length - mostLines
    return [...told(from, 'the same lines before'), ...shown.slice(0, mostLines), ...told(rest, 'lines more'), ...told(tail - contextLines, 'the same lines after')].map((line) => `${line}\n`).join('')
  }
  return { path: diff.path, before: before === null ? null : cut(old), after: after === null ? null : cut(next) }
}

const told = (count: number, what: string): string[] => (count > 0 ? [`… ${count.toLocaleString('en')} ${what} …`] : [])

function linesOf(text: string | null): string[] {
  if (text === null || text === '') return []
  return text.replace(/\n$/, '').split('\n')
}
