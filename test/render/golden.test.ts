import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compilePlan } from '../../src/main/compile/run.ts'
import { render } from '../../src/main/render/render.ts'
import { resourceId, type Resource } from '../../src/main/render/resource.ts'
import { loadResources } from '../../src/main/resources.ts'
import { emptySpec, ServerSpec, type Site } from '../../src/shared/spec.ts'
import { factsOf } from '../plan/facts-builder.ts'
import { planFor } from '../plan/perfect-server.ts'

const resources = loadResources(join(import.meta.dirname, '../../resources'))
const golden = join(import.meta.dirname, 'golden')
const site = (domain: string, slot: number, source: Site['source'], more: Partial<Site> = {}): Site => ({ id: domain, slot, domain, www: false, paused: false, source, ...more })
const git = { kind: 'git', url: 'https://codeberg.org/you/site.git', branch: 'main', intervalMinutes: 10 } as const

/** Everything that lands on a server, for people to read in a review: a change there is a change of every server. `vitest -u` writes it anew. */
const cases: Record<string, readonly Site[]> = {
  empty: [],
  'git-with-www': [site('example.org', 1, git, { www: true })],
  upload: [site('example.org', 1, { kind: 'upload', release: 'u20260101000000-0123abcd' })],
  mixed: [
    site('example.org', 1, { kind: 'upload', release: 'u20260101000000-0123abcd' }, { paused: true }),
    site('xn--mnchen-3ya.de', 16, { ...git, url: "https://example.net/a%20b?x=$y&z='%25".replace("'", ''), branch: 'feature/a#b', intervalMinutes: 1 }, { www: true }),
    site('blog.example.org', 4095, { ...git, pinned: 'a'.repeat(40), intervalMinutes: 1440 }, { domain: 'journal.example.org' }),
  ],
}

/** Every file below a folder, by its path from there. */
function filesBelow(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((item) => item.isFile()).map((item) => join(item.parentPath, item.name).slice(folder.length)) : []
}

/** All of a resource but the content of files, which stands in the tree. */
function describeResource(resource: Resource): string {
  const { kind: _kind, name: _name, ...rest } = resource
  const shown = 'content' in rest ? { group: rest.group, mode: `0${rest.mode.toString(8)}`, ...(rest.after === undefined ? {} : { after: rest.after }) } : rest
  return `${resourceId(resource)}\n${Object.entries(shown).map(([key, value]) => `  ${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}\n`).join('')}`
}

describe.each(Object.entries(cases))('the server of the case %s', (name, sites) => {
  const spec = ServerSpec.parse({ ...emptySpec, revision: 1, sites })
  const desired = render(spec, resources)
  const files = desired.filter((resource) => resource.kind === 'file')

  it('has these files', async () => {
    for (const file of files) await expect(file.content, file.name).toMatchFileSnapshot(join(golden, name, 'files', file.name))
    const names = new Set<string>(files.map((file) => file.name))
    expect(filesBelow(join(golden, name, 'files')).filter((path) => !names.has(path))).toEqual([])
  })

  it('has these resources, in this order', async () => {
    await expect(desired.map(describeResource).join('')).toMatchFileSnapshot(join(golden, name, 'resources.txt'))
    expect(new Set(desired.map(resourceId)).size).toBe(desired.length)
  })

  it('is set up from nothing by this script', async () => {
    const facts = factsOf()
    const run = compilePlan('Set up this server', planFor({ facts, certificates: new Map() }, desired), facts)
    await expect(run.steps.map((step) => `# ${step.id}: ${step.title}\n${step.script}\n`).join('\n')).toMatchFileSnapshot(join(golden, name, 'run.sh'))
  })

  it('is the same however often it is rendered', () => expect(render(ServerSpec.parse(JSON.parse(JSON.stringify(spec))), resources)).toEqual(desired))
})
