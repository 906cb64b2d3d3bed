import { diffLines } from 'diff'
import type { FileDiff } from '../../shared/plan.ts'

export type DiffRow =
  | { readonly kind: 'same' | 'added' | 'removed'; readonly text: string; readonly before: number | null; readonly after: number | null }
  /** Unchanged lines that are left out. */
  | { readonly kind: 'gap'; readonly lines: number }

/** Unchanged lines shown around a change. */
const context = 3

/** The rows of a unified view. Line numbers count from 1. */
export function diffRows(diff: FileDiff): DiffRow[] {
  const rows: DiffRow[] = []
  let [before, after] = [1, 1]
  for (const part of diffLines(diff.before ?? '', diff.after ?? '')) {
    for (const text of part.value.replace(/\n$/, '').split('\n')) {
      if (part.added) rows.push({ kind: 'added', text, before: null, after: after++ })
      else if (part.removed) rows.push({ kind: 'removed', text, before: before++, after: null })
      else rows.push({ kind: 'same', text, before: before++, after: after++ })
    }
  }
  return foldUnchanged(rows)
}

function foldUnchanged(rows: readonly DiffRow[]): DiffRow[] {
  const near = new Set<number>()
  rows.forEach((row, index) => {
    if (row.kind === 'same') return
    for (let at = index - context; at <= index + context; at++) near.add(at)
  })
  // A file that does not differ is shown whole.
  if (near.size === 0) return [...rows]
  const folded: DiffRow[] = []
  let hidden = 0
  const flush = () => { if (hidden > 0) folded.push({ kind: 'gap', lines: hidden }); hidden = 0 }
  rows.forEach((row, index) => {
    if (!near.has(index)) { hidden += 1; return }
    flush()
    folded.push(row)
  })
  flush()
  return folded
}

export function countRows(rows: readonly DiffRow[]): { added: number; removed: number } {
  return { added: rows.filter((row) => row.kind === 'added').length, removed: rows.filter((row) => row.kind === 'removed').length }
}
