import { describe, expect, it } from 'vitest'
import { within } from '../../src/main/dns/answer.ts'
import { reportName } from '../../src/main/dns/report.ts'
import { resolverAt } from '../../src/main/dns/resolvers.ts'
import { findZone } from '../../src/main/dns/zone.ts'
import { NameReport } from '../../src/shared/dns-report.ts'
import { startNameServer } from './name-server.ts'
import { apex, server, useWorld } from './world.ts'

const world = useWorld()
const report = async (name = 'example.org', more = {}) => NameReport.parse(await reportName(name, server, { ...world().options, ...more }))
const here = apex({ a: ['203.0.113.10'] })

describe('servers that fail', () => {
  it('do not spoil the answer of the others', async () => {
    world().set('example.org', here)
    world().resolvers[0].behave('silent')
    world().own[0].behave('silent')
    const startedAt = performance.now()
    const { verdict, seen } = await report()
    expect(verdict).toBe('here')
    expect(seen.map(({ error }) => error)).toEqual(['did not answer', null, null, 'did not answer', null])
    expect(performance.now() - startedAt).toBeLessThan(9000)
  })
  it('do not spoil it by refusing', async () => {
    world().set('example.org', here)
    world().resolvers[2].behave('REFUSED')
    const { verdict, seen } = await report()
    expect(verdict).toBe('here')
    expect(seen[2]?.error).toBe('refused to answer')
  })
  it('are passed over where they do not know the zone that names them', async () => {
    world().set('example.org', here)
    for (const one of world().own) one.set('example.org', {})
    const { verdict, seen } = await report()
    expect(verdict).toBe('here')
    expect(seen.slice(3).map(({ error }) => error)).toEqual(Array(2).fill('does not know this domain, though it is named as its name server'))
  })
  it('say that DNSSEC may be broken', async () => {
    for (const one of world().resolvers) one.behave('SERVFAIL')
    const { verdict, message } = await report()
    expect(verdict).toBe('unknown')
    expect(message).toContain('(SERVFAIL)')
    expect(message).toContain('DNSSEC')
  })
  it('say that it is broken where the name servers answer and are not believed', async () => {
    world().set('example.org', here)
    const trusting = await startNameServer('127.0.0.4', world().resolvers[0].port)
    trusting.set('example.org', here)
    trusting.set('ns1.provider.net', { a: ['127.0.0.11'] })
    for (const one of world().resolvers) one.behave('SERVFAIL')
    const { verdict, message } = await report('example.org', { fallback: [trusting.place] })
    await trusting.stop()
    expect(verdict).toBe('unknown')
    expect(message).toContain('The name servers of example.org answer, but public resolvers do not accept it')
    expect(message).toContain('DS record')
  })
  it('are no reason to believe half an answer', async () => {
    world().set('example.org', here)
    for (const one of [...world().resolvers, ...world().own]) one.behave('SERVFAIL', 'AAAA')
    expect((await report()).verdict).toBe('unknown')
  })
  it('say that nothing was answered at all', async () => {
    for (const one of world().resolvers) one.behave('silent')
    const { verdict, message, records } = await report()
    expect({ verdict, records }).toEqual({ verdict: 'unknown', records: [] })
    expect(message).toContain('Check that this computer is online')
  })
  it('are replaced by this computer’s own where nothing reaches them', async () => {
    world().set('example.org', here)
    const [first, second] = world().resolvers
    first.behave('REFUSED')
    const { verdict, seen } = await report('example.org', { resolvers: [first.place], fallback: [second.place] })
    expect(verdict).toBe('here')
    expect(seen[0]?.by).toBe(second.place)
  })
})

it('waits for a long chain of questions no longer than it was told', async () => {
  const startedAt = performance.now()
  expect(await within(30, new Promise<string>(() => {}), 'nothing')).toBe('nothing')
  expect(performance.now() - startedAt).toBeLessThan(2000)
  expect(await within(60_000, Promise.resolve('something'), 'nothing')).toBe('something')
})

describe('answers made to harm', () => {
  it('are cut to what a person can read', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => `198.51.${100 + Math.floor(index / 250)}.${(index % 250) + 1}`)
    world().set('example.org', apex({ a: many }))
    const { verdict, message, records, seen } = await report()
    expect(verdict).toBe('elsewhere')
    expect(message.length).toBeLessThan(400)
    expect(records.length).toBeLessThanOrEqual(20)
    for (const one of seen) expect(one.a.length).toBeLessThanOrEqual(10)
  })
  it('give no name that is none', async () => {
    for (const target of ['<script>alert(1)</script>.example.net', 'a\u202Eb.example.net', '$(reboot).example.net', 'two words.example.net']) {
      world().set('www.example.org', { cname: target })
      const { seen, records, message } = await report('www.example.org')
      expect(JSON.stringify([seen, records, message])).not.toMatch(/script|reboot|two words|\u202E/)
    }
  })
  it('give no text but plain ASCII out of CAA records', async () => {
    world().set('example.org', apex({ a: ['203.0.113.10'], caa: [{ flags: 0, tag: 'issue', value: 'ev"il\n\u202E<b>.com' }, { flags: 128, tag: '__proto__' as 'issue', value: 'x'.repeat(5000) }] }))
    const { seen, records, message, verdict } = await report()
    expect(verdict).toBe('caa')
    expect(JSON.stringify([seen, records, message])).toMatch(/^[ -~]*$/)
    expect(message.length).toBeLessThan(400)
  })
  it('do not lead into the network of this computer', async () => {
    world().set('example.org', here)
    // Every resolver of a test is a private one: so the rule is shown where it is applied.
    const network = { resolvers: [resolverAt(world().resolvers[0].place)], nameServerPort: world().resolvers[0].port }
    const open = await findZone('example.org', { ...network, isClosed: false })
    const closed = await findZone('example.org', { ...network, isClosed: true })
    expect(open.zone).toEqual({ name: 'example.org', servers: [] })
    expect(closed.zone?.servers).toHaveLength(2)
  })
  it('keep nobody busy with a hundred name servers or aliases in a ring', async () => {
    world().everywhere('example.org', apex({ ns: Array.from({ length: 100 }, (_, index) => `ns${index}.provider.net`) }))
    world().everywhere('www.example.org', { cname: 'ring.example.org' })
    world().everywhere('ring.example.org', { cname: 'www.example.org' })
    const { verdict } = await report('www.example.org')
    expect(verdict).toBe('unknown')
    expect(new Set(world().resolvers[0].asked.filter((question) => question.startsWith('A ns'))).size).toBeLessThanOrEqual(4)
  })
})
