/** A bare server whose set-up is disturbed in every way, and which is bare again in the end. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { initialRunState, reduceRun, type RunEvent, type RunState } from '../../src/shared/run.ts'
import { cancelRun } from '../../src/main/server/runs.ts'
import { startDelayProxy, startServer, type TestServer } from '../testbed/index.ts'
import { staticAddress } from '../../src/main/render/site-address.ts'
import { leaveHalfNetwork } from './half-network.ts'
import { on, Pipeline, resources, stateOf } from './pipeline.ts'
import { traces } from './server-traces.ts'
import { visit } from './visitor.ts'

let server: TestServer
let here: Pipeline
let bare: Record<string, string[]>

beforeAll(async () => {
  server = await startServer()
  here = Pipeline.to(server)
  bare = await traces(server)
})
afterAll(async () => {
  here.close()
  await server.stop()
})

it('knows after a power cut within a set-up that it was interrupted, and plans what is left', async () => {
  const plan = await here.desk.plan({ kind: 'set-up' })
  const runId = await here.desk.approve(plan.id)
  const seen = await when(here, runId, (event) => event.kind === 'output' && event.line.startsWith('Unpacking'))
  await server.powerCut()
  const facts = await here.facts()
  expect(facts.runs).toMatchObject([{ runId, outcome: 'interrupted' }])
  expect(facts.activeRun).toBeNull()
  const left = await here.leftToDo()
  const done = seen.steps.filter((step) => step.state === 'done').flatMap((step) => step.id.split(' '))
  expect(done.length).toBeGreaterThan(10)
  expect(left.filter((line) => done.some((id) => line.includes(` ${id}:`))), 'what was done is not done again').toEqual([])
  expect(left.map((line) => line.split(':')[0])).toEqual(expect.arrayContaining(['create packages/system', 'create user/homeport', 'update container/homeport-proxy']))
})

it('ends at the next step when it is cancelled, and continues where it ended', async () => {
  const plan = await here.desk.plan({ kind: 'set-up' })
  const runId = await here.desk.approve(plan.id)
  const isGoing = Promise.withResolvers<void>()
  const watching = here.events(runId, (event) => { if (event.kind === 'step-started') isGoing.resolve() })
  await isGoing.promise
  await cancelRun(await here.session(), runId, resources)
  const run = stateOf(await watching)
  expect(run.outcome, run.steps.find((step) => step.state === 'failed')?.output.join('\n') ?? '').toBe('cancelled')
  const done = run.steps.filter((step) => step.state === 'done').flatMap((step) => step.id.split(' '))
  expect(done).toContain('packages/system')
  const left = await here.leftToDo()
  expect(left.filter((line) => done.some((id) => line.includes(` ${id}:`)))).toEqual([])
  await here.apply({ kind: 'set-up' })
  expect(await here.leftToDo()).toEqual([])
})

it('makes a network of which a power cut left half, and stops no container for it', async () => {
  await leaveHalfNetwork(server, { name: 'homeport-static', ...staticAddress })
  expect([...(await here.facts()).docker.networks.keys()], 'Docker does not list it').not.toContain('homeport-static')
  const started = await on(server, "docker inspect --format '{{.State.StartedAt}}' homeport-proxy")
  const { run } = await here.addUpload('halved.example.test', { 'index.html': 'halved' })
  expect(run.steps.flatMap((step) => step.output).join('\n')).toContain('half of a network')
  expect((await visit(server.host, 'halved.example.test')).body).toBe('halved')
  expect(await here.leftToDo()).toEqual([])
  expect(await on(server, "docker inspect --format '{{.State.StartedAt}}' homeport-proxy")).toBe(started)
  expect(await on(server, 'ls /sys/class/net')).not.toContain('homeport-away')
})

it('finishes the start of a site after a power cut in the middle of it', async () => {
  const { release } = await here.send({ 'index.html': 'survivor' })
  const plan = await here.desk.plan({ kind: 'add-site', draft: { domain: 'survivor.example.test', www: true, source: { kind: 'upload', release } } })
  const runId = await here.desk.approve(plan.id)
  await when(here, runId, (event, run) => event.kind === 'step-started' && run.steps[event.step]?.id.includes('release/') === true)
  await server.powerCut()
  // A server that is still starting changes under every plan.
  await on(server, 'systemctl is-system-running --wait || true')
  if ((await here.leftToDo()).length > 0) await here.apply({ kind: 'set-up' })
  expect((await visit(server.host, 'survivor.example.test')).body).toBe('survivor')
  expect(await here.leftToDo()).toEqual([])
})

it('takes nothing out of a Docker that does not answer when Homeport is taken off', async () => {
  await on(server, 'docker volume create others && echo precious >/var/lib/docker/volumes/others/_data/file')
  const plan = await here.desk.plan({ kind: 'uninstall', userData: 'keep' })
  const runId = await here.desk.approve(plan.id)
  // It is asked a moment later, when apt has said what would go.
  await when(here, runId, (event, run) => event.kind === 'step-started' && run.steps[event.step]?.id === 'packages/system')
  await on(server, 'systemctl mask --quiet --runtime docker.service docker.socket; systemctl kill --signal=KILL docker.service; systemctl stop docker.socket docker.service')
  const { run } = await here.follow(runId)
  const step = run.steps.find(({ id }) => id === 'packages/system')
  expect([run.outcome, step?.state, step?.output.join('\n')]).toEqual(['failed', 'failed', expect.stringContaining('does not answer')])
  expect(await on(server, 'cat /var/lib/docker/volumes/others/_data/file; command -v docker')).toBe('precious\n/usr/bin/docker')
  await on(server, 'systemctl unmask --quiet --runtime docker.service docker.socket; systemctl start docker.service')
  await on(server, 'kill -STOP "$(pidof dockerd)"')
  const asked = stateOf(await here.events(await here.start({ title: 'Ask', steps: [{ id: 'ask/docker', title: 'Ask', script: 'what_docker_holds' }], files: new Map() })))
  await on(server, 'kill -CONT "$(pidof dockerd)"')
  expect(asked.outcome, 'one that hangs is not empty either').toBe('failed')
  expect(await on(server, 'docker volume rm others')).toBe('others')
})

it('is as bare as before after Homeport was taken off with all data, and the watcher learns the end without the line', async () => {
  const line = await startDelayProxy({ host: server.host, port: server.port, rttMs: 10 })
  const away = Pipeline.to(server, line)
  const plan = await away.desk.plan({ kind: 'uninstall', userData: 'delete' })
  const runId = await away.desk.approve(plan.id)
  const seen: RunEvent[] = []
  const watching = away.events(runId, (event) => {
    seen.push(event)
    // Nothing passes from the removal of Docker until the log itself is gone.
    if (event.kind === 'step-started' && stateOf(seen).steps[event.step]?.id === 'packages/system') line.block()
  })
  await expect.poll(() => on(server, 'find /var/lib/homeport -maxdepth 3 2>/dev/null; tail -n 3 /var/lib/homeport/runs/*/log 2>/dev/null || true'), { timeout: 90_000, interval: 500 }).toBe('')
  line.cut()
  line.unblock()
  const run = stateOf(await watching)
  expect(seen.map((event) => (event.kind === 'line' ? event.state : '')), 'it did lose the line').toContain('reconnecting')
  expect([run.outcome, run.steps.filter((step) => step.state !== 'done')]).toEqual(['succeeded', []])
  expect(await on(server, "find / -xdev -iname '*homeport*' ! -path '/proc/*' ! -path '/sys/*'")).toBe('')
  expect(await on(server, 'command -v docker git || true; ls -d /var/lib/docker/* /var/lib/containerd/* 2>/dev/null || true')).toBe('')
  const after = await traces(server)
  expect(after).toEqual(bare)
  expect((await watching).filter((event) => event.kind === 'ended')).toHaveLength(1)
  await expect(here.follow(runId), 'whoever asks later').rejects.toMatchObject({ code: 'run-unknown' })
  expect((await here.desk.preflight()).adopted).toBeNull()
  away.close()
  await line.stop()
})

/** Waits for a moment within a run; gives the run as it is then. */
async function when(pipeline: Pipeline, runId: string, isIt: (event: RunEvent, run: RunState) => boolean): Promise<RunState> {
  const came = Promise.withResolvers<RunState>()
  let state = initialRunState
  // What it sees after that moment does not count any more.
  pipeline.events(runId, (event) => {
    state = reduceRun(state, event)
    if (isIt(event, state)) came.resolve(state)
  }).then(() => came.reject(new Error('The run ended before.')), came.reject)
  return await came.promise
}
