import { describe, expect, it } from 'vitest'
import { certificateNames, emptySpec, redirectedNames, ServerSpec, servedNames, siteNames, type Site } from '../../src/shared/spec.ts'

const site = (domain: string, slot: number, more: Partial<Site> = {}): Site => ({ id: domain, slot, domain, www: false, source: { kind: 'upload', release: 'u20260101000000-0123abcd' }, paused: false, certificate: { kind: 'automatic' }, hsts: false, ...more })
const parse = (...sites: unknown[]) => ServerSpec.safeParse({ version: 1, revision: 1, sites })
const messages = (...sites: unknown[]): string[] => parse(...sites).error?.issues.map((issue) => issue.message) ?? []

describe('the spec of a server', () => {
  it('is empty at first', () => expect(ServerSpec.parse(emptySpec)).toEqual(emptySpec))
  it('takes sites with names of their own', () => expect(parse(site('a.org', 1, { www: true }), site('b.org', 2), site('www.b.org', 3)).success).toBe(true))
  it('refuses a domain that another site has', () => expect(messages(site('a.org', 1), site('b.org', 2, { domain: 'a.org' }))).toEqual(['a.org already belongs to the site a.org.']))
  it('refuses a domain that is the www name of another site', () => {
    expect(messages(site('a.org', 1, { www: true }), site('www.a.org', 2))).toEqual(['www.a.org already belongs to the site a.org.'])
    expect(messages(site('www.a.org', 2), site('a.org', 1, { www: true }))).toEqual(['www.a.org already belongs to the site www.a.org.'])
  })
  it('refuses two sites with one id or one slot', () => {
    expect(messages(site('a.org', 1), site('b.org', 2, { id: 'a.org' }))).toEqual(['Two sites have the same id.'])
    expect(messages(site('a.org', 1), site('b.org', 1))).toEqual(['Two sites have the same slot.'])
  })
  it.each([0, 4096, 1.5])('refuses the slot %s', (slot) => expect(parse(site('a.org', slot)).success).toBe(false))
  it('refuses what it does not know, so that nothing of a newer version is lost', () => {
    expect(parse({ ...site('a.org', 1), color: 'red' }).success).toBe(false)
    expect(ServerSpec.safeParse({ ...emptySpec, version: 2 }).success).toBe(false)
  })
  it('keeps the ASCII form of a typed domain, and takes no id but such a form', () => {
    expect(parse(site('xn--mnchen-3ya.de', 1, { domain: 'München.de' })).data?.sites[0]?.domain).toBe('xn--mnchen-3ya.de')
    expect(parse(site('a.org', 1, { id: 'A.org' })).success).toBe(false)
  })
  it('says in plain words that a server is full', () => {
    expect(messages(...Array.from({ length: 2001 }, (_, index) => site(`s${index}.org`, index + 1)))).toEqual(['A server takes at most 2,000 sites.'])
  })
})

it('names every host that leads to a site', () => {
  expect(siteNames({ domain: 'a.org', www: true })).toEqual(['a.org', 'www.a.org'])
  expect(siteNames({ domain: 'a.org', www: false })).toEqual(['a.org'])
})

describe('further names of a site', () => {
  const alias = (domain: string, redirect = false) => ({ domain, redirect })
  it('are served, or lead to its own domain', () => {
    const one = { domain: 'a.org', www: true, aliases: [alias('b.org'), alias('c.org', true)] }
    expect([servedNames(one), redirectedNames(one), siteNames(one)]).toEqual([['a.org', 'b.org'], ['www.a.org', 'c.org'], ['a.org', 'b.org', 'www.a.org', 'c.org']])
  })
  it('belong to one site only', () => {
    expect(messages(site('a.org', 1, { aliases: [alias('b.org')] }), site('b.org', 2))).toEqual(['b.org already belongs to the site a.org.'])
    expect(messages(site('a.org', 1, { aliases: [alias('c.org', true)] }), site('b.org', 2, { aliases: [alias('c.org')] }))).toEqual(['c.org already belongs to the site a.org.'])
    expect(messages(site('a.org', 1, { www: true }), site('b.org', 2, { aliases: [alias('www.a.org')] }))).toEqual(['www.a.org already belongs to the site a.org.'])
  })
  it.each([['its own domain', false, ['a.org']], ['its counterpart', true, ['www.a.org']], ['each other', false, ['b.org', 'B.org']]])('are not the same as %s', (_what, www, names) => {
    expect(messages(site('a.org', 1, { www, aliases: names.map((name) => alias(name)) }))).toEqual([`${names.at(-1)?.toLowerCase()} is there twice.`])
  })
})

describe('names in a certificate', () => {
  const dns = { kind: 'dns', account: 'd1', wildcard: true } as const
  it('are all names of a site', () => {
    expect(certificateNames({ domain: 'a.org', www: true, aliases: [{ domain: 'b.org', redirect: true }], certificate: { kind: 'automatic' } })).toEqual(['a.org', 'www.a.org', 'b.org'])
  })
  it('are fewer with a wildcard, which covers one label and nothing above it (RFC 6125 6.4.3)', () => {
    const aliases = ['x.a.org', 'y.x.a.org', 'xa.org', 'b.org'].map((domain) => ({ domain, redirect: false }))
    expect(new Set(certificateNames({ domain: 'www.a.org', www: true, aliases, certificate: dns }))).toEqual(new Set(['a.org', '*.a.org', 'y.x.a.org', 'xa.org', 'b.org']))
    expect(certificateNames({ domain: 'www.org', www: false, certificate: dns })).toEqual(['www.org', '*.www.org'])
  })
})

describe('an address that a site gets its pages from', () => {
  const from = (url: string, more: object = {}): string[] => messages(site('a.org', 1, { source: { kind: 'address', url, ...more } as never }))
  it.each(['http://127.0.0.1', 'http://127.1.2.3:443', 'https://localhost', 'http://x.localhost', 'http://[::1]', 'http://0.0.0.0', 'http://[::]:80', 'http://[::ffff:127.0.0.1]', 'http://a.org', 'https://a.org'])('is not %s, where visitors come in', (url) => {
    expect(from(url, { verify: false })).toEqual([expect.stringContaining('would lead back to itself')])
  })
  it.each(['http://127.0.0.1:3000', 'http://localhost:8080', 'https://a.org:8443', 'http://b.org', 'http://[::1]:81', 'http://128.0.0.1'])('may be %s', (url) => expect(from(url)).toEqual([]))
  it.each(['https://192.0.2.1', 'https://192.0.2.1:8443', 'https://[2001:db8::1]:8443'])('has a name where its certificate is checked, unlike %s', (url) => {
    expect(from(url)).toEqual([expect.stringContaining('only be checked for a name')])
    expect(from(url, { verify: false })).toEqual([])
  })
})

it.each(['a..b', '-a.org', 'a-.org', `${'a'.repeat(64)}.org`, 'a.'.repeat(127) + 'bb', 'a_b.org'])('takes no name that no server can have: %s', (name) => {
  expect(parse(site('a.org', 1, { source: { kind: 'address', url: `http://${name}` } })).success).toBe(false)
})

describe('what the proxy has room for', () => {
  it('is some headers, and a page of some length', () => {
    const headers = (length: number) => [{ name: 'A', value: 'x'.repeat(4000) }, { name: 'B', value: 'x'.repeat(length) }]
    expect(messages(site('a.org', 1, { headers: headers(4000) }))).toEqual([])
    expect(messages(site('a.org', 1, { headers: [...headers(4000), { name: 'C', value: 'x'.repeat(200) }] }))).toEqual(['All headers together have at most 8,000 characters.'])
    expect(messages(site('a.org', 1, { source: { kind: 'notice', title: 'x', text: '&'.repeat(4001) } }))).toEqual(['This text is too long.'])
  })
  it('is one password for a name', () => {
    const user = { name: 'anna', hash: `$2b$05$${'a'.repeat(53)}` }
    expect(messages(site('a.org', 1, { access: { users: [user, user] } }))).toEqual(['This name is there twice.'])
  })
})
