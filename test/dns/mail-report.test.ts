import { describe, expect, it } from 'vitest'
import type { MailRecord } from '../../src/shared/mail.ts'
import { reverseName, type MailQuestion } from '../../src/main/dns/mail-records.ts'
import { reportMail } from '../../src/main/dns/mail-watch.ts'
import { passesSpf, spfRecords } from '../../src/main/dns/spf.ts'
import { apex, server, useWorld } from './world.ts'

const world = useWorld()
const question: MailQuestion = { domain: 'example.org', isTaken: true, hostname: 'mail.example.org', preference: 10, others: ['mx2.example.net'], expected: server }
const report = async (more: Partial<MailQuestion> = {}): Promise<readonly MailRecord[]> => reportMail({ ...question, ...more }, { resolvers: world().options.resolvers ?? [], nameServerPort: world().options.nameServerPort ?? 53 })
const states = (records: readonly MailRecord[]): Record<string, string> => Object.fromEntries(records.map(({ type, purpose, state }) => [purpose === 'address' || purpose === 'ptr' ? `${purpose} ${type === 'PTR' ? '' : type}`.trim() : purpose, state]))
const of = (records: readonly MailRecord[], purpose: MailRecord['purpose']): MailRecord | undefined => records.find((record) => record.purpose === purpose)

/** As it should be. */
function setRight(): void {
  const { set, everywhere } = world()
  set('example.org', apex({ mx: ['10 mail.example.org'], txt: ['google-site-verification=x', 'v=spf1 include:_spf.example.net -all'] }))
  set('mail.example.org', { a: ['203.0.113.10'], aaaa: ['2001:db8::10'], txt: ['v=spf1 a -all'] })
  set('_dmarc.example.org', { txt: ['v=DMARC1; p=quarantine'] })
  everywhere('10.113.0.203.in-addr.arpa', { ptr: ['mail.example.org'] })
  everywhere(reverseName('2001:db8::10'), { ptr: ['mail.example.org'] })
}

describe('records of a mail domain', () => {
  it('are all right where they are all there', async () => {
    setRight()
    expect(states(await report())).toEqual({ mx: 'right', 'address A': 'right', 'address AAAA': 'right', spf: 'right', ptr: 'right', 'domain-spf': 'right', dmarc: 'right' })
  })
  it('are missing where there are none, and come ready to be copied', async () => {
    const records = await report()
    expect(new Set(records.map(({ state }) => state))).toEqual(new Set(['missing']))
    expect(records.map(({ type, name, value }) => `${name} ${type} ${value}`)).toEqual([
      'example.org MX 10 mail.example.org', 'mail.example.org A 203.0.113.10', 'mail.example.org AAAA 2001:db8::10', 'mail.example.org TXT v=spf1 a -all',
      '203.0.113.10 PTR mail.example.org', '2001:db8::10 PTR mail.example.org', 'example.org TXT v=spf1 mx -all', '_dmarc.example.org TXT v=DMARC1; p=none',
    ])
  })
  it('are more where the domain asks others to encrypt', async () => {
    setRight()
    const { set } = world()
    const wanted: Partial<MailQuestion> = { mtaSts: { mode: 'enforce', others: ['mx3.example.net'] }, tlsReports: "o'neill&co@example.net" }
    const more = (await report(wanted)).filter(({ purpose }) => ['policy', 'policy-address', 'tls-reports'].includes(purpose))
    expect(more.map(({ type, name, value, state }) => `${state} ${name} ${type} ${value}`)).toEqual([
      'missing mta-sts.example.org A 203.0.113.10', 'missing mta-sts.example.org AAAA 2001:db8::10', expect.stringMatching(/^missing _mta-sts\.example\.org TXT v=STSv1; id=[0-9a-f]{16};$/) as string,
      "missing _smtp._tls.example.org TXT v=TLSRPTv1; rua=mailto:o'neill&co@example.net",
    ])
    const policy = of(more, 'policy')?.value ?? ''
    set('mta-sts.example.org', { a: ['203.0.113.10'], aaaa: ['2001:db8::10'] })
    set('_mta-sts.example.org', { txt: [policy.replaceAll(' ', '')] })
    set('_smtp._tls.example.org', { txt: [of(more, 'tls-reports')?.value ?? ''] })
    expect((await report(wanted)).filter(({ state }) => state !== 'right')).toEqual([])
    // Another policy has another id, and a mail server that it does not name gets nothing.
    set('example.org', apex({ mx: ['10 mail.example.org', '20 mx2.example.net'], txt: ['v=spf1 mx -all'] }))
    const other = await report({ ...wanted, mtaSts: { mode: 'testing' } })
    expect(of(other, 'policy')).toMatchObject({ state: 'wrong', message: expect.stringContaining('earlier policy') as string })
    expect(of(other, 'mx')).toMatchObject({ state: 'wrong', found: ['20 mx2.example.net'], message: expect.stringContaining('does not name') as string })
    set('mta-sts.example.org', { a: ['198.51.100.1'] })
    expect(of(await report(wanted), 'policy-address')).toMatchObject({ state: 'wrong', found: ['198.51.100.1'] })
  })
  it('are others where programs send as a domain that no mail is taken for', async () => {
    setRight()
    const { set } = world()
    const key = 'A'.repeat(400)
    const sending = { selector: 'mail-example-org', key }
    const sent = async (more: Partial<MailQuestion> = {}): Promise<readonly MailRecord[]> => await report({ domain: 'blog.example.org', isTaken: false, sending, ...more })
    expect((await sent()).filter(({ state }) => state !== 'right').map(({ name, type, value }) => `${name} ${type} ${value}`)).toEqual([
      `mail-example-org._domainkey.blog.example.org TXT v=DKIM1; k=rsa; p=${key}`, 'blog.example.org TXT v=spf1 a:mail.example.org -all', '_dmarc.blog.example.org TXT v=DMARC1; p=none',
    ])
    set('mail-example-org._domainkey.blog.example.org', { txt: [`k=rsa; p=${key.slice(0, 200)} ${key.slice(200)}`] })
    set('blog.example.org', { txt: ['v=spf1 include:_spf.example.net a:mail.example.org ~all'] })
    set('_dmarc.blog.example.org', { txt: ['v=DMARC1; p=reject'] })
    expect((await sent()).filter(({ state }) => state !== 'right')).toEqual([])
    expect(of(await sent({ sending: { ...sending, key: 'B'.repeat(400) } }), 'dkim')).toMatchObject({ state: 'wrong', message: expect.stringContaining('not the key') as string })
    expect(of(await sent({ sending: { ...sending, key: null } }), 'dkim')).toMatchObject({ state: 'unknown', value: '' })
    set('blog.example.org', { txt: ['v=spf1 include:_spf.example.net ~all'] })
    expect(of(await sent(), 'domain-spf')).toMatchObject({ state: 'wrong', value: 'v=spf1 include:_spf.example.net a:mail.example.org ~all' })
    // Mail for it comes elsewhere, and the site may be behind others: mx and a stand for these.
    for (const record of ['v=spf1 mx -all', 'v=spf1 a -all']) {
      set('blog.example.org', { txt: [record] })
      expect(of(await sent(), 'domain-spf'), record).toMatchObject({ state: 'wrong', value: record.replace('-all', 'a:mail.example.org -all') })
    }
    // And one more, of the mail server itself, where that seals what it forwards.
    const seal = { selector: 'mail-example-org', key }
    expect(of(await report({ seal }), 'seal')).toMatchObject({ name: 'mail-example-org._domainkey.mail.example.org', value: `v=DKIM1; k=rsa; p=${key}`, state: 'missing', need: 'should' })
    set('mail-example-org._domainkey.mail.example.org', { txt: [`v=DKIM1; p=${key}`] })
    expect(of(await report({ seal }), 'seal')).toMatchObject({ state: 'right' })
    // A smarthost brings it then, and which addresses that has its provider alone knows.
    const bySmarthost = { smarthost: 'smtp.example.net' }
    expect(of(await sent(bySmarthost), 'domain-spf')).toMatchObject({ state: 'wrong', value: '', message: expect.stringContaining('leaves the smarthost out') as string })
    expect(of(await sent(bySmarthost), 'spf')).toMatchObject({ state: 'wrong', value: '' })
    set('blog.example.org', { txt: ['v=spf1 include:spf.example.net -all'] })
    expect(of(await sent(bySmarthost), 'domain-spf')).toMatchObject({ state: 'right' })
  })
  it('may have an alias where the policy is read', async () => {
    setRight()
    world().set('mta-sts.example.org', { cname: 'mail.example.org' })
    expect((await report({ mtaSts: { mode: 'testing' } })).filter(({ purpose }) => purpose === 'policy-address').map(({ state }) => state)).toEqual(['right', 'right'])
  })
  it('are wrong where others are in their place, or beside them', async () => {
    setRight()
    const { set, everywhere } = world()
    set('example.org', apex({ mx: ['10 mail.example.org', '5 mx.elsewhere.net'], txt: ['v=spf1 a -all', 'v=spf1 mx -all'] }))
    set('mail.example.org', { a: ['203.0.113.99'], aaaa: ['2001:db8::10', '2001:db8::11'], txt: ['v=spf1 -all'] })
    set('_dmarc.example.org', { txt: ['v=DMARC1; p=none', 'v=DMARC1; p=reject'] })
    everywhere('10.113.0.203.in-addr.arpa', { ptr: ['vps10.hoster.net'] })
    const records = await report()
    expect(states(records)).toMatchObject({ mx: 'wrong', 'address A': 'wrong', 'address AAAA': 'wrong', spf: 'wrong', 'domain-spf': 'wrong', dmarc: 'wrong' })
    expect(of(records, 'mx')).toMatchObject({ found: ['5 mx.elsewhere.net'] })
    expect(of(records, 'ptr')).toMatchObject({ state: 'wrong', found: ['vps10.hoster.net'] })
  })
  it('may name other servers of the same person, and must not say that there is no mail', async () => {
    setRight()
    world().set('example.org', apex({ mx: ['10 mail.example.org', '20 mx2.example.net'] }))
    expect(of(await report(), 'mx')?.state).toBe('right')
    world().set('example.org', apex({ mx: ['0 '] }))
    expect(of(await report(), 'mx')).toMatchObject({ state: 'wrong', message: expect.stringContaining('no mail at all') as string })
    world().set('example.org', apex({ mx: ['20 mx2.example.net'] }))
    expect(of(await report(), 'mx')?.state).toBe('wrong')
  })
  it('are spreading while only the domain’s own name servers know them', async () => {
    setRight()
    world().everywhere('example.org', { ns: ['ns1.provider.net', 'ns2.provider.net'], mx: ['10 mx.before.net'] })
    expect(of(await report(), 'mx')?.state).toBe('spreading')
  })
  it('are not known where nobody answers', async () => {
    for (const one of [...world().resolvers, ...world().own]) one.behave('REFUSED')
    expect(new Set((await report()).map(({ state }) => state))).toEqual(new Set(['unknown']))
  })
  it('say that the address of the server is not known', async () => {
    expect(of(await report({ expected: { v4: [], v6: [] } }), 'address')).toMatchObject({ state: 'unknown', message: expect.stringContaining('no public address') as string })
  })
  it('are judged by name servers that know the domain, and by all of them', async () => {
    setRight()
    const [one, other] = world().own
    one.set('example.org', { mx: ['10 mail.example.org'] }) // it does not know the zone any more: no SOA
    other.set('example.org', apex({ mx: ['10 mail.example.org'] }))
    one.set('example.org', {})
    expect(of(await report(), 'mx')?.state).toBe('right')
    one.set('example.org', apex({ mx: ['10 mx.before.net'] }))
    expect(of(await report(), 'mx')?.state).toBe('spreading')
  })
  it('are not right where the name of the mail server is an alias, or has an address that is not the server’s', async () => {
    setRight()
    world().set('mail.example.org', { cname: 'other.example.org' })
    world().set('other.example.org', { a: ['203.0.113.10'], txt: ['v=spf1 a -all'] })
    expect(of(await report(), 'address')).toMatchObject({ state: 'wrong', found: ['CNAME other.example.org'] })
    world().set('mail.example.org', { a: ['203.0.113.10'], aaaa: ['2001:db8::99'] })
    expect((await report({ expected: { v4: ['203.0.113.10'], v6: [] } })).find(({ type }) => type === 'AAAA')).toMatchObject({ state: 'wrong', found: ['2001:db8::99'], value: '' })
    world().set('mail.example.org', { a: ['203.0.113.10'] })
    expect((await report({ expected: { v4: ['203.0.113.10'], v6: [] } })).some(({ type }) => type === 'AAAA')).toBe(false)
  })
  it('are found where the policy is an alias of a provider’s', async () => {
    setRight()
    world().set('_dmarc.example.org', { cname: 'dmarc.provider.net' })
    world().everywhere('dmarc.provider.net', { txt: ['v=DMARC1; p=none'] })
    expect(of(await report(), 'dmarc')?.state).toBe('right')
  })
  it('are not right where nobody believes the domain’s own name servers', async () => {
    setRight()
    for (const one of world().resolvers) one.behave('SERVFAIL', 'MX')
    expect(of(await report(), 'mx')).toMatchObject({ state: 'wrong', message: expect.stringContaining('DNSSEC') as string })
  })
  it('stay small and plain, whatever the DNS says', async () => {
    world().set('example.org', apex({ mx: Array.from({ length: 60 }, (_, index) => `${index} mx${index}.evil.net`), txt: [...Array.from({ length: 25 }, (_, index) => `other=${index}`), `v=spf1 ${'x'.repeat(1800)}\u0007\u001b[31m`, 'v=spf1 \u0085\u202e'] }))
    world().set('_dmarc.example.org', { txt: ['V=dmarc1; $(reboot)'] })
    const records = await report()
    expect(of(records, 'mx')?.found.length).toBeLessThanOrEqual(100)
    expect(of(records, 'domain-spf')?.found).toHaveLength(2)
    expect(records.flatMap(({ found }) => found).join('')).toMatch(/^[ -~]*$/)
    expect(of(records, 'dmarc')?.state).toBe('missing')
  })
})

it('reads SPF records as far as it has to', () => {
  expect(spfRecords(['v=spf1 -all', 'V=SPF1', 'v=spf10 x', 'other'])).toEqual(['v=spf1 -all', 'V=SPF1'])
  expect(passesSpf('v=spf1 ip4:203.0.113.0/24 ip6:2001:db8::/32 -all', server)).toBe(true)
  expect(passesSpf('v=spf1 ip4:203.0.113.10 -all', server)).toBe(false)
  expect(passesSpf('v=spf1 +all', server)).toBe(true)
  expect(passesSpf('v=spf1 a:mail.example.org -all', server, 'mail.example.org')).toBe(true)
  for (const odd of ['v=spf1 -all a', 'v=spf1 -ip4:203.0.113.10 a -all', 'v=spf1 ~all', 'v=spf1 ip4:203.0.113.10/99 -all', 'v=spf1 ip4:::: ~all', 'v=spf1 -a', 'v=spf1 include:x']) expect(passesSpf(odd, server)).toBe(false)
})

it('knows where the name of an address stands', () => {
  expect(reverseName('2001:db8::10')).toBe('0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa')
  expect(reverseName('192.0.2.1')).toBe('1.2.0.192.in-addr.arpa')
})
