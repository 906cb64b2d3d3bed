import { expect, it } from 'vitest'
import { ServerStatus } from '../../src/shared/status.ts'
import { describeServer } from '../../src/main/facts/status.ts'
import { readFixture } from './fixture.ts'

it('describes a server that is set up, as the window expects it', async () => {
  const facts = await readFixture('trixie-set-up')
  const drift = [{ id: 'file//etc/x', title: 'X', reason: 'changed by hand' }]
  const status = describeServer(facts, drift, (site) => `10.90.${site.slot}.2`)
  expect(ServerStatus.parse(status)).toEqual(status)
  expect(status).toMatchObject({ isSetUp: true, revision: 7, os: 'Debian GNU/Linux 13 (trixie)', dockerVersion: '26.1.5+dfsg1', drift, activeRun: null, proxy: { name: 'homeport-proxy.service', active: 'active' }, lastRun: { outcome: 'interrupted' } })
  const [site1, site2] = status.sites
  expect(site1).toMatchObject({ site: { id: 'site1.example.org' }, unit: { active: 'active' }, address: '10.90.1.2', certificate: null, pull: { ok: true } })
  expect(site1?.nextPullAt).toBeGreaterThan(facts.serverTimeMs)
  expect([site2?.unit?.active, site2?.nextPullAt]).toEqual(['inactive', null])
})

it('lists the units of Homeport before those of Docker', async () => {
  const names = describeServer(await readFixture('trixie-set-up'), [], () => '').units.map(({ name }) => name)
  expect(names.slice(-2)).toEqual(['containerd.service', 'docker.service'])
  expect(names.slice(0, -2).every((name) => name.startsWith('homeport-'))).toBe(true)
})

it('describes a fresh server', async () => {
  const status = describeServer(await readFixture('bookworm-fresh'), [], () => '')
  expect(status).toMatchObject({ isSetUp: false, revision: 0, sites: [], proxy: null, lastRun: null, dockerVersion: null })
})
