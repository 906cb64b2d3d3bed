import { describe, expect, it } from 'vitest'
import type { Facts } from '../../src/main/facts/facts.ts'
import { makePlan } from '../../src/main/plan/plan.ts'
import type { DataChoice, PlannedChange } from '../../src/main/plan/planned-change.ts'
import { sha256 } from '../../src/main/render/hash.ts'
import { resourceId, type Resource } from '../../src/main/render/resource.ts'
import type { CertificateState } from '../../src/shared/status.ts'
import { certificateOf, containerOf, dockerOf, factsOf, fileOf, now, ownedOf, unitOf } from './facts-builder.ts'

interface Situation { readonly facts?: Partial<Facts>; readonly certificate?: CertificateState; readonly data?: DataChoice }
type Row = readonly [title: string, situation: Situation, verdict: string, reason: string]

function plan(desired: readonly Resource[], { facts = {}, certificate, data = 'archive' }: Situation): readonly PlannedChange[] {
  return makePlan({ desired, facts: factsOf(facts), certificates: new Map(certificate === undefined ? [] : [['a.org', certificate]]), dataOf: () => data }).changes
}
function judge(resource: Resource, situation: Situation): PlannedChange | undefined {
  return plan([resource], situation).find((change) => change.id === resourceId(resource))
}
/** What happens to something in the list that nothing wants any more. */
function judgeGone(id: string, situation: Situation, before?: string): PlannedChange | undefined {
  const owned = ownedOf(id)
  if (before !== undefined) owned.resources[id] = { before }
  return plan([], { ...situation, facts: { owned, ...situation.facts } }).find((change) => change.id === id)
}
function table(resource: Resource, rows: readonly Row[]): void {
  describe(`the ${resource.kind}`, () => {
    it.each(rows)('%s', (_title, situation, verdict, reason) => expect(judge(resource, situation)).toMatchObject({ verdict, reason: expect.stringContaining(reason) as string }))
  })
}
const system = 'system' as const
const site = 'site:a.org' as const
const inFiles = (path: string, file: ReturnType<typeof fileOf>, hash?: string): Partial<Facts> => ({ files: new Map([[path, file]]), ...(hash === undefined ? {} : { owned: { version: 1, resources: { [`file/${path}`]: { hash } } } }) })

const needed = ['git', 'openssl']
const installed = (...names: string[]): Facts['apt'] => ({ ...factsOf().apt, installed: new Map(names.map((name) => [name, '1'])) })
table({ kind: 'packages', name: 'system', group: system, packages: needed, dockerMinimum: 25 }, [
  ['installs Docker and what is missing', { facts: { apt: installed('git') } }, 'create', 'Not installed yet: Docker, openssl.'],
  ['installs only what is missing beside a good Docker', { facts: { apt: installed('git'), docker: dockerOf({ version: '25.0.1' }) } }, 'create', 'Not installed yet: openssl.'],
  ['replaces a Docker that is too old', { facts: { apt: installed(...needed), docker: dockerOf({ version: '20.10.24+dfsg1' }) } }, 'replace', 'Docker 20.10.24+dfsg1 is too old'],
  ['starts a Docker that does not run', { facts: { apt: installed(...needed), docker: dockerOf({ clientVersion: '26.1.5' }) } }, 'update', 'does not run'],
  ['does nothing where all is there', { facts: { apt: installed(...needed), docker: dockerOf({ version: '26.1.5' }) } }, 'noop', 'Docker 26.1.5 and all needed packages are installed.'],
])

const path = '/etc/homeport/x'
table({ kind: 'file', name: path, group: system, content: 'new', mode: 0o644 }, [
  ['creates a file that is not there', {}, 'create', 'not there yet'],
  ['creates a file again that somebody removed', { facts: { owned: { version: 1, resources: { [`file/${path}`]: { hash: sha256('new') } } } } }, 'create', 'has been removed on the server'],
  ['updates a file that Homeport wrote', { facts: inFiles(path, fileOf('old'), sha256('old')) }, 'update', 'Its content changes.'],
  ['undoes a change by hand', { facts: inFiles(path, fileOf('mine'), sha256('old')) }, 'update', 'changed on the server by hand'],
  ['replaces a file of somebody else', { facts: inFiles(path, fileOf('mine')) }, 'update', 'Another file is in its place.'],
  ['puts permissions right', { facts: inFiles(path, fileOf('new', { mode: 0o666 })) }, 'update', 'permissions'],
  ['puts the owner right', { facts: inFiles(path, fileOf('new', { uid: 1000 })) }, 'update', 'permissions'],
  ['compares a large or binary file by its hash', { facts: inFiles(path, { ...fileOf('new'), content: null }) }, 'noop', 'as it should be'],
  ['leaves a file that is right', { facts: inFiles(path, fileOf('new')) }, 'noop', 'as it should be'],
])
it('warns before what somebody wrote into a file is lost, and shows it', () => {
  const resource = { kind: 'file', name: path, group: system, content: 'new', mode: 0o644 } as const
  expect(judge(resource, { facts: inFiles(path, fileOf('mine'), sha256('old')) })).toMatchObject({ caution: expect.stringContaining('Copy what you want to keep') as string, diff: { path, before: 'mine', after: 'new' } })
  expect(judge(resource, { facts: inFiles(path, fileOf('old'), sha256('old')) })?.caution).toBeUndefined()
})

table({ kind: 'sysctl', name: 'a.b', group: system, value: '80' }, [
  ['sets it', { facts: { sysctl: new Map([['a.b', '1024']]) } }, 'update', 'It is 1024 and shall be 80.'],
  ['sets it where it is not known', { facts: { sysctl: new Map() } }, 'update', 'not known'],
  ['leaves it', { facts: { sysctl: new Map([['a.b', '80']]) } }, 'noop', 'It is 80.'],
])

const daemon = (text: string): Partial<Facts> => ({ files: new Map([['/etc/docker/daemon.json', fileOf(text)]]) })
table({ kind: 'docker-settings', name: 'daemon.json', group: 'docker', settings: { 'live-restore': true } }, [
  ['writes the file where there is none', {}, 'create', 'go on while the engine'],
  ['adds to what is there', { facts: daemon('{"debug":true}') }, 'update', 'go on while the engine'],
  ['lets the engine read what it has not read yet', { facts: { ...daemon('{"live-restore":true}'), docker: dockerOf({ version: '26' }) } }, 'update', 'not read its settings yet'],
  ['leaves a file that it cannot read alone', { facts: daemon('{oops') }, 'noop', 'not valid JSON'],
  ['leaves a file that is too large to be seen alone', { facts: { files: new Map([['/etc/docker/daemon.json', fileOf('{}', { content: null })]]) } }, 'noop', 'very large'],
  ['leaves settings that are right', { facts: { ...daemon('{"live-restore":true}'), docker: dockerOf({ version: '26', liveRestore: true }) } }, 'noop', 'has these settings'],
])
it('keeps other settings of Docker, and notes what its own key was before', () => {
  expect(judge({ kind: 'docker-settings', name: 'daemon.json', group: 'docker', settings: { 'live-restore': true } }, { facts: daemon('{"debug":true,"live-restore":false}') })).toMatchObject({ before: '{"live-restore":false}', content: '{\n  "debug": true,\n  "live-restore": true\n}\n' })
})

table({ kind: 'user', name: 'homeport', group: system }, [['makes the user', {}, 'create', 'can do nothing else'], ['leaves the user', { facts: { users: new Set(['homeport']) } }, 'noop', 'is there']])
table({ kind: 'image', name: 'nginx:1.30', group: 'docker', ref: 'docker.io/library/nginx:1.30' }, [
  ['fetches it', {}, 'create', 'not on the server yet'],
  ['leaves it', { facts: { docker: dockerOf({ images: new Map([['nginx:1.30', { id: 'sha256:0123456789abcdef', digest: null }]]) }) } }, 'noop', 'sha256:0123456789ab'],
])

const network = { kind: 'network', name: 'homeport-a.org', group: site, subnet: '10.213.0.16/28', gateway: '10.213.0.17', dynamicRange: '10.213.0.24/29', bridge: 'homeport1' } as const
const withNetwork = (subnet: string, isInternal: boolean): Situation => ({ facts: { docker: dockerOf({ networks: new Map([[network.name, { subnet, isInternal, labels: {} }]]) }) } })
table(network, [
  ['makes it', {}, 'create', 'a network of its own'], ['replaces it for other addresses', withNetwork('10.213.0.32/28', true), 'replace', 'Its addresses are 10.213.0.32/28'],
  ['replaces one that is open to the outside', withNetwork('10.213.0.16/28', false), 'replace', ''], ['leaves it', withNetwork('10.213.0.16/28', true), 'noop', 'as it should be'],
])

table({ kind: 'certificate', name: 'a.org', group: site, domains: ['a.org', 'www.a.org'] }, [
  ['makes one', {}, 'create', 'self-signed'],
  ['replaces one without a name', { certificate: certificateOf(['a.org']) }, 'replace', 'It covers a.org and shall cover a.org, www.a.org.'],
  ['replaces one with a name too many', { certificate: certificateOf(['a.org', 'www.a.org', 'b.org']) }, 'replace', 'shall cover'],
  ['replaces one that has expired', { certificate: certificateOf(['a.org', 'www.a.org'], { notAfter: now - 1 }) }, 'replace', 'expired'],
  ['leaves one that is right, in any order', { certificate: certificateOf(['www.a.org', 'a.org']) }, 'noop', 'It covers'],
])

const withSite = (more: Partial<NonNullable<ReturnType<Facts['sites']['get']>>>): Situation => ({ facts: { sites: new Map([['a.org', { releases: [], pull: null, deploy: null, hasData: false, isReady: more.hasData ?? false, ...more }]]) } })
table({ kind: 'site-data', name: 'a.org', group: site }, [['makes the folder', {}, 'create', 'live here'], ['makes the folder where only state is left', withSite({ hasData: false }), 'create', 'live here'], ['leaves it', withSite({ hasData: true }), 'noop', 'is there'], ['makes kept or restored data ready to be served', withSite({ hasData: true, isReady: false }), 'update', 'from earlier']])

const upload = 'u20260101000000-0123abcd'
const commit = 'c'.repeat(40)
const serving = (id: string, ...others: string[]): Situation => withSite({ hasData: true, releases: [{ id, publishedAt: now, current: true }, ...others.map((other) => ({ id: other, publishedAt: now, current: false }))] })
table({ kind: 'release', name: 'a.org', group: site, release: upload, inputs: [] }, [
  ['publishes the first upload', {}, 'create', 'A new version is published.'], ['publishes another one', serving(commit), 'update', 'A new version is published.'],
  ['goes back to an earlier one', serving(commit, upload), 'update', 'An earlier version is served again.'], ['leaves what is served', serving(upload), 'noop', 'is served'],
])
table({ kind: 'release', name: 'a.org', group: site, release: null, inputs: ['/pull.env'] }, [
  ['pulls for the first time', {}, 'create', 'Nothing was pulled yet.'], ['pulls where an upload was', serving(upload), 'update', 'from a git repository now'], ['leaves the rest to the timer', serving(commit), 'noop', 'the timer brings newer ones'],
])
it('pulls again when the source of the site changes', () => {
  const release: Resource = { kind: 'release', name: 'a.org', group: site, release: null, inputs: ['/pull.env'] }
  expect(plan([{ kind: 'file', name: '/pull.env', group: site, content: 'x', mode: 0o644 }, release], serving(commit)).find((change) => change.id === 'release/a.org')).toMatchObject({ verdict: 'update', reason: 'The source of the site changes.' })
})

const container = (isRunning: boolean): Resource => ({ kind: 'container', name: 'homeport-a.org', group: site, hash: 'h1', isRunning })
const running = (hash: string | null, unit: Parameters<typeof unitOf>[1] = {}): Situation => ({ facts: { units: new Map([['homeport-a.org.service', unitOf('homeport-a.org.service', unit)]]), docker: dockerOf({ containers: [containerOf('homeport-a.org', hash)] }) } })
table(container(true), [
  ['starts it', {}, 'create', 'does not run yet'], ['starts it again', running('h1', { active: 'failed' }), 'update', 'It does not run (failed).'], ['restarts it for a new configuration', running('h0'), 'update', 'earlier configuration'],
  ['restarts a container that Homeport did not start', running(null), 'update', 'earlier configuration'], ['lets it start after a reboot', running('h1', { unitFile: 'disabled' }), 'update', 'after a reboot'], ['leaves it', running('h1'), 'noop', 'current configuration'],
])
table(container(false), [
  ['stops it', running('h1'), 'update', 'paused'], ['keeps it from starting again', running('h1', { active: 'inactive' }), 'update', 'paused'], ['leaves it stopped', running('h1', { active: 'inactive', unitFile: 'disabled' }), 'noop', 'is stopped'], ['has nothing to stop', {}, 'noop', 'is stopped'],
])
it('restarts a container whose network is replaced', () => {
  const changes = plan([network, container(true)], { facts: { ...running('h1').facts, docker: dockerOf({ containers: [containerOf('homeport-a.org', 'h1')], networks: new Map([[network.name, { subnet: '10.9.0.0/28', isInternal: true, labels: {} }]]) }) } })
  expect(changes.find((change) => change.id === 'container/homeport-a.org')).toMatchObject({ verdict: 'update', reason: 'Its network changes: it is restarted.' })
})

const timer = (isRunning: boolean): Resource => ({ kind: 'timer', name: 'homeport-a.org-pull', group: site, isRunning })
const ticking = (unit: Parameters<typeof unitOf>[1] = {}): Situation => ({ facts: { units: new Map([['homeport-a.org-pull.timer', unitOf('homeport-a.org-pull.timer', unit)]]) } })
table(timer(true), [['starts it', {}, 'create', 'pulls by itself'], ['switches it on', ticking({ active: 'inactive' }), 'update', 'switched off'], ['lets it start after a reboot', ticking({ unitFile: 'disabled' }), 'update', 'switched off'], ['leaves it', ticking(), 'noop', 'is on']])
table(timer(false), [['stops it', ticking(), 'update', 'paused'], ['stops one that only runs until the next reboot', ticking({ unitFile: 'disabled' }), 'update', 'paused'], ['keeps it from starting', ticking({ active: 'inactive' }), 'update', 'paused'], ['leaves it off', ticking({ active: 'inactive', unitFile: 'disabled' }), 'noop', 'is off']])
it('starts a timer anew when its interval changes', () => {
  const changes = plan([{ kind: 'file', name: '/etc/systemd/system/homeport-a.org-pull.timer', group: site, content: 'x', mode: 0o644 }, timer(true)], ticking())
  expect(changes.find((change) => change.id === 'timer/homeport-a.org-pull')).toMatchObject({ verdict: 'update', reason: 'Its interval changes.' })
})

const proxy: Resource = { kind: 'proxy-config', name: 'homeport-proxy', group: 'proxy', hash: 'p1', certificates: ['a.org'] }
table(proxy, [['loads what is new', { facts: { proxyLoaded: 'p0' } }, 'update', 'without dropping a connection'], ['loads it where nothing is known', {}, 'update', 'without dropping a connection'], ['leaves it', { facts: { proxyLoaded: 'p1' } }, 'noop', 'current configuration']])
it('loads a certificate that changes, and nothing where the proxy starts anyway', () => {
  const facts = { proxyLoaded: 'p1' }
  expect(plan([{ kind: 'certificate', name: 'a.org', group: site, domains: ['a.org'] }, proxy], { facts }).find((change) => change.id.startsWith('proxy-config'))).toMatchObject({ verdict: 'update', reason: expect.stringContaining('certificate') as string })
  expect(plan([{ kind: 'container', name: 'homeport-proxy', group: 'proxy', hash: 'h', isRunning: true }, proxy], { facts }).find((change) => change.id.startsWith('proxy-config'))).toMatchObject({ verdict: 'noop' })
})

const files: Resource = { kind: 'static-config', name: 'homeport-static', group: 'homeport', hash: 's1' }
table(files, [['loads what is new', { facts: { staticLoaded: 's0' } }, 'update', 'without dropping a connection'], ['leaves it', { facts: { staticLoaded: 's1' } }, 'noop', 'current configuration']])
it('loads nothing into a web server of static sites that starts anyway', () => {
  expect(plan([{ kind: 'container', name: 'homeport-static', group: 'homeport', hash: 'h', isRunning: true }, files], {}).find((change) => change.id.startsWith('static-config'))).toMatchObject({ verdict: 'noop' })
})

it.each([[[], 'noop'], [['file'], 'update'], [['stale'], 'update']] as const)('tells systemd of new unit files only where there are any: %j', (what, verdict) => {
  const unitFile: Resource = { kind: 'file', name: '/etc/systemd/system/homeport-a.org.service', group: site, content: 'x', mode: 0o644 }
  const facts: Partial<Facts> = { users: new Set(['homeport']), ...((what as readonly string[]).includes('file') ? {} : inFiles(unitFile.name, fileOf('x'))), ...((what as readonly string[]).includes('stale') ? { units: new Map([['homeport-a.org.service', unitOf('homeport-a.org.service', { needsReload: true })]]) } : {}) }
  expect(plan([unitFile, { kind: 'user', name: 'homeport', group: system }], { facts }).find((change) => change.id === 'systemd/units')).toMatchObject({ verdict })
})

describe('something that nothing wants any more', () => {
  it.each<readonly [string, string, Situation, string, string]>([
    ['removes a file', 'file//etc/x', { facts: { files: new Map([['/etc/x', fileOf('x')]]) } }, 'delete', 'Nothing needs it'], ['knows that a file is gone', 'file//etc/x', {}, 'noop', 'gone already'],
    ['stops a unit', 'container/homeport-a.org', running('h1'), 'delete', 'Nothing needs it'], ['stops a unit that failed', 'container/homeport-a.org', running('h1', { active: 'failed', unitFile: 'disabled' }), 'delete', 'Nothing needs it'], ['knows that a unit is stopped', 'container/homeport-a.org', running('h1', { active: 'inactive', unitFile: 'disabled' }), 'noop', 'does not run'],
    ['stops a timer', 'timer/homeport-a.org-pull', ticking(), 'delete', 'Nothing needs it'], ['knows that a timer is gone', 'timer/homeport-a.org-pull', {}, 'noop', 'does not run'],
    ['removes a network', network.name.replace(/^/, 'network/'), withNetwork('10.213.0.16/28', true), 'delete', 'Its site is removed.'], ['knows that a network is gone', 'network/homeport-a.org', {}, 'noop', 'gone already'],
    ['removes a certificate', 'certificate/a.org', { certificate: certificateOf(['a.org']) }, 'delete', 'Its site is removed.'], ['knows that a certificate is gone', 'certificate/a.org', {}, 'noop', 'gone already'],
    ['packs user data', 'site-data/a.org', withSite({ hasData: true }), 'delete', 'packed into /srv/homeport/.archive/'], ['deletes user data only when told', 'site-data/a.org', { ...withSite({ hasData: true }), data: 'delete' }, 'delete', 'You chose to delete it.'], ['keeps user data when told', 'site-data/a.org', { ...withSite({ hasData: true }), data: 'keep' }, 'noop', 'It stays in /srv/homeport/a.org.'], ['knows that data is gone', 'site-data/a.org', {}, 'noop', 'gone already'],
    ['removes a user', 'user/homeport', { facts: { users: new Set(['homeport']) } }, 'delete', 'No site needs it'], ['knows that a user is gone', 'user/homeport', {}, 'noop', 'gone already'],
    ['removes an image', 'image/nginx:1.30', { facts: { docker: dockerOf({ images: new Map([['nginx:1.30', { id: '', digest: null }]]) }) } }, 'delete', 'No site needs it'], ['keeps an image that others use', 'image/nginx:1.30', { facts: { docker: dockerOf({ images: new Map([['nginx:1.30', { id: '', digest: null }]]), containers: [containerOf('theirs', null)] }) } }, 'noop', 'theirs uses it'],
    ['removes packages', 'packages/system', {}, 'delete', 'Packages that were there before stay.'], ['keeps Docker for others', 'packages/system', { facts: { docker: dockerOf({ containers: [containerOf('theirs', null)] }) } }, 'noop', 'other containers use it: theirs'],
    ['leaves a kernel setting whose past is not known', 'sysctl/a.b', {}, 'noop', 'not known'],
    ['has no removal of its own for what belongs to something', 'release/a.org', {}, 'noop', 'goes with what it belongs to'],
  ])('%s', (_title, id, situation, verdict, reason) => expect(judgeGone(id, situation)).toMatchObject({ verdict, reason: expect.stringContaining(reason) as string }))

  it('gives a kernel setting its earlier value', () => expect(judgeGone('sysctl/a.b', {}, '1024')).toMatchObject({ verdict: 'delete', before: '1024', reason: 'It goes back to 1024.' }))
  it('warns before data is deleted for ever, and before a file that somebody changed goes', () => {
    expect(judgeGone('site-data/a.org', { ...withSite({ hasData: true }), data: 'delete' })?.caution).toBe('All files of a.org are deleted for ever.')
    expect(plan([], { facts: inFiles('/etc/x', fileOf('mine'), sha256('ours')) })[0]).toMatchObject({ verdict: 'delete', caution: expect.stringContaining('by hand') as string, diff: { before: 'mine', after: null } })
  })
  it.each([
    ['container/homeport-proxy', 'proxy'], ['file//etc/systemd/system/homeport-proxy.service', 'proxy'], ['file//etc/homeport/proxy/hosts.map', 'proxy'], ['file//etc/homeport/sites/a.org/pull.env', 'site:a.org'], ['container/homeport-a.org', 'site:a.org'], ['container/homeport-static', 'homeport'], ['file//etc/systemd/system/homeport-static.service', 'homeport'], ['file//etc/homeport/static/sites/a.org.conf', 'site:a.org'], ['container/homeport-static.a.org', 'site:static.a.org'], ['timer/homeport-a.org-pull', 'site:a.org'],
    ['file//etc/systemd/system/homeport-a.org-pull.timer', 'site:a.org'], ['container/homeport-proxy.a.org', 'site:proxy.a.org'], ['file//etc/systemd/system/homeport-proxy.a.org.service', 'site:proxy.a.org'], ['network/homeport-a.org', 'site:a.org'], ['certificate/a.org', 'site:a.org'], ['image/nginx:1.30', 'docker'], ['user/homeport', 'system'], ['file//usr/local/lib/homeport/pull', 'homeport'],
  ])('is shown where it was shown before: %s in %s', (id, group) => expect(judgeGone(id, {})?.group).toBe(group))
})
