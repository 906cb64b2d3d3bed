import { expect, test } from 'vitest'
import { isAfterLastRun, noteRunEnd } from '../../src/renderer/components/last-runs.ts'
import type { RunSummary } from '../../src/shared/run.ts'

const run = (runId: string, outcome: RunSummary['outcome'] = 'succeeded'): { lastRun: RunSummary } => ({ lastRun: { runId, title: 'T', owner: 'me', startedAt: 0, endedAt: null, outcome } })

test('a status from before the end of the last run that was watched is told from one after it', () => {
  expect(isAfterLastRun('a', { lastRun: null })).toBe(true)
  noteRunEnd('a', '20261122170000-beefbeef')
  noteRunEnd('a', '20261122160000-beefbeef')
  expect(isAfterLastRun('a', { lastRun: null })).toBe(false)
  expect(isAfterLastRun('a', run('20261122160000-beefbeef'))).toBe(false)
  expect(isAfterLastRun('a', run('20261122170000-beefbeef', 'running'))).toBe(false)
  expect(isAfterLastRun('a', run('20261122170000-beefbeef'))).toBe(true)
  expect(isAfterLastRun('a', run('20261122170001-00000000', 'running'))).toBe(true)
  expect(isAfterLastRun('b', { lastRun: null })).toBe(true)
})
