import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { changeScript } from '../../src/main/compile/change-script.ts'
import type { Facts, SiteFact } from '../../src/main/facts/facts.ts'
import type { PlannedChange } from '../../src/main/plan/planned-change.ts'
import { render } from '../../src/main/render/render.ts'
import { loadResources } from '../../src/main/resources.ts'
import { applyEdit } from '../../src/main/edit/apply-edit.ts'
import { emptySpec, type ServerSpec } from '../../src/shared/spec.ts'
import { factsOf, unitOf } from './facts-builder.ts'
import { planFor } from './perfect-server.ts'

const resources = loadResources(join(import.meta.dirname, '../../resources'))
const original = applyEdit(emptySpec, { kind: 'add-site', draft: { domain: 'a.org', www: false, source: { kind: 'upload', release: 'u20260101000000-0123abcd' } } })
const both = applyEdit(original, { kind: 'clone-site', siteId: 'a.org', domain: 'b.org' })
const there: SiteFact = { releases: [], pull: null, deploy: null, hasData: true, isReady: true }

const dataOf = (spec: ServerSpec, facts: Partial<Facts>): { change: PlannedChange; script: string } => {
  const all = factsOf(facts)
  const change = planFor({ facts: all, certificates: new Map() }, render(spec, resources)).changes.find(({ id }) => id === 'site-data/b.org')
  if (change === undefined) throw new Error('The plan has no data of b.org.')
  return { change, script: changeScript(change, all).script }
}

describe('the data of a copy', () => {
  it('begins with that of the original', () => {
    const { change, script } = dataOf(both, { sites: new Map([['a.org', there]]) })
    expect(change).toMatchObject({ verdict: 'create', reason: 'It begins with a copy of the data of a.org.' })
    expect(change.caution).toBeUndefined()
    expect(script).toMatch(/\/copy-site'? '?a\.org'? '?b\.org/)
  })
  it.each(['blue', 'green'])('is copied with a word of caution while the %s container of the original runs', (colour) => {
    const unit = unitOf(`homeport-a.org-${colour}.service`)
    expect(dataOf(both, { sites: new Map([['a.org', there]]), units: new Map([[unit.name, unit]]) }).change.caution).toContain('is stopped while its data is copied, and started again')
  })
  it('is never copied again, not even over a folder that is not ready', () => {
    expect(dataOf(both, { sites: new Map([['a.org', there], ['b.org', there]]) }).change.verdict).toBe('noop')
    const { change, script } = dataOf(both, { sites: new Map([['a.org', there], ['b.org', { ...there, isReady: false }]]) })
    expect([change.verdict, script.includes('copy-site')]).toEqual(['update', false])
  })
  it('begins empty where the original is gone', () => {
    const spec = applyEdit(both, { kind: 'remove-site', siteId: 'a.org', data: 'delete' })
    expect(dataOf(spec, {}).change).toMatchObject({ verdict: 'create', reason: 'The files of the site live here, and nothing else.' })
  })
})
