import { expect, test } from 'vitest'
import { alertsOf, alertsSchema, alertsValues, keptPassword, type AlertsValues } from '../../src/renderer/components/alerts-draft.ts'
import { authorityOf, authoritySchema, authorityValues, keptHmac, type AuthorityValues } from '../../src/renderer/components/authority-draft.ts'
import { ChoiceSchema, choiceValues, pemBlocks, type ChoiceValues } from '../../src/renderer/components/certificate-choice-draft.ts'
import { DnsAccountSchema, dnsAccountValues, dnsSecret, newDnsAccountId, providerNames } from '../../src/renderer/components/dns-account-draft.ts'
import { type Alerts, Authority, DnsAccountId, dnsProviders, SecretDraft } from '../../src/shared/certificate.ts'

const secret = `s${'1'.repeat(32)}`
const certificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
const key = '-----BEGIN PRIVATE KEY-----\nBBBB\n-----END PRIVATE KEY-----\n'
type Parsed = { error?: { issues: readonly { path: PropertyKey[] }[] } | undefined }
const problems = (parsed: Parsed) => parsed.error?.issues.map(({ path }) => path.join('.')) ?? []

test('only the chosen way to a certificate has to be right', () => {
  const check = (more: Partial<ChoiceValues>) => problems(ChoiceSchema.safeParse({ ...choiceValues({ kind: 'automatic' }, []), ...more }))
  expect(check({ chain: 'nonsense' })).toEqual([])
  expect(check({ kind: 'dns' })).toEqual(['account'])
  expect(check({ kind: 'dns', account: 'd0123abcd' })).toEqual([])
  expect(check({ kind: 'own' })).toEqual(['chain', 'key'])
  expect(check({ kind: 'own', keeps: true })).toEqual([])
  expect(check({ kind: 'own', chain: certificate, key })).toEqual([])
  expect(check({ kind: 'own', chain: certificate, key: key.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE') })).toEqual(['key'])
})

test('the only DNS account is chosen at once, and what a site has stays', () => {
  expect(choiceValues({ kind: 'automatic' }, [{ id: 'd00000001' }]).account).toBe('d00000001')
  expect(choiceValues({ kind: 'automatic' }, [{ id: 'd00000001' }, { id: 'd00000002' }]).account).toBe('')
  expect(choiceValues({ kind: 'dns', account: 'd00000002', wildcard: true }, [])).toMatchObject({ kind: 'dns', account: 'd00000002', wildcard: true })
  expect(choiceValues({ kind: 'own', secret }, []).keeps).toBe(true)
})

test('a file that holds everything is taken apart', () => {
  expect(pemBlocks(`Bag Attributes\n${key}subject=example\n${certificate}${certificate}`)).toEqual({ certificates: certificate + certificate, keys: key })
  expect(pemBlocks('\u0000\u0001').certificates).toBe('')
})

test('who signs needs no keys, two keys or an address, as it happens to be', () => {
  const before: Authority = { kind: 'lets-encrypt' }
  const first = authorityValues({ authority: before, dnsAccounts: [] })
  const check = (more: Partial<AuthorityValues>) => problems(authoritySchema(before).safeParse({ ...first, ...more }))
  expect(check({})).toEqual([])
  expect(check({ kind: 'lets-encrypt-staging', directory: 'x' })).toEqual([])
  expect(check({ kind: 'zerossl' })).toEqual(['keyId', 'hmac'])
  expect(check({ kind: 'zerossl', keyId: 'abc', hmac: 'A'.repeat(43) })).toEqual([])
  expect(check({ kind: 'custom' })).toContain('directory')
  expect(check({ kind: 'custom', directory: 'https://ca.example.org/dir', bundle: 'no' })).toEqual(['bundle'])
  expect(check({ kind: 'custom', directory: 'https://ca.example.org/dir', usesEab: true })).toEqual(['keyId', 'hmac'])
  expect(check({ email: 'nobody' })).toEqual(['email'])
})

test('a kept HMAC key stays with its authority and its key id', () => {
  const before: Authority = { kind: 'zerossl', eab: { keyId: 'abc', secret } }
  const values = authorityValues({ authority: before, dnsAccounts: [] })
  expect(keptHmac(values, before)).toBe(secret)
  expect(problems(authoritySchema(before).safeParse(values))).toEqual([])
  expect(keptHmac({ ...values, replacesHmac: true }, before)).toBeNull()
  expect(keptHmac({ ...values, keyId: 'other' }, before)).toBeNull()
  expect(keptHmac({ ...values, kind: 'custom', usesEab: true }, before)).toBeNull()
  expect(Authority.parse(authorityOf(values, secret))).toEqual(before)
})

test('every DNS provider asks for its own fields, and gets no others', () => {
  for (const provider of dnsProviders) {
    const values = { ...dnsAccountValues(), label: 'mine', provider }
    expect(providerNames[provider]).not.toBe('')
    expect(problems(DnsAccountSchema.safeParse(values)).length, provider).toBeGreaterThan(0)
    const filled = { ...values, fields: Object.fromEntries(Object.keys(values.fields).map((name) => [name, name === 'port' ? '53' : 'x1'])) }
    expect(SecretDraft.safeParse(dnsSecret(filled)).success, provider).toBe(true)
    expect(problems(DnsAccountSchema.safeParse(filled)), provider).toEqual([])
  }
  expect(problems(DnsAccountSchema.safeParse({ ...dnsAccountValues(), provider: 'cloudflare' }))).toEqual(['label', 'fields.api_token'])
})

test('a new DNS account has an id that is not taken', () => {
  expect(DnsAccountId.safeParse(newDnsAccountId([])).success).toBe(true)
})

test('only those alerts that are switched on have to be right', () => {
  const none: Alerts = { webhook: null, mail: null }
  const mail = { usesMail: true, to: 'a@example.org', from: 'b@example.org', host: 'smtp.example.org' }
  const check = (more: Partial<AlertsValues>, before = none) => problems(alertsSchema(before).safeParse({ ...alertsValues(before), ...more }))
  expect(check({})).toEqual([])
  expect(check({ usesWebhook: true })).toEqual(['url'])
  expect(check({ usesWebhook: true, url: ' https://ntfy.example.org/x ' })).toEqual([])
  expect(check({ usesWebhook: true }, { webhook: secret, mail: null })).toEqual([])
  expect(check({ usesWebhook: true, replacesWebhook: true }, { webhook: secret, mail: null })).toEqual(['url'])
  expect(check({ usesMail: true })).toEqual(['to', 'from', 'host'])
  expect(check(mail)).toEqual([])
  expect(check({ ...mail, port: undefined })).toEqual(['port'])
  expect(check({ ...mail, user: 'anna' })).toEqual(['password'])
})

test('a kept password is never sent to another mail server', () => {
  const before: Alerts = { webhook: null, mail: { to: 'a@example.org', from: 'b@example.org', host: 'smtp.example.org', port: 465, security: 'tls', user: 'anna', password: secret } }
  const values = alertsValues(before)
  expect(keptPassword(values, before)).toBe(secret)
  expect(keptPassword({ ...values, host: 'evil.example.net' }, before)).toBeNull()
  expect(keptPassword({ ...values, user: 'ben' }, before)).toBeNull()
  expect(alertsOf(values, { webhook: null, password: secret })).toEqual(before)
  expect(alertsOf({ ...values, usesMail: false }, { webhook: null, password: null })).toEqual({ webhook: null, mail: null })
})
