import fc from 'fast-check'
import { expect, it } from 'vitest'
import { excerptDiff } from '../../src/main/server/excerpt.ts'

const many = (count: number, from = 0): string => Array.from({ length: count }, (_, index) => `line ${from + index}\n`).join('')

it('leaves what is short as it is', () => {
  const diff = { path: '/a', before: many(10), after: null }
  expect(excerptDiff(diff)).toBe(diff)
})

it('shows of long files what differs, with lines around it', () => {
  const before = many(50_000)
  expect(excerptDiff({ path: '/a', before, after: before.replace('line 20000\n', 'new\n') })).toEqual({
    path: '/a',
    before: '… 19,997 the same lines before …\nline 19997\nline 19998\nline 19999\nline 20000\nline 20001\nline 20002\nline 20003\n… 29,996 the same lines after …\n',
    after: '… 19,997 the same lines before …\nline 19997\nline 19998\nline 19999\nnew\nline 20001\nline 20002\nline 20003\n… 29,996 the same lines after …\n',
  })
  expect(excerptDiff({ path: '/a', before: null, after: before }).before).toBeNull()
})

it('is short whatever differs, and differs wherever they do', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 60 })
  fc.assert(fc.property(lines, lines, (one, other) => {
    // Long enough to be cut.
    const text = (parts: readonly string[]): string => `${many(15_000)}${parts.map((part) => `${part}\n`).join('')}${many(15_000, 100_000)}`
    const { before, after } = excerptDiff({ path: '/a', before: text(one), after: text(other) })
    expect((before ?? '').length + (after ?? '').length).toBeLessThan(20_000)
    expect(before === after).toBe(one.join() === other.join())
  }), { numRuns: 30 })
})
