import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import type { LogLine, LogSource } from '../../../src/shared/log.ts'
import type { LiveEvent } from '../../../src/shared/status.ts'
import { followServer } from '../../../src/main/server/live.ts'
import { followLogs } from '../../../src/main/server/logs.ts'
import { startDelayProxy } from '../../testbed/index.ts'
import type { Home } from '../home.ts'
import { on, Pipeline, resources } from '../pipeline.ts'
import { visit } from '../visitor.ts'

const domain = 'watched.example.test'

/** What a person sees of a server while it works: logs and status. */
export function testWatching(home: () => Home): void {
  const ends: (() => void)[] = []
  afterAll(() => ends.forEach((end) => end()))

  const follow = (pipeline: Pipeline, source: LogSource, lines: number): LogLine[] => {
    const seen: LogLine[] = []
    const stop = new AbortController()
    ends.push(() => stop.abort())
    void (async () => {
      for await (const batch of followLogs({ session: pipeline.session, source, lines, signal: stop.signal, pause: () => sleep(200) })) seen.push(...batch)
    })()
    return seen
  }
  const asked = (lines: readonly LogLine[]): string[] => lines.flatMap((line) => /"GET (\/n\d+) /.exec(line.message)?.[1] ?? [])

  it("shows a visitor's request in the site's log within two seconds", async () => {
    const { server, here } = home()
    await here.addUpload(domain, { 'index.html': 'watched' })
    await visit(server.host, domain)
    const seen = follow(here, { kind: 'site', siteId: domain }, 50)
    await expect.poll(() => seen.length, { timeout: 5000 }).toBeGreaterThan(0)
    const askedAt = Date.now()
    await visit(server.host, domain, '/n0')
    await expect.poll(() => asked(seen), { timeout: 2000, interval: 20 }).toEqual(['/n0'])
    expect(Date.now() - askedAt).toBeLessThan(2000)
    expect(seen.at(-1)).toMatchObject({ unit: 'homeport-static', priority: 6 })
  })

  it('shows what a unit and its container say, and nothing of others', async () => {
    const { server, here } = home()
    const seen = follow(here, { kind: 'unit', unit: 'homeport-proxy.service' }, 20)
    await visit(server.host, domain, '/n1')
    await expect.poll(() => asked(seen), { timeout: 5000 }).toContain('/n1')
    expect(new Set(seen.map((line) => line.unit.replace(/\.service$/, '')))).toEqual(new Set(['homeport-proxy']))
  })

  it('follows a log across a lost line, without a gap and without a repetition', async () => {
    const { server } = home()
    const line = await startDelayProxy({ host: server.host, port: server.port, rttMs: 30 })
    const away = Pipeline.to(server, line)
    const seen = follow(away, { kind: 'site', siteId: domain }, 5)
    await expect.poll(() => seen.length, { timeout: 5000 }).toBeGreaterThan(0)
    for (let n = 100; n < 220; n++) {
      if (n === 130 || n === 170) line.cut()
      await visit(server.host, domain, `/n${n}`)
    }
    const all = Array.from({ length: 120 }, (_, n) => `/n${n + 100}`)
    await expect.poll(() => asked(seen).filter((path) => path.length === 5).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(all.length)
    // Two of nginx's processes may write in another order than they answered.
    expect(asked(seen).filter((path) => path.length === 5).toSorted()).toEqual(all)
    away.close()
    await line.stop()
  })

  it('tells status, vitals and whether the site answers, and a killed container within seconds', async () => {
    const { server, here } = home()
    const events: LiveEvent[] = []
    const stop = new AbortController()
    ends.push(() => stop.abort())
    const following = followServer({
      resolvers: [],
      session: here.session, resources, signal: stop.signal, pause: () => sleep(200), onStatus: () => {},
      emit: async (event) => { events.push(event) },
    })
    const probes = () => events.filter((event) => event.kind === 'probe' && event.siteId === domain)
    await expect.poll(() => [...new Set(events.map((event) => event.kind))].sort(), { timeout: 15_000 }).toEqual(['line', 'probe', 'status', 'vitals'])
    await expect.poll(() => probes()[0], { timeout: 15_000 }).toMatchObject({ probe: { status: 200, error: null } })
    const statuses = () => events.flatMap((event) => (event.kind === 'status' ? [event.status] : []))
    expect(statuses()[0]).toMatchObject({ isSetUp: true, hostname: server.name, drift: [], proxy: { active: 'active' } })
    const before = statuses().length
    await on(server, `docker kill homeport-static`)
    await expect.poll(() => statuses().slice(before).length, { timeout: 15_000 }).toBeGreaterThan(0)
    const unit = () => statuses().at(-1)?.sites.find((one) => one.site.id === domain)?.unit
    await expect.poll(unit, { timeout: 15_000 }).toMatchObject({ active: 'active', restarts: 1 })
    stop.abort()
    await following
  })
}
