import fc from 'fast-check'
import { expect, it } from 'vitest'
import { initialRunState, reduceRun, reduceRunEvents, runProgress, type RunEvent, type RunState } from '../../src/shared/run.ts'

const started: RunEvent = { kind: 'started', at: 1000, runId: '20260101000000-0123abcd', title: 'Add example.org', owner: 'me@home', steps: [{ id: 'a', title: 'A' }, { id: 'b', title: 'B' }, { id: 'c', title: 'C' }] }
const play = (...events: RunEvent[]): RunState => events.reduce(reduceRun, initialRunState)
const states = (state: RunState): string[] => state.steps.map((step) => step.state)

it('shows all steps as waiting when a run begins', () => {
  expect(play(started)).toMatchObject({ runId: '20260101000000-0123abcd', title: 'Add example.org', owner: 'me@home', startedAt: 1000, endedAt: null, outcome: 'running', cancelRequested: false })
  expect(states(play(started))).toEqual(['waiting', 'waiting', 'waiting'])
})

it('follows a run that succeeds', () => {
  const state = play(started, ...[0, 1, 2].flatMap((step): RunEvent[] => [{ kind: 'step-started', at: 1100 + step, step }, { kind: 'output', step, line: `line ${step}` }, { kind: 'step-ended', at: 1200 + step, step, exitCode: 0 }]), { kind: 'ended', at: 2000, result: 'succeeded' })
  expect(states(state)).toEqual(['done', 'done', 'done'])
  expect(state.steps[1]).toMatchObject({ startedAt: 1101, endedAt: 1201, exitCode: 0, output: ['line 1'] })
  expect(state).toMatchObject({ outcome: 'succeeded', endedAt: 2000 })
  expect(runProgress(state)).toEqual({ done: 3, total: 3 })
})

it('skips what follows a step that failed', () => {
  const state = play(started, { kind: 'step-started', at: 1, step: 0 }, { kind: 'step-ended', at: 2, step: 0, exitCode: 7 }, { kind: 'ended', at: 3, result: 'failed' })
  expect(states(state)).toEqual(['failed', 'skipped', 'skipped'])
  expect(state).toMatchObject({ outcome: 'failed', steps: [{ exitCode: 7 }, {}, {}] })
  expect(runProgress(state)).toEqual({ done: 0, total: 3 })
})

it('keeps that an end was asked for, and skips the rest when it comes', () => {
  const asked = play(started, { kind: 'step-started', at: 1, step: 0 }, { kind: 'step-ended', at: 2, step: 0, exitCode: 0 }, { kind: 'cancel-requested', at: 3 })
  expect(asked).toMatchObject({ cancelRequested: true, outcome: 'running' })
  expect(states(reduceRun(asked, { kind: 'ended', at: 4, result: 'cancelled' }))).toEqual(['done', 'skipped', 'skipped'])
})

it('says of a run that broke off which step was at work', () => {
  const state = play(started, { kind: 'step-started', at: 1, step: 0 }, { kind: 'step-ended', at: 2, step: 0, exitCode: 0 }, { kind: 'step-started', at: 3, step: 1 }, { kind: 'interrupted' })
  expect(states(state)).toEqual(['done', 'failed', 'skipped'])
  expect(state).toMatchObject({ outcome: 'interrupted', endedAt: null })
})

it('tells when the line is lost and found, without touching the steps', () => {
  const state = play(started, { kind: 'line', state: 'reconnecting' })
  expect(state.line).toBe('reconnecting')
  expect(reduceRun(state, { kind: 'line', state: 'connected' })).toMatchObject({ line: 'connected', steps: state.steps })
})

it('begins anew when the same run is read from its beginning again', () => {
  expect(play(started, { kind: 'output', step: 0, line: 'x' }, started)).toEqual(play(started))
})

it('keeps the last 2,000 lines of a step and ignores steps that are not there', () => {
  let state = play(started)
  for (let index = 0; index < 2500; index++) state = reduceRun(state, { kind: 'output', step: 0, line: String(index) })
  expect(state.steps[0]?.output).toHaveLength(2000)
  expect(state.steps[0]?.output.at(-1)).toBe('2499')
  expect(reduceRun(state, { kind: 'output', step: 9, line: 'x' })).toEqual(state)
  expect(reduceRun(state, { kind: 'step-ended', at: 1, step: -1, exitCode: 0 })).toEqual(state)
})

it('many events at once come to the same as one after another', () => {
  const start: RunEvent = { kind: 'started', at: 1, runId: '20260101000000-00000000', title: 't', owner: 'o', steps: [{ id: 'a', title: 'A' }, { id: 'b', title: 'B' }] }
  const anyEvent: fc.Arbitrary<RunEvent> = fc.oneof(
    fc.record({ kind: fc.constant('output' as const), step: fc.nat(2), line: fc.string() }),
    fc.record({ kind: fc.constant('step-started' as const), at: fc.nat(), step: fc.nat(2) }),
    fc.record({ kind: fc.constant('step-ended' as const), at: fc.nat(), step: fc.nat(2), exitCode: fc.nat(1) }),
  )
  fc.assert(fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
    expect(reduceRunEvents(initialRunState, [start, ...events])).toEqual(play(start, ...events))
  }))
})
