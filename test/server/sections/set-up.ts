import { connect } from 'node:tls'
import { expect, it } from 'vitest'
import { startDelayProxy } from '../../testbed/index.ts'
import type { Home } from '../home.ts'
import { cutting, ofTheRun, on, Pipeline, stateOf } from '../pipeline.ts'
import { visitPlain } from '../visitor.ts'

/** A fresh server becomes a host. Everything after this uses it. */
export function testSetUp(home: () => Home): void {
  it('sets up a fresh server, and the run goes on while the line to it is cut', async () => {
    const { server, here } = home()
    const line = await startDelayProxy({ host: server.host, port: server.port, rttMs: 20 })
    const away = Pipeline.to(server, line)
    const plan = await away.desk.plan({ kind: 'set-up' })
    const runId = await away.desk.approve(plan.id)
    const seen = await away.events(runId, cutting(line, 20, 2))
    const whole = await here.events(runId)
    away.close()
    await line.stop()
    expect(stateOf(whole).steps.filter((step) => step.state !== 'done').map((step) => [step.title, step.output])).toEqual([])
    expect(stateOf(whole).outcome).toBe('succeeded')
    expect(seen.filter((event) => event.kind === 'line').map((event) => event.state)).toEqual(['reconnecting', 'connected', 'reconnecting', 'connected'])
    expect(ofTheRun(seen), 'every event once, in order').toEqual(whole)
    expect(stateOf(seen).line).toBe('connected')
  })

  it('has nothing left to do after a set-up', async () => {
    expect(await home().here.leftToDo()).toEqual([])
  })

  it('has its units active and enabled', async () => {
    const { server } = home()
    expect(await on(server, 'systemctl is-active docker homeport-proxy; systemctl is-enabled docker homeport-proxy')).toBe('active\nactive\nenabled\nenabled')
    expect(await on(server, 'systemctl --failed --plain --no-legend')).toBe('')
  })

  it('refuses an unknown name over HTTPS before any certificate is shown, and answers 404 over HTTP', async () => {
    const { server } = home()
    await expect(shakeHands(server.host, 'unknown.example.test')).rejects.toThrow(/alert|unrecognized name|ECONNRESET|handshake/i)
    await expect(shakeHands(server.host, undefined)).rejects.toThrow(/alert|unrecognized name|ECONNRESET|handshake/i)
    const page = await visitPlain(server.host, 'unknown.example.test')
    expect([page.status, page.body]).toEqual([404, expect.stringContaining('There is no site here')])
  })

  it('listens to the public on the ports of SSH and the web only', async () => {
    const { here } = home()
    const listeners = (await here.facts()).listeners.filter(({ address }) => !/^(127\.|::1|\[::1\])/.test(address))
    expect([...new Set(listeners.map(({ protocol, port }) => `${protocol} ${port}`))].sort()).toEqual(['tcp 22', 'tcp 443', 'tcp 80'])
  })

  it("keeps the provider's own Docker settings beside its own", async () => {
    const settings: unknown = JSON.parse(await on(home().server, 'cat /etc/docker/daemon.json'))
    expect(settings).toMatchObject({ 'live-restore': true, 'registry-mirrors': [expect.stringContaining('http')] })
    expect(await on(home().server, "docker info --format '{{.LiveRestoreEnabled}}'")).toBe('true')
  })
}

function shakeHands(host: string, servername: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: 443, rejectUnauthorized: false, ...(servername === undefined ? {} : { servername }) }, () => { socket.destroy(); resolve() })
    socket.on('error', reject)
  })
}
