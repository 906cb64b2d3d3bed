import { describe, expect, it } from 'vitest'
import { applyEdit, editTitle } from '../../src/main/edit/apply-edit.ts'
import type { Edit } from '../../src/shared/edit.ts'
import { HomeportError } from '../../src/shared/errors.ts'
import { emptySpec, type ServerSpec, type SiteDraft } from '../../src/shared/spec.ts'

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

describe('adding a site', () => {
  it('names it by its domain and gives it the first free slot', () => {
    expect(play(add('a.org'), add('b.org', { www: true })).sites).toEqual([{ id: 'a.org', slot: 1, paused: false, domain: 'a.org', www: false, source: git }, { id: 'b.org', slot: 2, paused: false, domain: 'b.org', www: true, source: git }])
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
    expect(spec.sites).toEqual([{ id: 'a.org', slot: 1, paused: true, domain: 'b.org', www: true, source: { kind: 'upload', release } }])
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
