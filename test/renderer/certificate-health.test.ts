import { expect, test } from 'vitest'
import { certificateHealth, needsAttention } from '../../src/renderer/components/certificate-health.ts'
import { formatMoment } from '../../src/renderer/components/quantity.ts'
import { attempt, care, day, now, selfSigned, signed, siteWith } from './certificate-states.ts'

const healthOf = (parts: Parameters<typeof siteWith>[0]) => certificateHealth(siteWith(parts), now)
/** A certificate of this many days of which this share is left. */
const aged = (lifetimeDays: number, shareLeft: number, names?: string[]) => signed(now - lifetimeDays * (1 - shareLeft) * day, now + lifetimeDays * shareLeft * day, names)

test('without a certificate, or with one that ended, all is bad', () => {
  expect(healthOf({ certificate: null })).toMatchObject({ tone: 'bad', label: 'No certificate' })
  expect(healthOf({ certificate: signed(now - 90 * day, now - 1), care: care() })).toMatchObject({ tone: 'bad', label: 'Expired' })
  expect(healthOf({ certificate: signed(now - 90 * day, now), care: care() }).label).toBe('Expired')
})

test('a self-signed one is on its way until something keeps it', () => {
  expect(healthOf({})).toMatchObject({ tone: 'busy', label: 'On its way' })
  expect(healthOf({ care: care({ trusted: false }) })).toMatchObject({ tone: 'busy', label: 'On its way' })
  const failing = (code: Parameters<typeof attempt>[0]) => healthOf({ care: care({ trusted: false, attempts: [attempt(code, now - 1, now + 1)] }) })
  expect(failing('dns-missing')).toMatchObject({ tone: 'warn', label: 'Waiting for DNS' })
  expect(failing('dns-elsewhere').label).toBe('Waiting for DNS')
  expect(failing('rate-limited')).toMatchObject({ tone: 'warn', label: 'Waiting' })
  expect(failing('unreachable')).toMatchObject({ tone: 'bad', label: 'Failing' })
})

test('a failure says since when, and when the next try is', () => {
  const { sentence } = healthOf({ care: care({ trusted: false, attempts: [attempt('caa', now - 1, now + day), attempt('caa', now - day, now - 1)] }) })
  expect(sentence).toContain(formatMoment(now - day))
  expect(sentence).toContain(formatMoment(now + day))
})

test.each([6, 45, 90])('what is left of %i days is judged by its share', (days) => {
  const untold = (share: number) => healthOf({ certificate: aged(days, share), care: care() }).label
  expect(untold(0.5)).toBe('Valid')
  expect(untold(0.3)).toBe('Valid')
  expect(untold(0.24)).toBe('Renewal overdue')
  expect(untold(0.09)).toMatch(/^Ends in /)
  const planned = (share: number, renewAt: number) => healthOf({ certificate: aged(days, share), care: care({ renewAt }) })
  expect(planned(0.5, now + 1)).toMatchObject({ tone: 'good', label: 'Valid' })
  expect(planned(0.33, now - 1)).toMatchObject({ tone: 'busy', label: 'Renewal due' })
  expect(planned(0.33, now - 0.11 * days * day)).toMatchObject({ tone: 'warn', label: 'Renewal overdue' })
  expect(planned(0.05, now - 1).tone).toBe('bad')
})

test('a renewal that fails is a warning while there is time, and bad when there is little', () => {
  const failing = (share: number, code: 'unreachable' | 'rate-limited') => healthOf({ certificate: aged(90, share), care: care({ renewAt: now - 1, attempts: [attempt(code, now - 1, now + 1), attempt('issued', now - 60 * day)] }) })
  expect(failing(0.3, 'unreachable')).toMatchObject({ tone: 'warn', label: 'Renewal fails' })
  expect(failing(0.19, 'unreachable').tone).toBe('bad')
  expect(failing(0.3, 'rate-limited')).toMatchObject({ tone: 'busy', label: 'Renewal waits' })
  expect(failing(0.2, 'rate-limited').tone).toBe('warn')
})

test('a failure that came right by itself is none', () => {
  expect(healthOf({ certificate: aged(90, 0.9), care: care({ attempts: [attempt('not-served', now - day)] }) })).toMatchObject({ tone: 'good', label: 'Valid' })
})

test('an own certificate warns early enough for a person to bring another', () => {
  const own = (days: number, share: number) => healthOf({ certificate: aged(days, share), care: care({ kind: 'own', authority: '' }), choice: { kind: 'own', secret: `s${'0'.repeat(32)}` } })
  expect(own(365, 0.2)).toMatchObject({ tone: 'good', label: 'Valid' })
  expect(own(365, 0.2).sentence).toContain('Nobody renews it but you')
  expect(own(365, 0.08)).toMatchObject({ tone: 'warn' })
  expect(own(365, 0.01)).toMatchObject({ tone: 'bad' })
  expect(own(30, 0.4).tone).toBe('good')
  expect(own(30, 0.3).tone).toBe('warn')
})

test('what was tried before another way was chosen says nothing about it', () => {
  const tried = care({ trusted: false, attempts: [attempt('dns-missing', now - 1, now + 1)] })
  const choice = { kind: 'own', secret: `s${'0'.repeat(32)}` } as const
  expect(healthOf({ care: tried })).toMatchObject({ label: 'Waiting for DNS' })
  expect(healthOf({ care: tried, choice })).toMatchObject({ tone: 'busy', label: 'On its way' })
  expect(healthOf({ care: care({ kind: 'own', trusted: false, attempts: [attempt('installed', now - 1)] }), choice })).toMatchObject({ tone: 'warn', label: 'Not trusted' })
  expect(healthOf({ care: care({ kind: 'own', trusted: false, attempts: [attempt('own-invalid', now - 1, now + 1)] }), choice })).toMatchObject({ tone: 'bad', label: 'Failing' })
})

test('a signed certificate that no browser trusts is told apart', () => {
  const untrusted = (authority: string, issuer: string) => healthOf({ certificate: { ...aged(90, 0.9), issuer }, care: care({ trusted: false, authority }) }).label
  expect(untrusted('https://acme-staging-v02.api.letsencrypt.org/directory', '(STAGING) Let’s Encrypt')).toBe('For trying out')
  expect(untrusted('https://ca.example.org/dir', 'Example CA')).toBe('Not trusted')
  expect(healthOf({ certificate: aged(90, 0.9), care: care({ trusted: false, attempts: [attempt('not-served', 1, 2)] }) }).tone).toBe('bad')
})

test('names that the certificate does not cover are named; a wildcard covers one label', () => {
  const www = (names: string[]) => healthOf({ certificate: aged(90, 0.9, names), care: care(), www: true })
  expect(www(['example.org'])).toMatchObject({ tone: 'busy', label: 'A name is missing' })
  expect(www(['example.org']).sentence).toContain('www.example.org')
  expect(www(['example.org', '*.example.org']).label).toBe('Valid')
  expect(www(['*.example.org']).sentence).toContain('does not cover example.org,')
})

test('what is worst comes first, and among equals what ends first', () => {
  const states = [aged(90, 0.9), aged(90, 0.05), aged(90, 0.8), selfSigned].map((certificate) => healthOf({ certificate, care: care({ trusted: !certificate.selfSigned }) }))
  expect(states.map(({ sortKey }, index) => ({ sortKey, index })).toSorted((one, other) => one.sortKey - other.sortKey).map(({ index }) => index)).toEqual([1, 3, 2, 0])
  expect(states.map(needsAttention)).toEqual([false, true, false, false])
})
