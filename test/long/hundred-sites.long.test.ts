/** A hundred static sites on one server: what one more costs, in time, in exchanges and in memory. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { median } from '../bench/clock.ts'
import { readProcesses } from '../bench/memory.ts'
import { runTo, withMoreSites } from '../bench/sites.ts'
import { Pipeline, resources } from '../server/pipeline.ts'
import { visit } from '../server/visitor.ts'
import { gather } from '../../src/main/server/gather.ts'
import { startServer, type TestServer } from '../testbed/index.ts'

const few = 10
const many = 100

let server: TestServer
let here: Pipeline
beforeAll(async () => {
  server = await startServer()
  here = Pipeline.to(server)
  await here.apply({ kind: 'set-up' })
})
afterAll(async () => {
  here?.close()
  await server?.stop()
})

/** Seconds that the server is at it, without the upload. */
async function addSeconds(domain: string): Promise<number> {
  const { run } = await here.addUpload(domain, { 'index.html': domain })
  return ((run.endedAt ?? 0) - (run.startedAt ?? 0)) / 1000
}

async function growTo(count: number): Promise<void> {
  const facts = await here.facts()
  const spec = await withMoreSites(await here.session(), facts.spec, count - (facts.spec?.sites.length ?? 0))
  const { run } = await here.follow(await here.start(runTo(spec, await here.facts())))
  expect(run.steps.filter(({ state }) => state === 'failed').map((step) => [step.title, step.output])).toEqual([])
  expect(run.outcome).toBe('succeeded')
}

/** Megabytes of the web server and of what watches over it; shared pages count once where the kernel tells. */
async function webServerMb(): Promise<number> {
  const all = await readProcesses(server)
  const ours = all.filter((one) => one.container === 'homeport-static' || /homeport-static\.service/.test(one.cgroup))
  expect(ours.length).toBeGreaterThan(2)
  return ours.reduce((total, one) => total + (one.pss ?? one.rss), 0) / 1e6
}

it(`adds the ${many + 1}st site in the time of the first, and looks at all of them in one exchange`, async () => {
  const first: number[] = []
  for (let n = 1; n <= 3; n++) first.push(await addSeconds(`first-${n}.example.test`))
  await growTo(few)
  const withFew = await webServerMb()
  for (let count = few + 30; count <= many; count += 30) await growTo(count)
  const withMany = await webServerMb()

  const session = await here.session()
  const before = session.exchanges
  const startedAt = performance.now()
  const facts = await gather(session, resources, { updates: 'without' })
  const gatherMs = performance.now() - startedAt
  expect(session.exchanges - before).toBe(1)
  expect(facts.spec?.sites).toHaveLength(many)
  expect((await visit(server.host, `site-${many}.example.test`)).status).toBe(200)

  const last: number[] = []
  for (let n = 1; n <= 3; n++) last.push(await addSeconds(`last-${n}.example.test`))
  const perSiteKb = (withMany - withFew) / (many - few) * 1000
  process.stderr.write([
    `    adding sites 1, 2, 3: ${first.map((one) => one.toFixed(2)).join(' ')} s; ${many + 1}, ${many + 2}, ${many + 3}: ${last.map((one) => one.toFixed(2)).join(' ')} s; ratio ${(median(last) / median(first)).toFixed(2)}`,
    `    web server of all static sites: ${withFew.toFixed(1)} MB with ${few}, ${withMany.toFixed(1)} MB with ${many}: ${perSiteKb.toFixed(0)} KB for each further site`,
    `    one look at ${many} sites: 1 exchange, ${gatherMs.toFixed(0)} ms`, '',
  ].join('\n'))
  expect(median(last) / median(first)).toBeLessThan(1.5)
  expect(perSiteKb).toBeLessThan(500)
  expect(await here.leftToDo()).toEqual([])
})
