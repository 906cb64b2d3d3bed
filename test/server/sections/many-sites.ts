import { expect, it } from 'vitest'
import type { Home } from '../home.ts'
import { on } from '../pipeline.ts'
import { keepAlive, visit } from '../visitor.ts'

const domainOf = (n: number): string => `many${n}.example.test`
const count = 10

/** Ten sites, with visitors at the door all the time. */
export function testManySites(home: () => Home): void {
  it('adds ten sites one after another in times that hardly grow, and fails no request of another site meanwhile', async () => {
    const { server, here } = home()
    await here.addUpload(domainOf(0), { 'index.html': 'visited' })
    const visitors = visitUntilStopped(server.host, domainOf(0), 40)
    const seconds: number[] = []
    for (let n = 1; n <= count; n++) {
      const { release } = await here.send({ 'index.html': `I am ${n}` })
      const plan = await here.desk.plan({ kind: 'add-site', draft: { domain: domainOf(n), www: false, source: { kind: 'upload', release } } })
      const { run } = await here.follow(await here.desk.approve(plan.id))
      expect(run.outcome).toBe('succeeded')
      seconds.push(((run.endedAt ?? 0) - (run.startedAt ?? 0)) / 1000)
    }
    const { requests, failures } = await visitors.stop()
    tell(`${count} sites: ${seconds.map((one) => one.toFixed(1)).join(' ')} s; ${requests} requests meanwhile`)
    expect(failures).toEqual([])
    expect(requests).toBeGreaterThan(50)
    // The machine may be busy: what is meant is that the tenth takes not many times as long as the first.
    expect(median(seconds.slice(-3))).toBeLessThan(4 * median(seconds.slice(0, 3)) + 2)
    for (let n = 1; n <= count; n++) expect((await visit(server.host, domainOf(n))).body).toBe(`I am ${n}`)
  })

  it('fails no request on connections that stay open while the proxy is reloaded five times', async () => {
    const { server } = home()
    const visitors = visitUntilStopped(server.host, domainOf(0), 2)
    for (let n = 0; n < 5; n++) await on(server, 'systemctl reload homeport-proxy')
    const { requests, failures } = await visitors.stop()
    tell(`5 reloads: ${requests} requests`)
    expect(failures).toEqual([])
    expect(requests).toBeGreaterThan(50)
  })

  it('gives each site a slot of its own, and little memory', async () => {
    const { server, here } = home()
    const sites = (await here.facts()).spec?.sites ?? []
    expect(new Set(sites.map((site) => site.slot)).size).toBe(sites.length)
    const supervision = await kilobytes(server, 'cat /sys/fs/cgroup/system.slice/homeport-proxy.service/cgroup.procs /sys/fs/cgroup/system.slice/homeport-static.service/cgroup.procs')
    const proxy = await kilobytes(server, "docker top homeport-proxy -eo pid | tail -n +2")
    tell(`${sites.length} sites: supervision ${(supervision / 1024).toFixed(1)} MB, proxy ${(proxy / 1024).toFixed(1)} MB resident`)
    expect(supervision).toBeLessThan(16 * 1024)
    const nginx = await kilobytes(server, 'docker top homeport-static -eo pid | tail -n +2')
    tell(`web server of all static sites ${(nginx / 1024).toFixed(1)} MB resident`)
    expect(nginx / sites.length).toBeLessThan(4 * 1024)
    expect(proxy).toBeLessThan(150 * 1024)
  })

  it('has everything up again after a reboot, by itself', async () => {
    const { server, here } = home()
    const domains = ((await here.facts()).spec?.sites ?? []).filter((site) => !site.paused).map((site) => site.domain)
    expect(domains.length).toBeGreaterThan(count)
    const beganAt = Date.now()
    await server.reboot()
    const loggedInAt = Date.now()
    await expect.poll(async () => await Promise.all(domains.map((domain) => visit(server.host, domain).then((page) => page.status, () => 0))), { timeout: 60_000, interval: 200 }).toSatisfy((all: number[]) => all.every(isServed))
    tell(`reboot: sshd after ${loggedInAt - beganAt} ms, all ${domains.length} sites after ${Date.now() - beganAt} ms`)
    await expect.poll(() => here.leftToDo(), { timeout: 20_000 }).toEqual([])
  })
}

/** 403: a site without an index page, as one section leaves it. */
const isServed = (status: number): boolean => status === 200 || status === 403

/** Two visitors who keep their connections and ask one page after another, at most 2000 times, with a pause in between. */
function visitUntilStopped(host: string, domain: string, pauseMs: number): { stop: () => Promise<{ requests: number; failures: string[] }> } {
  const agent = keepAlive(2)
  let requests = 0
  let isStopped = false
  const failures: string[] = []
  const visitor = async (): Promise<void> => {
    while (!isStopped && requests < 2000) {
      requests++
      await visit(host, domain, '/', { agent }).then((page) => { if (page.status !== 200) failures.push(String(page.status)) }, (error: Error) => failures.push(error.message))
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
  const visitors = Promise.all([visitor(), visitor()])
  return {
    async stop() {
      isStopped = true
      await visitors
      agent.destroy()
      return { requests, failures }
    },
  }
}

/** Resident memory of the processes whose ids a command prints. Pages that several share count for each. */
async function kilobytes(server: Home['server'], pids: string): Promise<number> {
  const each = await on(server, `{ ${pids}; } | while read -r pid; do cat "/proc/$pid/status"; done | sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\) kB/\\1/p'`)
  return each.split('\n').reduce((sum, value) => sum + Number(value), 0)
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** Figures for people, beside what is asserted. */
function tell(text: string): void {
  process.stderr.write(`    ${text}\n`)
}
