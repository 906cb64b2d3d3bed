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
const site = (domain: string, slot: number, source: Site['source'], more: Partial<Site> = {}): Site => ({ id: domain, slot, domain, www: false, paused: false, source, certificate: { kind: 'automatic' }, hsts: false, ...more })
const git = { kind: 'git', url: 'https://codeberg.org/you/site.git', branch: 'main', intervalMinutes: 10 } as const

/** Everything that lands on a server, for people to read in a review: a change there is a change of every server. `vitest -u` writes it anew. */
const cases: Record<string, readonly Site[]> = {
  empty: [],
  'git-with-www': [site('example.org', 1, git, { www: true })],
  upload: [site('example.org', 1, { kind: 'upload', release: 'u20260101000000-0123abcd' })],
  served: [site('app.example.org', 1, { ...git, folder: 'site/dist', serving: { singlePage: true, cacheHashed: false } }, { aliases: [{ domain: 'served.example.org', redirect: false }, { domain: 'led.example.org', redirect: true }] }), site('files.example.org', 2, { kind: 'upload', release: 'u20260101000000-0123abcd', serving: { notFound: 'errors/not found.html', listing: true } })],
  'without-files': [site('away.example.org', 1, { kind: 'redirect', to: 'https://example.net/', keepPath: true, permanent: false }), site('notice.example.org', 2, { kind: 'notice', title: 'Soon', text: 'We are at it.' })],
  sftp: [
    site('example.org', 1, { kind: 'upload', release: 'u20260101000000-0123abcd' }, { sftpKeys: [{ name: 'Kim, laptop', key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAZmqQ65WL6zqIEiFL0SOj5PdJQiT8XwfUaViqpknTcX' }] }),
    site('blog.example.org', 7, git, { sftpKeys: [{ name: "“O'Neill” & $(co)", key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAZmqQ65WL6zqIEiFL0SOj5PdJQiT8XwfUaViqpknTcX' }] }),
    site('away.example.org', 8, { kind: 'redirect', to: 'https://example.net/', keepPath: true, permanent: false }, { sftpKeys: [{ name: 'from before', key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAZmqQ65WL6zqIEiFL0SOj5PdJQiT8XwfUaViqpknTcX' }] }),
  ],
  mail: [
    site('example.org', 1, { kind: 'redirect', to: 'https://example.net/', keepPath: true, permanent: false }),
    site('blog.example.org', 2, { kind: 'image', image: 'ghost:6', app: { port: 2368, mail: { password: `s${'1'.repeat(32)}`, variables: { host: 'mail__options__host' } } } }, { www: true, aliases: [{ domain: 'journal.example.com', redirect: true }] }),
  ],
  'mail-judged': [],
  mixed: [
    site('example.org', 1, { kind: 'upload', release: 'u20260101000000-0123abcd' }, { paused: true }),
    site('xn--mnchen-3ya.de', 16, { ...git, url: "https://example.net/a%20b?x=$y&z='%25".replace("'", ''), branch: 'feature/a#b', intervalMinutes: 1 }, { www: true }),
    site('blog.example.org', 4063, { ...git, pinned: 'a'.repeat(40), intervalMinutes: 1440 }, { domain: 'journal.example.org' }),
  ],
}

const mail: ServerSpec['mail'] = {
  hostname: 'mail.example.org', smarthost: { host: 'smtp.example.net', port: 587, security: 'starttls', user: 'kim@example.net', password: `s${'0'.repeat(32)}` }, blocklists: true, greylist: true,
  domains: [
    { domain: 'example.org', aliases: [{ name: 'info', targets: ['anna@example.net', "o'neill+lists@example.com"] }, { name: 'old', targets: ['anna@example.net'], disabled: true, comment: 'until $(date)' }], catchAll: ['rest@example.net'] },
    { domain: 'xn--mnchen-3ya.de', aliases: [], preference: 20, mtaSts: { mode: 'enforce', others: ['mx2.example.net'] }, tlsReports: "o'neill+tls@example.net" },
  ],
}

/** Every file below a folder, by its path from there. */
function filesBelow(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((item) => item.isFile()).map((item) => join(item.parentPath, item.name).slice(folder.length)) : []
}

/** All of a resource but the content of files, which stands in the tree. */
function describeResource(resource: Resource): string {
  const { kind: _kind, name: _name, ...rest } = resource
  const shown = 'content' in rest ? { group: rest.group, mode: `0${rest.mode.toString(8)}`, ...(rest.after === undefined ? {} : { after: rest.after }), ...(rest.placedBy === undefined ? {} : { placedBy: rest.placedBy.join(' ') }) } : rest
  return `${resourceId(resource)}\n${Object.entries(shown).map(([key, value]) => `  ${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}\n`).join('')}`
}

describe.each(Object.entries(cases))('the server of the case %s', (name, sites) => {
  const spec = ServerSpec.parse({ ...emptySpec, revision: 1, sites, ...(name === 'mail' ? { mail } : {}), ...(name === 'mail-judged' ? { mail: { hostname: 'mail.example.org', domains: [], rspamd: true } } : {}) })
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
