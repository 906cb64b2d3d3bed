import { describe, expect, it } from 'vitest'
import { reportName } from '../../src/main/dns/report.ts'
import { NameReport } from '../../src/shared/dns-report.ts'
import { startNameServer } from './name-server.ts'
import { apex, server, serverV4, serverV6, useWorld } from './world.ts'

const world = useWorld()
const report = async (name = 'example.org', expected: { v4: string[]; v6: string[] } = server, more = {}) => NameReport.parse(await reportName(name, expected, { ...world().options, ...more }))

describe('a name that leads here', () => {
  it('says so, with what each server saw', async () => {
    world().set('example.org', apex({ a: ['203.0.113.10'], aaaa: ['2001:DB8:0:0::10'] }))
    const { verdict, records, seen, message } = await report()
    expect({ verdict, records, message }).toEqual({ verdict: 'here', records: [], message: 'It leads to this server.' })
    expect(seen.map(({ by }) => by)).toEqual([...world().options.resolvers!, 'ns1.provider.net', 'ns2.provider.net'])
    for (const one of seen) expect(one).toEqual({ by: one.by, a: ['203.0.113.10'], aaaa: ['2001:db8::10'], cname: null, caa: [], error: null })
  })
  it('needs no IPv6 address, even where the server has one', async () => {
    world().set('example.org', apex({ a: ['203.0.113.10'] }))
    expect(await report()).toMatchObject({ verdict: 'here', records: [] })
  })
  it('is told to add an IPv4 address where it has only the other', async () => {
    world().set('example.org', apex({ aaaa: ['2001:db8::10'] }))
    const { verdict, message, records } = await report()
    expect(verdict).toBe('here')
    expect(message).toContain('over IPv6 only')
    expect(records).toEqual([{ action: 'add', type: 'A', name: 'example.org', value: '203.0.113.10' }])
  })
  it('may do so by an alias in another domain', async () => {
    world().set('www.example.org', { cname: 'box.provider.net' })
    world().everywhere('box.provider.net', { a: ['203.0.113.10'] })
    const { verdict, records, seen } = await report('www.example.org')
    expect({ verdict, records }).toEqual({ verdict: 'here', records: [] })
    expect(seen.at(-1)).toMatchObject({ by: 'ns2.provider.net', a: ['203.0.113.10'], cname: 'box.provider.net' })
  })
  it('works for a server with IPv6 only', async () => {
    world().set('example.org', apex({ aaaa: ['2001:db8::10'] }))
    expect(await report('example.org', serverV6)).toMatchObject({ verdict: 'here', records: [] })
  })
})

describe('a name without an address', () => {
  it('gets the records that it lacks', async () => {
    world().set('example.org', apex({}))
    const { verdict, message, records } = await report('www.example.org')
    expect(verdict).toBe('missing')
    expect(message).toBe('www.example.org has no address in DNS yet. Add these records where the DNS of example.org is managed.')
    expect(records).toEqual([{ action: 'add', type: 'A', name: 'www.example.org', value: '203.0.113.10' }, { action: 'add', type: 'AAAA', name: 'www.example.org', value: '2001:db8::10' }])
  })
  it('gets no AAAA record for a server without IPv6, and no A record for one without IPv4', async () => {
    world().set('example.org', apex({}))
    expect((await report('example.org', serverV4)).records).toEqual([{ action: 'add', type: 'A', name: 'example.org', value: '203.0.113.10' }])
    expect((await report('example.org', serverV6)).records).toEqual([{ action: 'add', type: 'AAAA', name: 'example.org', value: '2001:db8::10' }])
  })
  it('says that a domain is not registered', async () => {
    const { verdict, message } = await report('www.nobody-has-this.com')
    expect(verdict).toBe('missing')
    expect(message).toContain('The domain nobody-has-this.com is not registered')
  })
  it('says that an alias leads to nothing', async () => {
    world().set('shop.example.org', { cname: 'gone.provider.net' })
    const { verdict, message, records } = await report('shop.example.org', serverV4)
    expect(verdict).toBe('missing')
    expect(message).toContain('is an alias (CNAME) of gone.provider.net, which has no address')
    expect(records).toEqual([{ action: 'remove', type: 'CNAME', name: 'shop.example.org', value: 'gone.provider.net' }, { action: 'add', type: 'A', name: 'shop.example.org', value: '203.0.113.10' }])
  })
})

describe('a name that leads elsewhere', () => {
  it('gets its first address changed and the others removed', async () => {
    world().set('example.org', apex({ a: ['198.51.100.2', '198.51.100.1'], aaaa: ['2001:db8:dead::1'] }))
    const { verdict, message, records } = await report('example.org', serverV4)
    expect(verdict).toBe('elsewhere')
    expect(message).toBe('example.org leads to 198.51.100.1, 198.51.100.2 and 2001:db8:dead::1, which is not this server. Change these records where the DNS of example.org is managed.')
    expect(records).toEqual([
      { action: 'change', type: 'A', name: 'example.org', value: '203.0.113.10' },
      { action: 'remove', type: 'A', name: 'example.org', value: '198.51.100.2' },
      { action: 'remove', type: 'AAAA', name: 'example.org', value: '2001:db8:dead::1' },
    ])
  })
  it('gets an A record removed that a server with IPv6 only cannot have', async () => {
    world().set('example.org', apex({ a: ['198.51.100.1'] }))
    expect((await report('example.org', serverV6)).records).toEqual([{ action: 'remove', type: 'A', name: 'example.org', value: '198.51.100.1' }, { action: 'add', type: 'AAAA', name: 'example.org', value: '2001:db8::10' }])
  })
  it('says that a private address is reached by nobody', async () => {
    world().set('example.org', apex({ a: ['192.168.1.20'] }))
    expect((await report()).message).toContain('192.168.1.20, which is reached from nowhere but a private network')
  })
  it('gets its alias replaced', async () => {
    world().set('www.example.org', { cname: 'sites.builder.net' })
    world().everywhere('sites.builder.net', { a: ['198.51.100.7'] })
    const { verdict, message, records } = await report('www.example.org', serverV4)
    expect(verdict).toBe('elsewhere')
    expect(message).toContain('www.example.org is an alias (CNAME) of sites.builder.net, which leads to another machine (198.51.100.7).')
    expect(records).toEqual([{ action: 'remove', type: 'CNAME', name: 'www.example.org', value: 'sites.builder.net' }, { action: 'add', type: 'A', name: 'www.example.org', value: '203.0.113.10' }])
  })
  it('has the domain mended that www follows, and www follows', async () => {
    world().set('example.org', apex({ a: ['198.51.100.1'] }))
    world().set('www.example.org', { cname: 'example.org' })
    const { message, records } = await report('www.example.org')
    expect(message).toContain('www.example.org then follows by itself')
    expect(records).toEqual([{ action: 'change', type: 'A', name: 'example.org', value: '203.0.113.10' }])
  })
})

describe('a name that leads here only in part', () => {
  it('gets an old AAAA record removed where the server has no IPv6', async () => {
    world().set('example.org', apex({ a: ['203.0.113.10'], aaaa: ['2001:db8:dead::1'] }))
    const { verdict, message, records } = await report('example.org', serverV4)
    expect(verdict).toBe('mixed')
    expect(message).toContain('its IPv6 address (AAAA record) 2001:db8:dead::1 leads elsewhere')
    expect(message).toContain('Remove this record')
    expect(records).toEqual([{ action: 'remove', type: 'AAAA', name: 'example.org', value: '2001:db8:dead::1' }])
  })
  it('gets it changed where the server has IPv6', async () => {
    world().set('example.org', apex({ a: ['203.0.113.10'], aaaa: ['2001:db8:dead::1'] }))
    const { message, records } = await report()
    expect(message).toContain('Change this record')
    expect(records).toEqual([{ action: 'change', type: 'AAAA', name: 'example.org', value: '2001:db8::10' }])
  })
  it('gets a second A record removed', async () => {
    world().set('example.org', apex({ a: ['203.0.113.10', '198.51.100.1'] }))
    expect(await report()).toMatchObject({ verdict: 'mixed', records: [{ action: 'remove', type: 'A', name: 'example.org', value: '198.51.100.1' }] })
  })
})

describe('a network in between', () => {
  it('is known by the addresses of Cloudflare', async () => {
    world().set('example.org', apex({ a: ['104.21.3.4', '172.67.1.2'], aaaa: ['2606:4700::6812:1'] }))
    const { verdict, message, records } = await report()
    expect(verdict).toBe('cdn')
    expect(message).toContain('switch the proxy (orange cloud) off for this name')
    expect(records).toEqual([{ action: 'change', type: 'A', name: 'example.org', value: '203.0.113.10' }])
  })
  it('is known by what the name is an alias of', async () => {
    world().set('www.example.org', { cname: 'd111.cloudfront.net' })
    world().everywhere('d111.cloudfront.net', { a: ['198.51.100.9'] })
    const { verdict, message, records } = await report('www.example.org', serverV4)
    expect(verdict).toBe('cdn')
    expect(message).toContain('Amazon CloudFront answers for www.example.org')
    expect(records.map(({ action, type }) => `${action} ${type}`)).toEqual(['remove CNAME', 'add A'])
  })
  it('is only an old record where the other address is right', async () => {
    world().set('example.org', apex({ a: ['203.0.113.10'], aaaa: ['2606:4700::6812:1'] }))
    expect(await report('example.org', serverV4)).toMatchObject({ verdict: 'mixed', records: [{ action: 'remove', type: 'AAAA' }] })
  })
})

describe('an answer that is on its way', () => {
  it('takes as long as resolvers may still remember the old', async () => {
    world().set('example.org', apex({ a: ['203.0.113.10'] }))
    world().resolvers[1].set('example.org', apex({ a: ['198.51.100.1'], ttl: 250 }))
    const { verdict, message, records } = await report()
    expect({ verdict, records }).toEqual({ verdict: 'spreading', records: [] })
    expect(message).toContain(`(${world().resolvers[1].place}) still remember the old answer; this takes up to 5 minutes`)
  })
  it('takes as long as resolvers may remember that there was nothing', async () => {
    world().set('example.org', apex({}))
    world().atHome('new.example.org', { a: ['203.0.113.10'] })
    const { verdict, message } = await report('new.example.org')
    expect(verdict).toBe('spreading')
    expect(message).toContain('up to 10 minutes')
  })
  it('follows an alias at the name servers of its target', async () => {
    const { port } = world().resolvers[0]
    const other = await startNameServer('127.0.0.13', port, ['other.com'])
    world().everywhere('ns.other.com', { a: ['127.0.0.13'] })
    world().everywhere('other.com', { ns: ['ns.other.com'] })
    world().everywhere('shop.other.com', { cname: 'example.org' })
    other.set('other.com', { soa: { minimum: 60 } })
    other.set('shop.other.com', { cname: 'example.org' })
    world().everywhere('example.org', apex({ a: ['198.51.100.1'] }))
    world().atHome('example.org', apex({ a: ['203.0.113.10'] }))
    const { verdict, seen } = await report('shop.other.com')
    await other.stop()
    expect(verdict).toBe('spreading')
    expect(seen.at(-1)).toMatchObject({ by: 'ns.other.com', a: ['203.0.113.10'], cname: 'example.org' })
  })
  it('is so among the name servers themselves', async () => {
    world().set('example.org', apex({ a: ['203.0.113.10'] }))
    world().own[1].set('example.org', apex({ a: ['198.51.100.1'] }))
    const { verdict, message } = await report()
    expect(verdict).toBe('spreading')
    expect(message).toContain('of the name servers of example.org, ns2.provider.net still has the old answer')
  })
  it('is seen by resolvers alone', async () => {
    world().everywhere('example.org', { a: ['203.0.113.10'] })
    world().resolvers[0].set('example.org', { a: ['198.51.100.1'] })
    expect((await report('example.org', server, { authoritative: false })).verdict).toBe('spreading')
  })
  it('is over where the name servers were set to lead elsewhere', async () => {
    world().everywhere('example.org', apex({ a: ['203.0.113.10'] }))
    world().atHome('example.org', apex({ a: ['198.51.100.1'] }))
    expect((await report()).verdict).toBe('elsewhere')
  })
})

it('asks nobody but resolvers unless told to', async () => {
  world().set('example.org', apex({ a: ['203.0.113.10'] }))
  expect((await report('example.org', server, { authoritative: false })).seen).toHaveLength(3)
  expect(world().own.flatMap(({ asked }) => asked)).toEqual([])
})

it('shows a name with other letters as it is written', async () => {
  const name = 'xn--bcher-kva.example.org'
  world().set('example.org', apex({}))
  const { message, records, ...rest } = await report(name, serverV4)
  expect(rest.name).toBe(name)
  expect(message).toContain('bücher.example.org has no address')
  expect(records).toEqual([{ action: 'add', type: 'A', name, value: '203.0.113.10' }])
})

it('does not judge where the address of the server is not known', async () => {
  world().set('example.org', apex({ a: ['203.0.113.10'] }))
  expect(await report('example.org', { v4: [], v6: [] })).toMatchObject({ verdict: 'unknown', records: [] })
})
