import { describe, expect, it } from 'vitest'
import { changeScript } from '../../src/main/compile/change-script.ts'
import type { Facts, SiteFact } from '../../src/main/facts/facts.ts'
import { needsNewVersion } from '../../src/main/plan/app.ts'
import type { ResourceOf } from '../../src/main/render/resource.ts'
import { emptySpec, ServerSpec } from '../../src/shared/spec.ts'
import { containerOf, dockerOf, factsOf, unitOf } from './facts-builder.ts'
import { planFor } from './perfect-server.ts'

const id = 'app.example.test'
const version = 'a'.repeat(40)
const wanted: ResourceOf<'app'> = { kind: 'app', name: id, group: `site:${id}`, hash: 'h1', source: 's1', version: null, isRunning: true, volumes: [], scratch: [] }
const fact: SiteFact = { releases: [], pull: null, deploy: null, app: { colour: 'green', version, source: 's1', folders: [], stopsFirst: false }, hasData: true, isReady: true }
const blue = `homeport-${id}-blue.service`
const green = `homeport-${id}-green.service`
const off = { active: 'inactive', unitFile: 'disabled' }

/** A server on which green is live and well, changed by what a test is about. */
function server(more: { app?: Partial<NonNullable<SiteFact['app']>> | null; blue?: object; green?: object; hash?: string } = {}): Facts {
  const { app: live, ...bare } = fact
  const site = more.app === null || live === undefined ? bare : { ...bare, app: { ...live, ...more.app } }
  return factsOf({
    sites: new Map([[id, site]]), units: new Map([[blue, unitOf(blue, more.blue ?? off)], [green, unitOf(green, more.green ?? {})]]),
    docker: dockerOf({ containers: [containerOf(`homeport-${id}-green`, more.hash ?? 'h1')] }),
  })
}
function judge(facts: Facts, resource: Partial<typeof wanted> = {}): { verdict: string | undefined; script: string } {
  const change = planFor({ facts, certificates: new Map() }, [{ ...wanted, ...resource }]).changes.find((one) => one.id === `app/${id}`)
  return { verdict: change?.verdict, script: change === undefined ? '' : changeScript(change, facts).script }
}
const deploy = `/usr/local/lib/homeport/deploy ${id}`
const fetch = `fetch_site ${id}`

it.each<[string, Parameters<typeof server>[0], Partial<typeof wanted>, string, string]>([
  ['is left alone where all is as it should be', {}, {}, 'noop', ''],
  ['gets its first version where nothing was ever live', { app: null }, {}, 'create', fetch],
  ['gets a new version where its source changed', {}, { source: 's2' }, 'update', fetch],
  ['gets a new version where the server does not know what the live one was made from', { app: { source: null } }, {}, 'update', fetch],
  ['changes to the version that it shall stay on', {}, { version: 'b'.repeat(40) }, 'update', fetch],
  ['stays on the version that it shall stay on', {}, { version }, 'noop', ''],
  ['is deployed anew where its settings changed', { hash: 'h0' }, {}, 'update', deploy],
  ['is deployed anew where the server has not looked yet what its image keeps', { app: { folders: null } }, {}, 'update', deploy],
  ['is started where it was stopped by hand', { green: off }, {}, 'update', deploy],
  ['is mended where it would not start after a reboot', { green: { unitFile: 'disabled' } }, {}, 'update', deploy],
  ['is mended where both of its containers run', { blue: {} }, {}, 'update', deploy],
  ['is stopped where the site is paused', {}, { isRunning: false }, 'update', `stop_unit homeport-${id}-blue.service\nstop_unit homeport-${id}-green.service`],
  ['is left alone where it is paused and stopped', { green: off }, { isRunning: false, source: 's2' }, 'noop', ''],
])('a container site %s', (_title, facts, resource, verdict, script) => {
  expect(judge(server(facts), resource)).toEqual({ verdict, script })
})

it('needs a new version exactly where its live one is not what it shall be', () => {
  expect(needsNewVersion(wanted, server())).toBe(false)
  expect(needsNewVersion({ ...wanted, source: 's2' }, server())).toBe(true)
  expect(needsNewVersion({ ...wanted, version: 'b'.repeat(40) }, server())).toBe(true)
})

it('removes containers and images of a site that is gone, and nothing where nothing is', () => {
  const owned = { version: 1, resources: { [`app/${id}`]: {} } } as const
  const removal = (facts: Facts): string | undefined => planFor({ facts: { ...facts, owned }, certificates: new Map() }, []).changes.find((one) => one.id === `app/${id}`)?.verdict
  expect(removal(server())).toBe('delete')
  expect(removal(factsOf({ docker: dockerOf({ images: new Map([[`homeport/${id}:${version}`, { id: 'x', digest: null }]]) }) }))).toBe('delete')
  expect(removal(factsOf())).toBe('noop')
})

describe('the data of a container site', () => {
  const kept = [{ name: 'db-b084f6', path: '/db' }]
  const specWith = (app: object): ServerSpec => ServerSpec.parse({ ...emptySpec, sites: [{ id, slot: 1, domain: id, www: false, source: { kind: 'image', image: 'x:1', app: { port: 1, ...app } } }] })
  const judgeData = (before: object, after: { volumes?: typeof kept; scratch?: string[] }, folders = kept): { reason: string; caution: string | undefined } => {
    const facts = { ...server({ app: { folders }, hash: 'h0' }), spec: specWith(before) }
    const change = planFor({ facts, certificates: new Map() }, [{ ...wanted, ...after }]).changes.find((one) => one.id === `app/${id}`)
    return { reason: change?.reason ?? '', caution: change?.caution }
  }
  const db = { name: 'db', path: '/db' }

  it('is asked about where no setting names what the image keeps', () => {
    expect(judgeData({}, {}).reason).toContain('Its image keeps data in /db, which no folder of this site covers: it is kept as db-b084f6.')
    expect(judgeData({}, { scratch: ['/db'] }).reason).not.toContain('keeps data in')
  })

  it.each<[string, object, { volumes?: typeof kept; scratch?: string[] }, string | undefined]>([
    ['nothing changes', {}, {}, undefined],
    ['it is kept by name as it was without', {}, { volumes: kept }, undefined],
    ['a folder comes that was not there before', {}, { volumes: [...kept, { name: 'x', path: '/x' }] }, undefined],
    ['it gets another name', {}, { volumes: [db] }, 'it begins with db.'],
    ['its folder is named no longer', { volumes: [db] }, {}, 'it begins with db-b084f6.'],
    ['it may be thrown away', {}, { scratch: ['/db'] }, 'it has no data there.'],
    ['a folder of the settings goes', { volumes: [{ name: 'x', path: '/x' }] }, {}, 'it has no data there.'],
    ['what may be thrown away is kept', { scratch: ['/db'] }, {}, undefined],
  ])('is warned of where the program would not find it again: %s', (_what, before, after, caution) => {
    const found = judgeData(before, after).caution
    expect(caution === undefined ? found : found?.endsWith(caution)).toBe(caution === undefined ? undefined : true)
  })

  it('is said to be away for a moment where two programs at once would damage it', () => {
    const change = planFor({ facts: server({ app: { stopsFirst: true }, hash: 'h0' }), certificates: new Map() }, [wanted]).changes.find((one) => one.id === `app/${id}`)
    expect(change?.caution).toContain('the site is away from when the old one stops')
  })
})
