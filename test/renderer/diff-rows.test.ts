import { expect, test } from 'vitest'
import { countRows, diffRows } from '../../src/renderer/components/diff-rows.ts'

const lines = (count: number, change: Record<number, string> = {}) => Array.from({ length: count }, (_, index) => `${change[index + 1] ?? `line ${index + 1}`}\n`).join('')

test('a new file is all added lines, numbered from 1', () => {
  expect(diffRows({ path: '/a', before: null, after: 'one\ntwo\n' })).toEqual([
    { kind: 'added', text: 'one', before: null, after: 1 }, { kind: 'added', text: 'two', before: null, after: 2 },
  ])
})

test('a deleted file is all removed lines', () => {
  const rows = diffRows({ path: '/a', before: 'one\n', after: null })
  expect(rows).toEqual([{ kind: 'removed', text: 'one', before: 1, after: null }])
  expect(countRows(rows)).toEqual({ added: 0, removed: 1 })
})

test('three unchanged lines stay around a change and the rest is folded', () => {
  const rows = diffRows({ path: '/a', before: lines(20), after: lines(20, { 10: 'other' }) })
  expect(rows[0]).toEqual({ kind: 'gap', lines: 6 })
  expect(rows.at(-1)).toEqual({ kind: 'gap', lines: 7 })
  expect(rows.filter((row) => row.kind === 'same')).toHaveLength(6)
  expect(countRows(rows)).toEqual({ added: 1, removed: 1 })
})

test('line numbers after an insertion count on both sides', () => {
  const rows = diffRows({ path: '/a', before: 'a\nb\n', after: 'a\nnew\nb\n' })
  expect(rows.at(-1)).toEqual({ kind: 'same', text: 'b', before: 2, after: 3 })
})

test('an empty line in the file is a row of its own', () => {
  expect(diffRows({ path: '/a', before: null, after: 'a\n\nb\n' }).map((row) => (row.kind === 'gap' ? null : row.text))).toEqual(['a', '', 'b'])
})

test('a file without any difference is shown whole', () => {
  expect(diffRows({ path: '/a', before: lines(9), after: lines(9) })).toHaveLength(9)
})

test('an empty file has no rows', () => {
  expect(diffRows({ path: '/a', before: null, after: '' })).toEqual([])
})
