import { describe, expect, it } from 'vitest'
import { caaObstacle, type CaaProperty } from '../../src/main/dns/caa.ts'
import { reportName } from '../../src/main/dns/report.ts'
import { apex, letsEncrypt, server, useWorld } from './world.ts'

const property = (tag: string, value: string, isCritical = false): CaaProperty => ({ tag, value, isCritical })

describe('who may sign', () => {
  const rule = { issuerDomains: ['letsencrypt.org'], wildcard: false }
  const wild = { ...rule, wildcard: true }
  it.each([
    ['no property about issuing', [property('iodef', 'mailto:a@example.org')], rule, null],
    ['the authority', [property('issue', 'letsencrypt.org')], rule, null],
    ['the authority in capitals, with parameters', [property('issue', ' LetsEncrypt.org ; accounturi=https://x')], rule, null],
    ['the authority beside nobody', [property('issue', ';'), property('issue', 'letsencrypt.org')], rule, null],
    ['nobody', [property('issue', ';')], rule, { tag: 'issue', allowed: [] }],
    ['another', [property('issue', 'digicert.com'), property('issue', 'digicert.com; a=b')], rule, { tag: 'issue', allowed: ['digicert.com'] }],
    ['one that only sounds like it', [property('issue', 'notletsencrypt.org')], rule, { tag: 'issue', allowed: ['notletsencrypt.org'] }],
    ['another for wildcards only, where none is wanted', [property('issuewild', 'digicert.com')], rule, null],
    ['nobody for wildcards', [property('issue', 'letsencrypt.org'), property('issuewild', ';')], wild, { tag: 'issuewild', allowed: [] }],
    ['the authority, and so for wildcards too', [property('issue', 'letsencrypt.org')], wild, null],
    ['the authority for wildcards, and another for the plain name', [property('issue', 'digicert.com'), property('issuewild', 'letsencrypt.org')], wild, { tag: 'issue', allowed: ['digicert.com'] }],
    ['something critical that nobody knows', [property('issue', 'letsencrypt.org'), property('tbs', 'x', true)], rule, { tag: 'unknown', property: property('tbs', 'x', true) }],
    ['something that nobody knows and may be ignored', [property('tbs', 'x')], rule, null],
    ['another, where it is not to be judged', [property('issue', 'digicert.com')], { issuerDomains: [], wildcard: false }, null],
  ] as const)('%s', (_what, properties, wanted, obstacle) => {
    expect(caaObstacle(properties, wanted)).toEqual(obstacle)
  })
})

describe('the records that count', () => {
  const world = useWorld()
  const report = (name = 'www.example.org', more = {}) => reportName(name, server, { ...world().options, ...more })
  const here = { a: ['203.0.113.10'] }

  it('are those of the domain where the name has none', async () => {
    world().set('www.example.org', here)
    world().set('example.org', apex({ caa: [letsEncrypt('digicert.com')] }))
    const { verdict, message, records, seen } = await report()
    expect(verdict).toBe('caa')
    expect(message).toBe('It leads here. A CAA record of example.org lets only digicert.com sign certificates, and not letsencrypt.org. Add the CAA record below beside it.')
    expect(records).toEqual([{ action: 'add', type: 'CAA', name: 'example.org', value: '0 issue "letsencrypt.org"' }])
    expect(seen[0]?.caa).toEqual(['0 issue "digicert.com"'])
  })
  it('are the name’s own where it has some', async () => {
    world().set('www.example.org', { ...here, caa: [letsEncrypt()] })
    world().set('example.org', apex({ caa: [letsEncrypt(';')] }))
    expect((await report()).verdict).toBe('here')
  })
  it('may stand above the domain', async () => {
    world().set('www.example.org', here)
    world().everywhere('org', { caa: [letsEncrypt('registry.example')] })
    expect((await report()).records).toEqual([{ action: 'add', type: 'CAA', name: 'org', value: '0 issue "letsencrypt.org"' }])
  })
  it('are those at home, not the old ones that resolvers remember', async () => {
    world().set('www.example.org', here)
    world().everywhere('example.org', apex({ caa: [letsEncrypt('digicert.com')] }))
    world().atHome('example.org', apex({ caa: [letsEncrypt('digicert.com'), letsEncrypt()] }))
    expect((await report()).verdict).toBe('here')
  })
  it('are those of an alias’s target, and named so', async () => {
    world().set('www.example.org', { cname: 'box.provider.net' })
    world().everywhere('box.provider.net', { ...here, caa: [letsEncrypt('sectigo.com')] })
    expect(await report()).toMatchObject({ verdict: 'caa', records: [{ action: 'add', type: 'CAA', name: 'box.provider.net', value: '0 issue "letsencrypt.org"' }] })
    expect((await report('www.example.org', { issuerDomains: ['sectigo.com'] })).verdict).toBe('here')
  })
  it('matter for a wildcard in their own way', async () => {
    world().set('www.example.org', here)
    world().set('example.org', apex({ caa: [letsEncrypt(), letsEncrypt(';', 'issuewild')] }))
    expect((await report()).verdict).toBe('here')
    const { verdict, message, records } = await report('www.example.org', { wildcard: true })
    expect(verdict).toBe('caa')
    expect(message).toContain('lets nobody sign wildcard certificates')
    expect(records).toEqual([{ action: 'add', type: 'CAA', name: 'example.org', value: '0 issuewild "letsencrypt.org"' }])
  })
  it('come with the other changes where the name leads elsewhere too', async () => {
    world().set('www.example.org', { a: ['198.51.100.1'] })
    world().set('example.org', apex({ caa: [letsEncrypt('digicert.com')] }))
    const { verdict, records } = await report()
    expect(verdict).toBe('elsewhere')
    expect(records.map(({ action, type, name }) => `${action} ${type} ${name}`)).toEqual(['change A www.example.org', 'add CAA example.org'])
  })
  it('are not known where no answer comes, and an authority would refuse', async () => {
    world().set('www.example.org', here)
    for (const one of [...world().resolvers, ...world().own]) one.behave('SERVFAIL', 'CAA')
    const { verdict, message } = await report()
    expect(verdict).toBe('unknown')
    expect(message).toContain('do not answer who may sign')
  })
  it('are those that resolvers know where the name servers fail to say', async () => {
    world().set('www.example.org', here)
    world().set('example.org', apex({ caa: [letsEncrypt('digicert.com')] }))
    for (const one of world().own) one.behave('SERVFAIL', 'CAA')
    expect((await report()).verdict).toBe('caa')
  })
  it('are not asked for where they are not to be judged', async () => {
    world().set('www.example.org', here)
    world().set('example.org', apex({ caa: [letsEncrypt(';')] }))
    expect((await report('www.example.org', { issuerDomains: [] })).verdict).toBe('here')
    expect(world().resolvers.flatMap(({ asked }) => asked).filter((question) => question.startsWith('CAA'))).toEqual([])
  })
})
