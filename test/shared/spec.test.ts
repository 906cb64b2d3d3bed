import { describe, expect, it } from 'vitest'
import { emptySpec, ServerSpec, siteNames, type Site } from '../../src/shared/spec.ts'

const site = (domain: string, slot: number, more: Partial<Site> = {}): Site => ({ id: domain, slot, domain, www: false, source: { kind: 'upload', release: 'u20260101000000-0123abcd' }, paused: false, ...more })
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
