import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { applyEdit } from '../../src/main/edit/apply-edit.ts'
import { render } from '../../src/main/render/render.ts'
import { loadResources } from '../../src/main/resources.ts'
import { emptySpec, type ServerSpec, type Source } from '../../src/shared/spec.ts'
import { factsOf } from './facts-builder.ts'
import { applyChanges, planFor, type Server } from './perfect-server.ts'

const resources = loadResources(join(import.meta.dirname, '../../resources'))
const files: Source = { kind: 'upload', release: 'u20260101000000-0123abcd' }
const notice: Source = { kind: 'notice', title: 'Back soon', text: '' }
const container: Source = { kind: 'image', image: 'ghost:6', app: { port: 2368 } }

/** What happens to the data of a site that becomes one thing after the other. */
function lifeOf(...sources: readonly Source[]): string[] {
  let server: Server = { facts: factsOf(), certificates: new Map() }
  let spec: ServerSpec = applyEdit(emptySpec, { kind: 'add-site', draft: { domain: 'a.org', www: false, source: sources[0] ?? files } })
  return sources.map((source) => {
    spec = applyEdit(spec, { kind: 'change-site', siteId: 'a.org', draft: { domain: 'a.org', www: false, source } })
    const plan = planFor(server, render(spec, resources))
    server = applyChanges(server, plan)
    return plan.changes.find(({ id }) => id === 'site-data/a.org')?.verdict ?? 'none'
  })
}

describe('the data of a site that becomes another kind of site', () => {
  it('stays while the site is a notice, a redirect or another address', () => {
    expect(lifeOf(files, notice, { kind: 'redirect', to: 'https://b.org/', keepPath: false, permanent: false }, { kind: 'address', url: 'http://b.org' }, files)).toEqual(['create', 'noop', 'noop', 'noop', 'noop'])
  })
  it('is open to the web server for files only while that serves them', () => {
    expect(lifeOf(container, notice, files, notice, container)).toEqual(['create', 'noop', 'update', 'noop', 'update'])
  })
})
