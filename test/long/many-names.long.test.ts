/** Two hundred sites get their certificates in one run of the server's own timer, within a small server's memory. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ServerSpec, type Site } from '../../src/shared/spec.ts'
import { applyRun } from '../bench/place.ts'
import { runTo } from '../bench/sites.ts'
import { timed } from '../bench/clock.ts'
import { on } from '../server/pipeline.ts'
import { TrustedServer } from '../server/trust.ts'
import { startAcme, type TestAcme } from '../testbed/index.ts'
import { sampleMemory, type MemoryPeaks } from './memory-sampler.ts'

const count = 200
const longestMs = 45 * 60_000
const mostMemoryKb = 200_000
const domains = Array.from({ length: count }, (_, i) => `name-${i + 1}.example.test`)
const stateFolder = '/var/lib/homeport/renewals/state'

let acme: TestAcme
let trusted: TrustedServer
let memory: MemoryPeaks
beforeAll(async () => {
  acme = await startAcme()
  trusted = await TrustedServer.start(acme)
  trusted.pointHere(...domains)
})
afterAll(async () => {
  await trusted?.stop()
  await acme?.stop()
})

/** The certificates' unit at rest. Seconds that its last run took, from systemd's own clock. */
async function runToEnd(): Promise<number> {
  const deadline = Date.now() + longestMs + 60_000
  for (;;) {
    const shown = await on(trusted.server, 'systemctl show homeport-certificates.service --property=ActiveState,Result,ExecMainStartTimestampMonotonic,ExecMainExitTimestampMonotonic')
    const unit = new Map(shown.split('\n').map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
    const [start, end] = [Number(unit.get('ExecMainStartTimestampMonotonic')), Number(unit.get('ExecMainExitTimestampMonotonic'))]
    if (unit.get('ActiveState') === 'inactive' && end > start) {
      expect(unit.get('Result')).toBe('success')
      return (end - start) / 1_000_000
    }
    if (Date.now() > deadline) throw new Error(`The run does not end: ${shown}`)
    await new Promise((resolve) => setTimeout(resolve, 2_000))
  }
}

async function sitesOnServer(): Promise<Site[]> {
  const sites: Site[] = []
  for (const [i, domain] of domains.entries()) {
    const { release } = await trusted.pipeline.send({ 'index.html': `<h1>${domain}</h1>` })
    // Paused: no container for each, and yet a name, a certificate and a place in the proxy.
    sites.push({ id: domain, slot: i + 1, domain, www: false, certificate: { kind: 'automatic' }, hsts: false, paused: true, source: { kind: 'upload', release } })
  }
  return sites
}

it(`gets ${count} certificates in one run of the timer's unit, in under 45 minutes and 200 MB`, async () => {
  const session = await trusted.pipeline.session()
  const uploads = await timed(sitesOnServer)
  const facts = await trusted.pipeline.facts()
  if (facts.spec === null) throw new Error('There is no spec.')
  const spec = ServerSpec.parse({ ...facts.spec, revision: facts.spec.revision + 1, sites: uploads.value })
  const stopSampling = await sampleMemory(trusted.server)
  const applied = await timed(() => applyRun(session, runTo(spec, facts)))
  console.warn(`${count} uploads in ${(uploads.ms / 1000).toFixed(1)} s, the run with ${count} sites in ${(applied.ms / 1000).toFixed(1)} s`)

  const seconds = await runToEnd()
  memory = await stopSampling()
  const orders = acme.requests.filter(({ kind }) => kind === 'new-order')
  const gaps = orders.slice(1).map(({ atMs }, i) => (atMs - (orders[i]?.atMs ?? atMs)) / 1000)
  const mean = (values: readonly number[]): string => (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2)
  console.warn(`${orders.length} orders in ${seconds.toFixed(1)} s; from one order to the next ${mean(gaps.slice(0, 20))} s at first and ${mean(gaps.slice(-20))} s at last`)
  console.warn(`memory: ${JSON.stringify(memory)}`)

  const cares = JSON.parse(await on(trusted.server, `python3 -c 'import glob,json; print(json.dumps([json.load(open(f)) for f in glob.glob("${stateFolder}/*.json")]))'`)) as { names: string[]; trusted: boolean; attempts: { code: string }[] }[]
  expect(cares.filter((care) => !care.trusted || care.attempts.map(({ code }) => code).join() !== 'issued')).toEqual([])
  expect(cares.flatMap(({ names }) => names).sort()).toEqual([...domains].sort())
  expect(orders).toHaveLength(count)
  expect(memory.mains, 'containers that it took').toHaveLength(1)
  expect(seconds * 1000).toBeLessThan(longestMs)
  expect(memory.samples).toBeGreaterThan(100)
  expect(memory.sumOfResident).toBeLessThan(mostMemoryKb)
  expect(memory.highestOfOne).toBeLessThan(mostMemoryKb)
})

it('needs no more memory for its last order than for its first', () => {
  expect(memory.mainLast - memory.mainFirst, `${memory.mainFirst} kB at first, ${memory.mainLast} kB at last`).toBeLessThan(5_000)
})

it('serves each name the trusted certificate of its own', async () => {
  for (const domain of domains) expect((await trusted.handshake(domain)).subjectaltname).toBe(`DNS:${domain}`)
})

it('ends within 2 seconds when nothing is due, and orders nothing', async () => {
  const orders = acme.requests.length
  const { ms } = await timed(() => on(trusted.server, '/usr/local/lib/homeport/renew-certificates --if-due'))
  // What a run costs that was asked for and finds nothing to do: for the record.
  const asked = await timed(() => on(trusted.server, '/usr/local/lib/homeport/renew-certificates'))
  console.warn(`nothing due: ${ms.toFixed(0)} ms with --if-due; a whole look at ${count} sites that need nothing: ${asked.ms.toFixed(0)} ms`)
  expect(ms).toBeLessThan(2_000)
  expect(acme.requests).toHaveLength(orders)
})

it('is looked at in one exchange still, and leaves nothing to do', async () => {
  const session = await trusted.pipeline.session()
  const before = session.exchanges
  const { value: facts, ms } = await timed(() => trusted.pipeline.facts())
  console.warn(`looking at ${count} sites: ${session.exchanges - before} exchange, ${ms.toFixed(0)} ms`)
  expect(session.exchanges - before).toBe(1)
  expect(facts.spec?.sites).toHaveLength(count)
  expect(await trusted.pipeline.leftToDo()).toEqual([])
})
