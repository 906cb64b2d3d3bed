import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseWatchLine } from '../../src/main/facts/watch.ts'

it('reads vitals', () => {
  expect(parseWatchLine('vitals 1795367894094 2.52 2.48 1.48 2 24684084 23602948 270553174016 80764751872 2448.93\n')).toEqual({
    kind: 'vitals', vitals: {
      at: 1_795_367_894_094, load: [2.52, 2.48, 1.48], cpus: 2, memoryTotalBytes: 24_684_084 * 1024, memoryAvailableBytes: 23_602_948 * 1024,
      diskTotalBytes: 270_553_174_016, diskAvailableBytes: 80_764_751_872, uptimeSeconds: 2448.93,
    },
  })
})

it.each(['units', 'files'])('reads that %s changed', (what) => expect(parseWatchLine(`changed ${what}`)).toEqual({ kind: 'changed', what }))

it.each(['', 'changed', 'changed everything', 'vitals', 'vitals 1 2 3', 'vitals 1 1 1 1 2 1 1 1 1 -5', 'vitals 1 1 1 1 x 1 1 1 1 5', 'Welcome to Debian'])('reads nothing from "%s"', (line) => expect(parseWatchLine(line)).toBeNull())

it('never throws', () => {
  fc.assert(fc.property(fc.string(), (text) => {
    expect([null, 'vitals', 'changed']).toContain(parseWatchLine(text)?.kind ?? null)
    expect([null, 'vitals']).toContain(parseWatchLine(`vitals ${text}`)?.kind ?? null)
  }))
})
