import { expect, test } from 'vitest'
import { pauseBeforeGatherMs } from '../../src/main/server/live.ts'

test('gathers the first change after a quiet time as soon as its flock is here', () => {
  expect(pauseBeforeGatherMs(3000)).toBe(400)
  expect(pauseBeforeGatherMs(600_000)).toBe(400)
})

test('leaves three seconds between the starts of two gathers where changes never end', () => {
  for (const sinceStartMs of [0, 250, 2600]) expect(sinceStartMs + pauseBeforeGatherMs(sinceStartMs)).toBe(3000)
})
