import { describe, expect, it } from 'vitest'
import { applyEdit, editTitle } from '../../src/main/edit/apply-edit.ts'
import { Edit } from '../../src/shared/edit.ts'
import { emptySpec, type ServerSpec } from '../../src/shared/spec.ts'

const after = (...edits: unknown[]): ServerSpec => edits.reduce<ServerSpec>((spec, edit) => applyEdit(spec, Edit.parse(edit)), emptySpec)
const on = { kind: 'change-mail', service: { hostname: 'mail.example.org' } }
const alias = (name: string, target = 'anna@example.net') => ({ name, targets: [target] })
const withDomain = [on, { kind: 'add-mail-domain', domain: { domain: 'example.org', aliases: [alias('a'), alias('b')] } }]

describe('mail', () => {
  it('is turned on, gets a domain, and is turned off', () => {
    expect(after(...withDomain).mail).toEqual({ hostname: 'mail.example.org', domains: [{ domain: 'example.org', aliases: [alias('a'), alias('b')] }] })
    expect(after(...withDomain, { kind: 'remove-mail' }).mail).toBeUndefined()
  })
  it('stays on while a program of a site sends by it, whose copy sends nothing', () => {
    const app = { port: 2368, mail: { password: `s${'1'.repeat(32)}` } }
    const site = (more: object) => ({ kind: 'add-site', draft: { domain: 'blog.example.org', www: false, source: { kind: 'image', image: 'ghost:6', app: { ...app, ...more } } } })
    const sending = [on, site({})]
    expect(() => after(site({}))).toThrow(/blog\.example\.org sends mail through this server/)
    expect(() => after(...sending, { kind: 'remove-mail' })).toThrow(/Switch that off first in the form of blog\.example\.org/)
    expect(after(...sending, { kind: 'uninstall', userData: 'keep' }).mail).toBeUndefined()
    const copy = after(...sending, { kind: 'clone-site', siteId: 'blog.example.org', domain: 'try.example.org' }).sites[1]
    expect(copy?.source).toEqual({ kind: 'image', image: 'ghost:6', app: { port: 2368 } })
    expect(() => after(on, site({ environment: [{ name: 'SMTP_HOST', value: 'x' }] }))).toThrow(/SMTP_HOST is another variable already/)
  })
  it('keeps its domains when the service changes, and its aliases when a domain changes', () => {
    const spec = after(...withDomain, { kind: 'change-mail', service: { hostname: 'mx.example.org', greylist: true } }, { kind: 'change-mail-domain', domain: 'example.org', catchAll: ['rest@example.net'], preference: 20 })
    expect(spec.mail).toEqual({ hostname: 'mx.example.org', greylist: true, domains: [{ domain: 'example.org', aliases: [alias('a'), alias('b')], catchAll: ['rest@example.net'], preference: 20 }] })
  })
  it('keeps what a domain says about encryption until it is left out', () => {
    const rules = { catchAll: ['rest@example.net'], mtaSts: { mode: 'testing', others: ['mx2.example.org'] }, tlsReports: 'tls@example.net' }
    expect(after(...withDomain, { kind: 'change-mail-domain', domain: 'example.org', ...rules }).mail?.domains).toEqual([{ domain: 'example.org', aliases: [alias('a'), alias('b')], ...rules }])
    expect(after(...withDomain, { kind: 'change-mail-domain', domain: 'example.org', ...rules }, { kind: 'change-mail-domain', domain: 'example.org' }).mail?.domains).toEqual([{ domain: 'example.org', aliases: [alias('a'), alias('b')] }])
  })
  it('takes changed aliases in the place of the old ones, and leaves the others', () => {
    const change = { kind: 'change-mail-aliases', domain: 'example.org', put: [alias('c'), alias('a', 'ben@example.net')], remove: ['b'], isWhole: false }
    expect(after(...withDomain, change).mail?.domains[0]?.aliases).toEqual([alias('a', 'ben@example.net'), alias('c')])
    expect(after(...withDomain, { ...change, remove: [], put: [alias('z')], isWhole: true }).mail?.domains[0]?.aliases).toEqual([alias('z')])
    // The catch-all only where it is said.
    const withCatchAll = [...withDomain, { ...change, catchAll: ['rest@example.net'] }]
    expect(after(...withCatchAll).mail?.domains[0]?.catchAll).toEqual(['rest@example.net'])
    expect(after(...withCatchAll, { ...change, remove: [] }).mail?.domains[0]?.catchAll).toEqual(['rest@example.net'])
  })
  it.each([
    ['a domain before mail is on', [{ kind: 'add-mail-domain', domain: { domain: 'example.org' } }], /takes no mail yet/],
    ['a domain that is there', [...withDomain, { kind: 'add-mail-domain', domain: { domain: 'example.org' } }], /already/],
    ['aliases of a domain that is gone', [...withDomain, { kind: 'remove-mail-domain', domain: 'example.org' }, { kind: 'change-mail-aliases', domain: 'example.org', put: [alias('c')], remove: [], isWhole: false }], /takes no mail for example.org/],
    ['to remove an alias that is gone', [...withDomain, { kind: 'change-mail-aliases', domain: 'example.org', put: [], remove: ['x'], isWhole: false }], /There is no alias x@example.org/],
    ['to remove an alias that another one needs', [...withDomain, { kind: 'change-mail-aliases', domain: 'example.org', put: [alias('c', 'a@example.org')], remove: [], isWhole: false }, { kind: 'change-mail-aliases', domain: 'example.org', put: [], remove: ['a'], isWhole: false }], /c@example.org leads to a@example.org/],
    ['a policy for a name that is too long for it', [on, { kind: 'add-mail-domain', domain: { domain: `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(57)}.example` , mtaSts: { mode: 'testing' } } }], /too long/],
    ['a mail server that is called like its domain', [...withDomain, { kind: 'change-mail', service: { hostname: 'example.org' } }], /name of the mail server itself/],
  ])('refuses %s', (_what, edits, words) => expect(() => after(...edits)).toThrow(words))
  it('has titles that say what is done', () => {
    const spec = after(...withDomain)
    const title = (edit: unknown): string => editTitle(Edit.parse(edit), spec)
    expect(title({ kind: 'change-mail-aliases', domain: 'example.org', put: [alias('c')], remove: [], isWhole: false })).toBe('Change c@example.org')
    expect(title({ kind: 'remove-mail' })).toBe('Take no more mail')
  })
})
