import { describe, expect, it } from 'vitest'
import { applyEdit, editTitle } from '../../src/main/edit/apply-edit.ts'
import { Edit } from '../../src/shared/edit.ts'
import { HomeportError } from '../../src/shared/errors.ts'
import { emptySpec, ServerSpec, type SiteDraft } from '../../src/shared/spec.ts'

const release = 'u20260101000000-0123abcd'
const commit = 'a'.repeat(40)
const git = { kind: 'git', url: 'https://example.org/x.git', branch: 'main', intervalMinutes: 10 } as const
const draft = (domain: string, more: Partial<SiteDraft> = {}): SiteDraft => ({ domain, www: false, source: git, ...more })
const add = (domain: string, more: Partial<SiteDraft> = {}): Edit => ({ kind: 'add-site', draft: draft(domain, more) })
const play = (...edits: Edit[]): ServerSpec => edits.reduce((spec, edit) => applyEdit(spec, edit), emptySpec)
const failure = (spec: ServerSpec, edit: Edit): HomeportError => {
  try {
    applyEdit(spec, edit)
  } catch (error) {
    if (error instanceof HomeportError) return error
  }
  throw new Error('The edit was taken.')
}

describe('a repository over http, where anybody on the way can change what comes', () => {
  const http = { ...git, url: 'http://example.org/x.git' } as const
  const built = { kind: 'build', url: http.url, branch: 'main', intervalMinutes: 10, app: { port: 80 } } as const
  const before = ServerSpec.parse({ ...emptySpec, revision: 3, sites: [http, built].map((source, index) => ({ ...play(add('a.org')).sites[0], id: `${index}.org`, domain: `${index}.org`, slot: index + 1, source })) })

  it.each([['files', http, 'source.plainHttp'], ['a program', built, 'source.url']] as const)('is refused for %s, in a new site, a changed one and a copy', (_what, source, field) => {
    for (const edit of [add('b.org', { source }), { kind: 'change-site', siteId: '0.org', draft: draft('0.org', { source }) }] as const) {
      expect(failure(before, edit)).toMatchObject({ code: 'input-invalid', fields: { [field]: expect.stringContaining('https://') as string } })
      expect(Edit.safeParse(edit).error?.issues.map(({ path }) => path.join('.'))).toEqual([`draft.${field}`])
    }
    expect(failure(before, { kind: 'clone-site', siteId: source === http ? '0.org' : '1.org', domain: 'c.org' }).code).toBe('input-invalid')
  })
  it('may bring files where somebody agreed to it', () => {
    expect(play(add('b.org', { source: { ...http, plainHttp: true } })).sites[0]?.source).toEqual({ ...http, plainHttp: true })
  })
  it('stays as it is on a server that has it from before, and can be paused and removed', () => {
    expect(ServerSpec.parse(JSON.parse(JSON.stringify(before)))).toEqual(before)
    expect(applyEdit(before, { kind: 'set-up' }).sites).toEqual(before.sites)
    expect(applyEdit(before, { kind: 'pause-site', siteId: '1.org', paused: true }).sites[1]?.paused).toBe(true)
    expect(applyEdit(before, { kind: 'remove-site', siteId: '1.org', data: 'archive' }).sites).toHaveLength(1)
  })
})

describe('adding a site', () => {
  it('names it by its domain and gives it the first free slot', () => {
    expect(play(add('a.org'), add('b.org', { www: true })).sites).toEqual([{ id: 'a.org', slot: 1, paused: false, certificate: { kind: 'automatic' }, hsts: false, domain: 'a.org', www: false, source: git }, { id: 'b.org', slot: 2, paused: false, certificate: { kind: 'automatic' }, hsts: false, domain: 'b.org', www: true, source: git }])
  })
  it('uses the slot of a site that left again', () => {
    const spec = play(add('a.org'), add('b.org'), add('c.org'), { kind: 'remove-site', siteId: 'b.org', data: 'archive' }, add('d.org'), add('e.org'))
    expect(spec.sites.map((site) => [site.id, site.slot])).toEqual([['a.org', 1], ['c.org', 3], ['d.org', 2], ['e.org', 4]])
  })
  it.each([
    ['the same domain', [add('a.org')], add('a.org'), 'There is a site named a.org on this server already.'],
    ['the www name of another site', [add('a.org', { www: true })], add('www.a.org'), 'www.a.org already belongs to the site a.org.'],
    ['a www name that is another site', [add('www.a.org')], add('a.org', { www: true }), 'www.a.org already belongs to the site www.a.org.'],
    ['a domain that a renamed site has', [add('a.org'), { kind: 'change-site', siteId: 'a.org', draft: draft('b.org') } as Edit], add('b.org'), 'b.org already belongs to the site a.org.'],
    ['the former domain of a renamed site', [add('a.org'), { kind: 'change-site', siteId: 'a.org', draft: draft('b.org') } as Edit], add('a.org'), 'There is a site named a.org on this server already.'],
  ])('refuses %s', (_what, before, edit, message) => {
    const error = failure(play(...before), edit)
    expect(error).toMatchObject({ code: 'input-invalid', message })
    expect(error.hint).not.toBe('')
    expect(Object.keys(error.fields ?? {})).toEqual(['domain'])
  })
})

describe('changing a site', () => {
  it('keeps its id, slot and pause, and takes the rest from the form', () => {
    const spec = play(add('a.org'), { kind: 'pause-site', siteId: 'a.org', paused: true }, { kind: 'change-site', siteId: 'a.org', draft: draft('b.org', { www: true, source: { kind: 'upload', release } }) })
    expect(spec.sites).toEqual([{ id: 'a.org', slot: 1, paused: true, certificate: { kind: 'automatic' }, hsts: false, domain: 'b.org', www: true, source: { kind: 'upload', release } }])
  })
  it('pauses and resumes', () => {
    const paused = play(add('a.org'), { kind: 'pause-site', siteId: 'a.org', paused: true })
    expect(paused.sites[0]?.paused).toBe(true)
    expect(applyEdit(paused, { kind: 'pause-site', siteId: 'a.org', paused: false }).sites[0]?.paused).toBe(false)
  })
  it('stays on a version of a git site until it follows the branch again', () => {
    const pinned = play(add('a.org'), { kind: 'choose-release', siteId: 'a.org', release: commit })
    expect(pinned.sites[0]?.source).toEqual({ ...git, pinned: commit })
    expect(applyEdit(pinned, { kind: 'choose-release', siteId: 'a.org', release: null }).sites[0]?.source).toEqual(git)
  })
  it('serves another upload, and cannot follow a branch without a repository', () => {
    const other = 'u20260202000000-0123abcd'
    const spec = play(add('a.org', { source: { kind: 'upload', release } }))
    expect(applyEdit(spec, { kind: 'choose-release', siteId: 'a.org', release: other }).sites[0]?.source).toEqual({ kind: 'upload', release: other })
    expect(failure(spec, { kind: 'choose-release', siteId: 'a.org', release: null }).code).toBe('input-invalid')
  })
  it.each<Edit>([
    { kind: 'change-site', siteId: 'x.org', draft: draft('x.org') }, { kind: 'pause-site', siteId: 'x.org', paused: true }, { kind: 'choose-release', siteId: 'x.org', release: commit }, { kind: 'remove-site', siteId: 'x.org', data: 'delete' },
  ])('says that a site is not there: $kind', (edit) => {
    expect(failure(play(add('a.org')), edit)).toMatchObject({ code: 'input-invalid', message: 'There is no site x.org on this server.' })
  })
})

describe('the revision', () => {
  it('counts every change once', () => {
    expect(play({ kind: 'set-up' }).revision).toBe(1)
    expect(play({ kind: 'set-up' }, add('a.org'), add('b.org')).revision).toBe(3)
    expect(play(add('a.org'), { kind: 'remove-site', siteId: 'a.org', data: 'archive' }).revision).toBe(2)
  })
  it('stays where nothing changes', () => {
    const spec = play(add('a.org'), add('b.org'))
    expect(applyEdit(spec, { kind: 'set-up' })).toEqual(spec)
    expect(applyEdit(spec, { kind: 'pause-site', siteId: 'a.org', paused: false })).toEqual(spec)
    expect(applyEdit(spec, { kind: 'change-site', siteId: 'a.org', draft: draft('a.org') })).toEqual(spec)
  })
  it('never changes the spec that was given', () => {
    const spec = Object.freeze(play(add('a.org')))
    const before = JSON.stringify(spec)
    applyEdit(spec, add('b.org'))
    applyEdit(spec, { kind: 'uninstall', userData: 'keep' })
    expect(JSON.stringify(spec)).toBe(before)
  })
})

it('leaves no site behind when Homeport goes', () => expect(play(add('a.org'), { kind: 'uninstall', userData: 'keep' }).sites).toEqual([]))

it.each<[Edit, string]>([
  [{ kind: 'set-up' }, 'Set up this server'], [add('a.org'), 'Add a.org'], [{ kind: 'change-site', siteId: 'a.org', draft: draft('b.org') }, 'Change a.org'], [{ kind: 'pause-site', siteId: 'a.org', paused: true }, 'Pause a.org'], [{ kind: 'pause-site', siteId: 'a.org', paused: false }, 'Resume a.org'],
  [{ kind: 'choose-release', siteId: 'a.org', release: commit }, 'Serve another version of a.org'], [{ kind: 'choose-release', siteId: 'a.org', release: null }, 'Follow the branch of a.org again'], [{ kind: 'remove-site', siteId: 'a.org', data: 'archive' }, 'Remove a.org'], [{ kind: 'uninstall', userData: 'keep' }, 'Take Homeport off this server'],
])('calls %j "%s"', (edit, title) => expect(editTitle(edit, emptySpec)).toBe(title))

it('calls a set-up by what it is on a server that has one', () => expect(editTitle({ kind: 'set-up' }, play(add('a.org')))).toBe('Bring this server to its wanted state'))

describe('changing certificates', () => {
  const account = { id: 'd00000001', label: 'Mine', provider: 'cloudflare', secret: `s${'a'.repeat(32)}` } as const
  const withAccount = { kind: 'change-certificates' as const, certificates: { authority: { kind: 'lets-encrypt' as const }, dnsAccounts: [account] } }
  const byDns = { kind: 'change-site-certificate', siteId: 'a.org', certificate: { kind: 'dns', account: account.id, wildcard: true }, hsts: true } as const
  it('counts as a revision of its own, and nothing else changes', () => {
    const before = play(add('a.org'))
    expect(applyEdit(before, withAccount)).toEqual({ ...before, revision: before.revision + 1, certificates: withAccount.certificates })
  })
  it('goes site by site', () => expect(play(add('a.org'), withAccount, byDns).sites[0]).toMatchObject({ certificate: byDns.certificate, hsts: true }))
  it('refuses an account that is not there, and to take away one that is used', () => {
    const refusal = expect.objectContaining({ code: 'input-invalid', message: expect.stringContaining('a.org gets its certificate by a DNS account') as string, hint: expect.stringContaining('that site first') as string })
    expect(() => play(add('a.org'), byDns)).toThrow(refusal)
    expect(() => play(add('a.org'), withAccount, byDns, { ...withAccount, certificates: { ...withAccount.certificates, dnsAccounts: [] } })).toThrow(refusal)
  })
})

describe('what holds for the visitors of a site', () => {
  const everything: Partial<SiteDraft> = {
    aliases: [{ domain: 'b.org', redirect: true }], access: { addresses: ['203.0.113.7'] }, limits: { maxBodyMb: 5 }, headers: [{ name: 'X-One', value: '1' }],
  }
  it('is what the form says, and goes where the form has none of it any more', () => {
    const spec = play(add('a.org', everything))
    expect(spec.sites[0]).toMatchObject(everything)
    const changed = applyEdit(spec, { kind: 'change-site', siteId: 'a.org', draft: draft('a.org', { limits: { timeoutSeconds: 5 } }) }).sites[0]
    expect(changed).toEqual({ id: 'a.org', slot: 1, paused: false, certificate: { kind: 'automatic' }, hsts: false, domain: 'a.org', www: false, source: git, limits: { timeoutSeconds: 5 } })
  })
  it('leaves alone what the form does not show: keys for SFTP, and whose copy it is', () => {
    const keys = [{ name: 'Kim, laptop', key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAZmqQ65WL6zqIEiFL0SOj5PdJQiT8XwfUaViqpknTcX' }]
    const spec = play(add('a.org'), { kind: 'clone-site', siteId: 'a.org', domain: 'b.org' }, { kind: 'change-site-sftp', siteId: 'b.org', keys }, { kind: 'change-site', siteId: 'b.org', draft: draft('c.org') })
    expect(spec.sites[1]).toMatchObject({ id: 'b.org', domain: 'c.org', copyOf: 'a.org', sftpKeys: keys })
  })
  it.each(['http://127.0.0.1', 'https://a.org', 'http://www.a.org:443'])('refuses the address %s, where its own visitors come in', (url) => {
    const error = failure(emptySpec, add('a.org', { www: true, source: { kind: 'address', url } }))
    expect(error).toMatchObject({ code: 'input-invalid', message: expect.stringContaining('would lead back to itself') })
    expect(error.hint).toContain('port')
    expect(Object.keys(error.fields ?? {})).toEqual(['source.url'])
  })
  it('says at the further names that one of them is there twice', () => {
    expect(Object.keys(failure(emptySpec, add('a.org', { aliases: [{ domain: 'a.org', redirect: false }] })).fields ?? {})).toEqual(['aliases'])
  })
})

describe('copying a site', () => {
  it('takes its source and what holds for visitors, and neither its names, its certificate nor its people', () => {
    const access = { addresses: ['203.0.113.7'] }
    const spec = play(
      add('a.org', { www: true, aliases: [{ domain: 'c.org', redirect: true }], access, headers: [{ name: 'X-One', value: '1' }], limits: { maxBodyMb: 5 }, source: { kind: 'upload', release } }),
      { kind: 'change-site-certificate', siteId: 'a.org', certificate: { kind: 'automatic' }, hsts: true },
      { kind: 'pause-site', siteId: 'a.org', paused: true },
      { kind: 'clone-site', siteId: 'a.org', domain: 'b.org' },
    )
    expect(spec.sites[1]).toEqual({
      id: 'b.org', slot: 2, domain: 'b.org', www: false, paused: false, certificate: { kind: 'automatic' }, hsts: false, copyOf: 'a.org',
      source: { kind: 'upload', release }, access, headers: [{ name: 'X-One', value: '1' }], limits: { maxBodyMb: 5 },
    })
  })
  it('goes on without the first one', () => {
    const spec = play(add('a.org'), { kind: 'clone-site', siteId: 'a.org', domain: 'b.org' }, { kind: 'remove-site', siteId: 'a.org', data: 'delete' })
    expect(spec.sites).toMatchObject([{ id: 'b.org', copyOf: 'a.org' }])
  })
  it('refuses a domain that is taken, and a site that is not there', () => {
    expect(failure(play(add('a.org', { www: true })), { kind: 'clone-site', siteId: 'a.org', domain: 'www.a.org' }).message).toBe('www.a.org already belongs to the site a.org.')
    expect(failure(play(add('a.org')), { kind: 'clone-site', siteId: 'a.org', domain: 'a.org' }).message).toBe('There is a site named a.org on this server already.')
    expect(failure(emptySpec, { kind: 'clone-site', siteId: 'x.org', domain: 'b.org' }).message).toBe('There is no site x.org on this server.')
  })
})

it('lets people in by SFTP, and leaves nothing in the spec when the last one goes', () => {
  const keys = [{ name: 'Kim, laptop', key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAZmqQ65WL6zqIEiFL0SOj5PdJQiT8XwfUaViqpknTcX' }]
  const open = play(add('a.org'), { kind: 'change-site-sftp', siteId: 'a.org', keys })
  expect(open.sites[0]?.sftpKeys).toEqual(keys)
  expect(applyEdit(open, { kind: 'change-site-sftp', siteId: 'a.org', keys: [] }).sites[0]).toEqual(play(add('a.org')).sites[0])
})

it('lets nobody in by SFTP where a site has no files', () => {
  const keys = [{ name: 'Kim, laptop', key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAZmqQ65WL6zqIEiFL0SOj5PdJQiT8XwfUaViqpknTcX' }]
  const redirect = add('a.org', { source: { kind: 'redirect', to: 'https://example.net/', keepPath: true, permanent: false } })
  expect(failure(play(redirect), { kind: 'change-site-sftp', siteId: 'a.org', keys })).toMatchObject({ code: 'input-invalid', message: 'a.org has no files.' })
  // What a site of another kind had before can be taken away.
  const before = play(add('a.org'), { kind: 'change-site-sftp', siteId: 'a.org', keys }, { kind: 'change-site', siteId: 'a.org', draft: redirect.kind === 'add-site' ? redirect.draft : draft('a.org') })
  expect(before.sites[0]?.sftpKeys).toEqual(keys)
  expect(applyEdit(before, { kind: 'change-site-sftp', siteId: 'a.org', keys: [] }).sites[0]?.sftpKeys).toBeUndefined()
})

describe('answering what becomes of a folder of the image', () => {
  const folder = { name: 'db-b084f6', path: '/db' }
  const answer = (kind: 'keep' | 'scratch', siteId = 'a.org'): Edit => ({ kind: 'answer-folder', siteId, folder, answer: kind })
  const before = add('a.org', { source: { kind: 'image', image: 'db:1', app: { port: 1, volumes: [{ name: 'x', path: '/x' }] } } })
  const appAfter = (...edits: Edit[]): unknown => play(before, ...edits).sites[0]?.source

  it('keeps it under the name that it has, or lets it be thrown away, whatever was said before', () => {
    expect(appAfter(answer('keep'))).toMatchObject({ app: { volumes: [{ name: 'x', path: '/x' }, folder] } })
    expect(appAfter(answer('keep'), answer('scratch'))).toMatchObject({ app: { volumes: [{ name: 'x', path: '/x' }], scratch: ['/db'] } })
    expect(appAfter(answer('scratch'), answer('keep'), answer('keep'))).toMatchObject({ app: { volumes: [{ name: 'x', path: '/x' }, folder], scratch: [] } })
  })
  it('refuses where there is no container', () => {
    expect(failure(play(add('a.org')), answer('keep'))).toMatchObject({ code: 'input-invalid' })
    expect(failure(play(before), answer('keep', 'b.org'))).toMatchObject({ code: 'input-invalid' })
  })
  it('refuses that a folder is kept and thrown away', () => {
    const both: Edit = { kind: 'add-site', draft: { ...draft('a.org'), source: { kind: 'image', image: 'db:1', app: { port: 1, volumes: [folder], scratch: ['/db'] } } } }
    expect(failure(emptySpec, both)).toMatchObject({ message: '/db is among the data that is kept, too.' })
  })
})
