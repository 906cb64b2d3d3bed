import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { join, resolve } from 'node:path'
import { loadResources } from '../../src/main/resources.ts'
import { describeNow } from '../../src/main/server/describe-now.ts'
import { preparePlan } from '../../src/main/server/planning.ts'
import type { FileFact, Facts } from '../../src/main/facts/facts.ts'
import type { Edit } from '../../src/shared/edit.ts'
import { HomeportError } from '../../src/shared/errors.ts'
import { emptySpec } from '../../src/shared/spec.ts'
import { dockerOf, factsOf, fileOf, now } from '../plan/facts-builder.ts'

const resources = loadResources(join(resolve(import.meta.dirname, '../..'), 'resources'))
const chain = readFileSync(new URL('../facts/fixtures/chain.pem', import.meta.url), 'utf8')
const setUp: Edit = { kind: 'set-up' }
const addApp: Edit = { kind: 'add-site', draft: { domain: 'b.org', www: false, source: { kind: 'image', image: 'ghost:6', app: { port: 2368 } } } }
const unit = (name: string) => ({ name, active: 'active', sub: 'running', since: null, restarts: 0, unitFile: 'enabled', needsReload: false, nextElapse: null })

function refusal(facts: Facts, edit: Edit): string {
  try {
    preparePlan(facts, edit, resources)
  } catch (error) {
    if (error instanceof HomeportError) return error.code
    throw error
  }
  return 'none'
}

it('plans nothing where the server did not answer what a plan needs', () => {
  expect(refusal(factsOf(), setUp)).toBe('none')
  expect(refusal(factsOf({ failures: new Map([['units', 'timed out']]) }), setUp)).toBe('unreadable-answer')
  expect(refusal(factsOf({ failures: new Map([['updates', 'no lists']]) }), setUp)).toBe('none')
})

it('lets no program send where another one listens everywhere at the port for that', () => {
  const sending: Edit = { kind: 'add-site', draft: { domain: 'b.org', www: false, source: { kind: 'image', image: 'ghost:6', app: { port: 2368, mail: { password: `s${'1'.repeat(32)}` } } } } }
  const spec = { ...emptySpec, revision: 1, mail: { hostname: 'mail.example.org', domains: [] } }
  const listening = (address: string) => factsOf({ spec, listeners: [{ protocol: 'tcp', address, port: 587, process: 'exim4' }] })
  for (const address of ['0.0.0.0', '*', '[::]']) {
    expect(refusal(listening(address), sending), address).toBe('input-invalid')
    expect(refusal(listening(address), addApp), address).toBe('none')
  }
  expect(refusal(listening('127.0.0.1'), sending)).toBe('none')
})

it('shows what is known of a server that did not answer all, and takes nothing of it for drift', () => {
  const known = factsOf({ spec: { ...emptySpec, revision: 3 }, owned: { version: 1, resources: {} } })
  expect(describeNow(known, resources)).toMatchObject({ isSetUp: true, revision: 3, unanswered: [] })
  expect(describeNow(known, resources).drift.length).toBeGreaterThan(0)
  expect(describeNow({ ...known, failures: new Map([['units', 'timed out'], ['updates', 'no lists']]) }, resources)).toMatchObject({ isSetUp: true, revision: 3, unanswered: ['units'], drift: [] })
})

it('plans nothing while a disk is not mounted, and takes nothing on it for drift', () => {
  const away = factsOf({ spec: { ...emptySpec, revision: 3 }, owned: { version: 1, resources: {} }, unmounted: ['/srv'] })
  expect(refusal(away, setUp)).toBe('unreadable-answer')
  expect(describeNow(away, resources)).toMatchObject({ unanswered: ['the disk for /srv'], drift: [] })
})

it('takes a running Docker that does not answer for unknown, and one that is not there for absent', () => {
  const failures = new Map([['docker.version', 'timed out']])
  expect(refusal(factsOf({ failures, units: new Map([['docker.service', unit('docker.service')]]) }), setUp)).toBe('unreadable-answer')
  expect(refusal(factsOf({ failures }), setUp)).toBe('none')
})

it('does not take a server whose spec is lost for a fresh one, but lets Homeport be uninstalled from it', () => {
  const facts = factsOf({ owned: { version: 1, resources: { 'site-data/a.org': {} } } })
  expect(refusal(facts, setUp)).toBe('spec-invalid')
  expect(refusal(facts, { kind: 'uninstall', userData: 'keep' })).toBe('none')
  expect(refusal(factsOf({ owned: { version: 1, resources: { 'file//etc/homeport/README.md': {} } } }), setUp)).toBe('none')
})

it('gives a new site a network that is free, also of a site that was removed only half', () => {
  const networkOf = (facts: Facts): string | undefined => preparePlan(facts, addApp, resources).plan.changes.find(({ id }) => id === 'network/homeport-b.org')?.script
  expect(networkOf(factsOf())).toContain('--subnet 10.213.0.16/28')
  const networks = new Map([['homeport-a.org', { subnet: '10.213.0.16/28', isInternal: true, labels: {} }]])
  expect(networkOf(factsOf({ docker: dockerOf({ networks }) }))).toContain('--subnet 10.213.0.32/28')
})

it('forgets what is wanted last when it leaves', () => {
  const owned = { 'file//etc/homeport/spec.json': {}, 'site-data/a.org': {}, 'user/homeport': {}, 'file//etc/homeport/README.md': {} }
  const file = { content: '', sha256: '', mode: 0o644, uid: 0, gid: 0 }
  const facts = factsOf({ owned: { version: 1, resources: owned }, users: new Set(['homeport']), files: new Map([['/etc/homeport/spec.json', file], ['/etc/homeport/README.md', file]]) })
  const ids = preparePlan(facts, { kind: 'uninstall', userData: 'keep' }, resources).plan.changes.filter(({ verdict }) => verdict === 'delete').map(({ id }) => id)
  expect(ids.slice(-2)).toEqual(['file//etc/homeport/spec.json', 'record/owned'])
})

it('finishes an installation that was cut short, though all of it seems to be there', () => {
  const installed = new Map(['ca-certificates', 'git', 'nftables', 'openssh-client', 'openssl', 'docker.io'].map((name) => [name, '1']))
  const before = { content: 'bash\n', sha256: '', mode: 0o600, uid: 0, gid: 0 }
  const facts = factsOf({ apt: { ...factsOf().apt, installed }, docker: dockerOf({ version: '28.0.0', clientVersion: '28.0.0' }), files: new Map([['/var/lib/homeport/packages.before', before]]) })
  const change = preparePlan(facts, setUp, resources).plan.changes.find(({ id }) => id === 'packages/system')
  expect(change).toMatchObject({ verdict: 'update', reason: expect.stringContaining('cut short') })
  expect(change?.script).toContain('dpkg --configure -a')
})

it('leaves Docker where it does not run, since nobody can see who uses it', () => {
  const facts = factsOf({ owned: { version: 1, resources: { 'packages/system': {} } }, docker: dockerOf({ clientVersion: '28.0.0' }) })
  const change = preparePlan(facts, { kind: 'uninstall', userData: 'keep' }, resources).plan.changes.find(({ id }) => id === 'packages/system')
  expect(change).toMatchObject({ verdict: 'noop', reason: expect.stringContaining('does not run') })
})

it('gives another plan where anything was changed that a plan replaces or takes away, though it reads the same', () => {
  const path = '/etc/homeport/README.md'
  const file = (more: Partial<FileFact>) => ({ files: new Map([[path, fileOf('by hand', { content: null, ...more })]]) })
  const owned = { version: 1 as const, resources: { [`file/${path}`]: {}, 'image/old:1': {}, 'network/homeport-a.org': {}, 'certificate/a.org': {}, 'site-data/a.org': {} } }
  const image = (id: string) => ({ docker: dockerOf({ images: new Map([['old:1', { id, digest: null }]]) }) })
  const network = (subnet: string) => ({ docker: dockerOf({ networks: new Map([['homeport-a.org', { subnet, isInternal: true, labels: {} }]]) }) })
  const site = (...ids: string[]) => ({ sites: new Map([['a.org', { releases: ids.map((id) => ({ id, publishedAt: now, current: false })), pull: null, deploy: null, hasData: true, isReady: true }]]) })
  const certificate = (sha256: string) => ({ files: new Map([['/var/lib/homeport/certificates/a.org.pem', fileOf(chain, { sha256 })]]) })
  const pairs: [string, Partial<Facts>, Partial<Facts>][] = [
    ['a file too large to be shown', file({ sha256: 'a' }), file({ sha256: 'b' })],
    ['who may read a file', file({ mode: 0o600 }), file({ mode: 0o644 })],
    ['an image', image('sha256:1'), image('sha256:2')],
    ['a network', network('10.1.0.0/16'), network('10.2.0.0/16')],
    ['a certificate', certificate('a'), certificate('b')],
    ['versions of a site', site('1'), site('1', '2')],
  ]
  const idOf = (facts: Partial<Facts>): string => preparePlan(factsOf({ owned, spec: { ...emptySpec, revision: 1 }, ...facts }), { kind: 'uninstall', userData: 'delete' }, resources).plan.id
  for (const [what, seen, found] of pairs) {
    expect(idOf(found), what).not.toBe(idOf(seen))
    expect(idOf(seen), what).toBe(idOf(seen))
  }
})
