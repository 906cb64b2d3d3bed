import { expect, it } from 'vitest'
import { createRunLogParser } from '../../src/main/server/run-log.ts'

it('reads events, and gives output to the step that is at work', () => {
  const parse = createRunLogParser()
  expect([
    '@ {"at":1,"kind":"started","runId":"20260101000000-0123abcd","title":"T","owner":"me","steps":[{"id":"a","title":"A"}]}',
    '@ {"at":2,"kind":"step-started","step":0}', '| first', '@ {"at":3,"kind":"step-ended","step":0,"exitCode":0}', '@ {"at":4,"kind":"step-started","step":1}', '| ', '|  indented', '@ {"at":5,"kind":"ended","result":"failed"}',
  ].map(parse)).toEqual([
    { kind: 'started', at: 1, runId: '20260101000000-0123abcd', title: 'T', owner: 'me', steps: [{ id: 'a', title: 'A' }] },
    { kind: 'step-started', at: 2, step: 0 }, { kind: 'output', step: 0, line: 'first' }, { kind: 'step-ended', at: 3, step: 0, exitCode: 0 }, { kind: 'step-started', at: 4, step: 1 },
    { kind: 'output', step: 1, line: '' }, { kind: 'output', step: 1, line: ' indented' }, { kind: 'ended', at: 5, result: 'failed' },
  ])
})

it.each(['@ {"at":9,"kind":"ended","result":"succeeded"}', '| @ {"kind":"interrupted"}', '{"kind":"ended"}', '', '\u001b[2J'])('takes output that looks like an event (%j) for output', (line) => {
  expect(createRunLogParser()(`| ${line}`)).toEqual({ kind: 'output', step: 0, line })
})

it.each(['', '@', '@ ', '@ {', '@ {"at":1,"kind":"step-st', '@ null', '@ []', '@ {"kind":"made-up"}', '@ {"at":"1","kind":"ended","result":"succeeded"}', '@ {"at":1,"kind":"ended","result":"perhaps"}', '|', '|x', 'x', ' @ {"at":1,"kind":"ended","result":"failed"}'])('leaves out what is no whole line of a log: %j', (line) => {
  expect(createRunLogParser()(line)).toBeNull()
})

it('cuts a line that is longer than anybody reads', () => {
  const event = createRunLogParser()(`| ${'x'.repeat(1_000_000)}`)
  expect(event).toEqual({ kind: 'output', step: 0, line: 'x'.repeat(4000) })
})
