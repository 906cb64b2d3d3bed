import { expect, test } from 'vitest'
import { Silence, silenceLimitMs } from '../../src/main/ssh/line.ts'

function watch(): { silence: Silence; after: (ms: number) => boolean } {
  let time = 0
  const silence = new Silence({ now: () => time })
  return { silence, after: (ms) => { time += ms; return silence.isTooLong() } }
}

test('a line is dead after ten seconds without a byte', () => {
  const { after } = watch()
  const looks = Array.from({ length: 6 }, () => after(2_000))
  expect(silenceLimitMs).toBe(10_000)
  expect(looks).toEqual([false, false, false, false, false, true])
})

test('any byte shows that it lives', () => {
  const { silence, after } = watch()
  for (let n = 0; n < 50; n++) {
    expect(after(2_000)).toBe(false)
    if (n % 4 === 0) silence.heard()
  }
})

test('a computer that slept counts anew', () => {
  const { after } = watch()
  expect(after(3_600_000)).toBe(false)
  expect(after(2_000)).toBe(false)
})
