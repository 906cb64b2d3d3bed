import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { cancelRun } from '../../../src/main/server/runs.ts'
import { startDelayProxy } from '../../testbed/index.ts'
import type { Home } from '../home.ts'
import { cutting, ofTheRun, on, Pipeline, resources, stateOf } from '../pipeline.ts'
import { slowRun } from '../slow-run.ts'
import { visit } from '../visitor.ts'

/** Runs belong to the server: what happens at the desktop does not touch them. */
export function testRunning(home: () => Home): void {
  it('shows every event once across many lost lines', async () => {
    const { server, here } = home()
    const line = await startDelayProxy({ host: server.host, port: server.port, rttMs: 30 })
    const away = Pipeline.to(server, line)
    const runId = await away.start(slowRun('Slow', 3, 30))
    const seen = await away.events(runId, cutting(line, 10))
    expect(seen.filter((event) => event.kind === 'line').length).toBeGreaterThanOrEqual(4)
    expect(ofTheRun(seen)).toEqual(await here.events(runId))
    expect(stateOf(seen).steps.map((step) => step.output)).toEqual([0, 1, 2].map((step) => Array.from({ length: 30 }, (_, n) => `step ${step} line ${n + 1}`)))
    away.close()
    await line.stop()
  })

  it('goes on when the app that started it is killed, and another computer sees all of it', async () => {
    const { server, here } = home()
    const { release } = await here.send({ 'index.html': 'from the killed app' })
    const edit = { kind: 'add-site', draft: { domain: 'killed.example.test', www: false, source: { kind: 'upload', release } } }
    const { host, port, privateKeyPath, hostKeySha256 } = server
    const app = spawn(process.execPath, ['--no-warnings', join(import.meta.dirname, '..', 'short-lived-app.ts'), JSON.stringify({ edit, login: { host, port, privateKeyPath, hostKeySha256 } })], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(app, 'exit')
    const [told] = await once(app.stdout, 'data') as [Buffer]
    app.kill('SIGKILL')
    await ended
    const later = Pipeline.to(server)
    const { run } = await later.follow(told.toString().trim())
    later.close()
    expect(run).toMatchObject({ outcome: 'succeeded', title: 'Add killed.example.test' })
    expect((await visit(server.host, 'killed.example.test')).body).toBe('from the killed app')
    expect(await here.leftToDo()).toEqual([])
  })

  it('lets one run be at a time, and names the one that goes on and who started it', async () => {
    const { here, server } = home()
    const run = slowRun('Slow work', 1, 1)
    const runId = await here.start({ ...run, steps: run.steps.map((step) => ({ ...step, script: 'until [ -e /run/go-on ]; do sleep 0.1; done; rm /run/go-on' })) })
    const other = Pipeline.to(server)
    try {
      const plan = await other.desk.plan({ kind: 'pause-site', siteId: 'killed.example.test', paused: true })
      const refusal = { code: 'run-in-progress', message: expect.stringMatching(/Slow work.*@/), detail: expect.stringContaining(runId) }
      await expect(other.desk.approve(plan.id)).rejects.toMatchObject(refusal)
      await expect(other.desk.act({ kind: 'restart-proxy' })).rejects.toMatchObject(refusal)
      expect((await other.facts()).activeRun).toBe(runId)
    } finally {
      other.close()
      await on(server, 'touch /run/go-on')
    }
    expect((await here.follow(runId)).run.outcome).toBe('succeeded')
    await expect.poll(() => on(server, "systemctl list-units --all --plain --no-legend 'homeport-run*'"), { timeout: 10_000 }).toBe('')
    await here.act({ kind: 'restart-proxy' })
  })

  it('ends at the next step after a cancel, and not within one', async () => {
    const { here } = home()
    const runId = await here.start(slowRun('To be cancelled', 3, 30))
    const isGoing = Promise.withResolvers<void>()
    const watching = here.events(runId, (event) => { if (event.kind === 'output') isGoing.resolve() })
    await isGoing.promise
    await cancelRun(await here.session(), runId, resources)
    const run = stateOf(await watching)
    expect([run.outcome, run.cancelRequested, run.steps.map((step) => step.state)]).toEqual(['cancelled', true, ['done', 'skipped', 'skipped']])
    expect(run.steps[0]?.output).toHaveLength(30)
    await expect(cancelRun(await here.session(), '20200101000000-00000000', resources)).rejects.toMatchObject({ code: 'run-unknown' })
  })

  it('shows a failing step with its output and leaves out what follows', async () => {
    const { here } = home()
    const run = slowRun('To fail', 3, 1)
    const runId = await here.start({ ...run, steps: run.steps.map((step, index) => (index === 1 ? { ...step, script: 'echo before; printf "50%%\\r100%%\\r\\n"; false | cat; echo not reached' } : step)) })
    const state = (await here.follow(runId)).run
    expect([state.outcome, state.steps.map((step) => step.state), state.steps[1]?.output]).toEqual(['failed', ['done', 'failed', 'skipped'], ['before', '100%']])
    await expect(here.follow('20200101000000-00000000')).rejects.toMatchObject({ code: 'run-unknown' })
  })

  it('says interrupted when the run was stopped on the server', async () => {
    const { here, server } = home()
    const runId = await here.start(slowRun('To be stopped', 2, 50))
    const watching = here.events(runId)
    await sleep(500)
    await on(server, 'systemctl stop homeport-run.service')
    expect(stateOf(await watching).outcome).toBe('interrupted')
    expect((await here.facts()).runs[0]).toMatchObject({ runId, outcome: 'interrupted' })
  })
}
