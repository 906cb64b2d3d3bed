import { expect, test } from 'vitest'
import { draftInput, draftOf, valuesOfSite } from '../../src/renderer/components/site-draft.ts'
import { fieldAt, siteProblems, siteResolver } from '../../src/renderer/components/site-problems.ts'
import { newSiteValues, type SiteFormValues } from '../../src/renderer/components/site-values.ts'
import { type Site, SiteDraft } from '../../src/shared/spec.ts'

const commit = '3f9c2a71d5b84e60a1c7f2e9d80b4c6a5e1f7d32'
const release = 'u20261120143000-a1b2c3d4'
const secret = `s${'1'.repeat(32)}`
const other = `s${'2'.repeat(32)}`
const hash = `$2b$05$${'b'.repeat(53)}`
const url = 'https://codeberg.org/a/b.git'
const siteOf = (source: Site['source'], more: Partial<Site> = {}): Site => ({ id: 'example.org', slot: 1, domain: 'example.org', www: true, paused: false, certificate: { kind: 'automatic' }, hsts: false, source, ...more })
const values = (more: Partial<SiteFormValues>): SiteFormValues => ({ ...newSiteValues, domain: 'example.org', ...more })
const problems = (more: Partial<SiteFormValues>): string[] => siteProblems(values(more)).map(({ field }) => field)
const { repository, app } = newSiteValues
const noKeeping = { hash: () => Promise.reject(new Error('nothing to hash')), keep: () => Promise.reject(new Error('nothing to keep')), keepMailLogin: () => Promise.reject(new Error('no login to make')) }

const everyKind: readonly Site['source'][] = [
  { kind: 'upload', release, folder: 'dist', serving: { singlePage: true, notFound: 'lost.html', listing: true, cacheHashed: false } },
  { kind: 'git', url, branch: 'main', intervalMinutes: 10, pinned: commit },
  { kind: 'git', url: 'http://example.org/a/b.git', branch: 'main', intervalMinutes: 10, plainHttp: true },
  { kind: 'git', url: 'ssh://git@codeberg.org/a/b.git', branch: 'main', intervalMinutes: 5, key: { secret, publicKey: `ssh-ed25519 ${'A'.repeat(68)}`, hostKeys: [`ssh-ed25519 ${'B'.repeat(68)}`] } },
  { kind: 'build', url, branch: 'next', intervalMinutes: 60, pinned: commit, folder: 'web', dockerfile: 'docker/Dockerfile', limits: { memoryMb: 2048, cpuPercent: 50, minutes: 10 }, app: { port: 3000, healthPath: '/health', startSeconds: 20, internet: false, handover: 'stop-first' } },
  { kind: 'image', image: 'ghost:6', updates: 'daily', pinned: `i${'c'.repeat(64)}`, app: { port: 2368, memoryMb: 256, command: ['node', 'a b.js'], environment: [{ name: 'URL', value: 'https://example.org' }, { name: 'TOKEN', secret }], volumes: [{ name: 'content', path: '/var/lib/ghost/content' }], scratch: ['/var/cache/ghost'], stopSeconds: 90, handover: 'beside', mail: { password: secret, variables: { host: 'mail__options__host' } } } },
  { kind: 'address', url: 'http://127.0.0.1:3000', keepHost: false, verify: false },
  { kind: 'redirect', to: 'https://example.net/new', keepPath: true, permanent: true },
  { kind: 'notice', title: 'Soon', text: 'Come back later.' },
]

test.each(everyKind)('the form of a site gives back the site unchanged: $kind', async (source) => {
  const site = siteOf(source, { aliases: [{ domain: 'example.net', redirect: true }], access: { users: [{ name: 'anna', hash }], addresses: ['203.0.113.0/24'] }, limits: { maxBodyMb: 5, timeoutSeconds: 90 }, headers: [{ name: 'X-Frame-Options', value: 'DENY' }] })
  const { id: _id, slot: _slot, paused: _paused, certificate: _certificate, hsts: _hsts, ...draft } = site
  expect(siteProblems(valuesOfSite(site), site)).toEqual([])
  expect(await draftOf(valuesOfSite(site), site, noKeeping)).toEqual(draft)
})

test('what is as it would be anyway is left out', () => {
  expect(SiteDraft.parse(draftInput(values({ kind: 'upload', release })))).toEqual({ domain: 'example.org', www: false, source: { kind: 'upload', release } })
  expect(SiteDraft.parse(draftInput(values({ kind: 'image', image: { image: 'nginx', daily: false } }))).source).toEqual({ kind: 'image', image: 'nginx:latest', app: { port: 8080 } })
})

test('files come over http only where somebody agreed to it, and a program never does', () => {
  const http = { ...repository, url: ' HTTP://example.org/a/b.git' }
  expect(problems({ kind: 'git', repository: http })).toEqual(['repository.plainHttp'])
  expect(problems({ kind: 'git', repository: { ...http, plainHttp: true } })).toEqual([])
  expect(problems({ kind: 'build', repository: { ...http, plainHttp: true } })).toEqual(['repository.url'])
  expect(draftInput(values({ kind: 'git', repository: { ...repository, url, plainHttp: true } })).source).not.toHaveProperty('plainHttp')
})

test('only the chosen kind has to be right', () => {
  expect(problems({ kind: 'git', repository: { ...repository, url }, address: { url: 'nonsense', keepHost: true, verify: true } })).toEqual([])
  expect(problems({ kind: 'upload', release, repository: { ...repository, url: 'nonsense' } })).toEqual([])
  expect(problems({ kind: 'upload' })).toEqual(['release'])
  expect(problems({ kind: 'git', repository: { url: 'file:///etc', branch: '-x', intervalMinutes: '', key: null, plainHttp: false } })).toEqual(['repository.url', 'repository.branch', 'repository.intervalMinutes'])
  expect(problems({ kind: 'git', repository: { ...repository, url: 'git@codeberg.org:a/b.git' } })).toEqual(['repository.key'])
  expect(problems({ kind: 'image', image: { image: 'A B', daily: false }, app: { ...app, port: '' } })).toEqual(['image.image', 'app.port'])
  expect(problems({ kind: 'address' })).toEqual(['address.url'])
  expect(problems({ kind: 'redirect' })).toEqual(['redirect.to'])
})

test('each thing that is wrong is said once, at its field', () => {
  const wrong = values({
    kind: 'image', image: { image: 'ghost:6', daily: false },
    app: { ...app, environment: [{ name: '1X', value: 'a', isSecret: false, kept: '' }, { name: 'TOKEN', value: '', isSecret: true, kept: '' }], volumes: [{ name: 'data', path: '/proc/x' }], command: 'ok' },
    aliases: [{ domain: 'no domain', redirect: true }], users: [{ name: 'anna', password: 'short', hash: '' }, { name: 'b b', password: '', hash: '' }], addresses: '1.2.3.4\nnowhere', headers: [{ name: 'Connection', value: 'x' }],
  })
  expect(siteProblems(wrong).map(({ field }) => field).toSorted()).toEqual(['addresses', 'aliases.0.domain', 'app.environment.0.name', 'app.environment.1.value', 'app.volumes.0.path', 'headers.0.name', 'users.0.password', 'users.1.name', 'users.1.password'])
  expect(siteProblems(wrong).find(({ field }) => field === 'app.environment.1.value')?.message).toBe('Type the value.')
})

test('a variable that is there already is said where it can be seen', () => {
  const mail = { ...app.mail, isOn: true }
  const environment = [{ name: 'SMTP_HOST', value: 'a', isSecret: false, kept: '' as const }]
  expect(problems({ kind: 'image', image: { image: 'ghost:6', daily: false }, app: { ...app, mail, environment } })).toEqual(['app.mail.variables.host'])
  expect(problems({ kind: 'image', image: { image: 'ghost:6', daily: false }, app: { ...app, environment: [...environment, ...environment] } })).toEqual(['app.environment.1.name'])
})

test('react-hook-form gets the problems as a tree', async () => {
  const { errors } = await siteResolver()(values({ kind: 'upload', aliases: [{ domain: '', redirect: true }] }), undefined, { fields: {}, shouldUseNativeValidation: false })
  expect(errors).toMatchObject({ release: { message: expect.stringContaining('Choose a folder') as string }, aliases: [{ domain: { message: expect.any(String) as string } }] })
})

test('places that main names are fields of the form', () => {
  expect(fieldAt(['source', 'url'], { kind: 'git' })).toBe('repository.url')
  expect(fieldAt(['source', 'url'], { kind: 'address' })).toBe('address.url')
  expect(fieldAt(['domain'], { kind: 'git' })).toBe('domain')
})

test('the draft has the domain in ASCII', async () => {
  expect((await draftOf(values({ domain: 'Bücher.example.org', kind: 'git', repository: { ...repository, url } }), undefined, noKeeping)).domain).toBe('xn--bcher-kva.example.org')
})

test('a chosen version stays as long as repository and branch stay', () => {
  const site = siteOf({ kind: 'git', url, branch: 'main', intervalMinutes: 10, pinned: commit })
  const form = valuesOfSite(site)
  expect(draftInput(form, site).source).toMatchObject({ pinned: commit })
  expect(draftInput({ ...form, repository: { ...form.repository, branch: 'next' } }, site).source).not.toHaveProperty('pinned')
  expect(draftInput({ ...form, kind: 'build' }, site).source).not.toHaveProperty('pinned')
  expect(draftInput(form).source).not.toHaveProperty('pinned')
})

test('new passwords and secret values are handed to main, and only those', async () => {
  const asked: string[] = []
  const keeping = { hash: async (password: string) => { asked.push(password); return hash }, keep: async (value: string) => { asked.push(value); return secret }, keepMailLogin: async () => { asked.push('a mail login'); return other } }
  const draft = await draftOf(values({
    kind: 'image', image: { image: 'ghost:6', daily: false }, users: [{ name: 'anna', password: 'open sesame', hash: '' }, { name: 'bert', password: '', hash }],
    app: { ...app, mail: { ...app.mail, isOn: true }, environment: [{ name: 'A', value: 'plain', isSecret: false, kept: '' }, { name: 'B', value: 'new secret', isSecret: true, kept: '' }, { name: 'C', value: '', isSecret: true, kept: secret }] },
  }), undefined, keeping)
  expect(asked.toSorted()).toEqual(['a mail login', 'new secret', 'open sesame'])
  expect(JSON.stringify(draft)).not.toMatch(/new secret|open sesame/)
  expect(draft.source).toMatchObject({ app: { mail: { password: other }, environment: [{ name: 'A', value: 'plain' }, { name: 'B', secret }, { name: 'C', secret }] } })
})

test('the form keeps what the image keeps data in, until somebody says that it may be thrown away', () => {
  const site = siteOf({ kind: 'image', image: 'db:1', app: { port: 8000, volumes: [{ name: 'mine', path: '/mine' }], scratch: ['/tmp/x'] } })
  const declared = [{ name: 'db-b084f6', path: '/db' }, { name: 'mine-000000', path: '/mine' }, { name: 'x-000000', path: '/tmp/x' }, { name: 'a-b-f5701c', path: '/a b,c' }]
  const filled = valuesOfSite(site, declared)
  expect(filled.app.folders).toEqual([{ name: 'db-b084f6', path: '/db', answer: 'keep' }, { name: 'x-000000', path: '/tmp/x', answer: 'scratch' }])
  const appOf = (folders: typeof filled.app.folders): unknown => draftInput({ ...filled, app: { ...filled.app, folders } }, site).source
  expect(appOf(filled.app.folders)).toMatchObject({ app: { volumes: [{ name: 'mine', path: '/mine' }, { name: 'db-b084f6', path: '/db' }], scratch: ['/tmp/x'] } })
  const turned = appOf(filled.app.folders.map((folder) => ({ ...folder, answer: folder.answer === 'keep' ? 'scratch' : 'keep' })))
  expect(turned).toMatchObject({ app: { volumes: [{ name: 'mine', path: '/mine' }, { name: 'x-000000', path: '/tmp/x' }], scratch: ['/db'] } })
})
