import { expect, test, vi } from 'vitest'
import { loadResources } from '../../src/main/resources.ts'
import { startRun } from '../../src/main/server/runs.ts'
import type { RemoteCommand, Session } from '../../src/main/ssh/session.ts'

const resources = loadResources(new URL('../../resources', import.meta.url).pathname)
const change = { title: 'Nothing', steps: [], files: new Map<string, string>() }

/** A server that gives one answer. */
function answering(exitCode: number, stdout = '') {
  const unused = () => { throw new Error('not used here') }
  const run = vi.fn(async (_command: RemoteCommand) => ({ exitCode, stdout: Buffer.from(stdout), stderr: '' }))
  const session: Session = { sudo: 'root', exchanges: 1, host: 'a.example', run, open: unused, onClosed: () => () => {}, close: () => {} }
  return { session, args: () => run.mock.lastCall?.[0].args }
}

test('tells the server what a plan was made from, and an action nothing', async () => {
  const { session, args } = answering(0)
  const runId = await startRun(session, change, resources, { spec: 'aa', owned: '' })
  expect(args()).toEqual([runId, 'aa', ''])
  const actionId = await startRun(session, change, resources)
  expect(args()).toEqual([actionId])
})

test('a server that changed between the look and the start makes the plan stale', async () => {
  await expect(startRun(answering(76).session, change, resources, { spec: '', owned: '' })).rejects.toMatchObject({ code: 'plan-stale' })
})

test('a server that has no room for the files of a run says so', async () => {
  await expect(startRun(answering(77).session, change, resources)).rejects.toMatchObject({ code: 'disk-full', message: expect.stringContaining('The disk of the server is full') as string })
})

test('another run is named where the server knows it, and refused where it does not yet', async () => {
  const started = '@ {"at":1,"kind":"started","runId":"20260101000000-00000000","title":"Add a site","owner":"anna@laptop","steps":[]}'
  await expect(startRun(answering(75, `Homeport run 1\n${started}\n`).session, change, resources)).rejects.toMatchObject({ code: 'run-in-progress', message: expect.stringContaining('"Add a site", started by anna@laptop') as string })
  await expect(startRun(answering(75).session, change, resources)).rejects.toMatchObject({ code: 'run-in-progress', message: 'Another change is going on at this server.' })
})
