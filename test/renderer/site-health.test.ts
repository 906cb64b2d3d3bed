import { expect, test } from 'vitest'
import { dnsRecords, siteHealth } from '../../src/renderer/components/site-health.ts'
import type { Site } from '../../src/shared/spec.ts'
import type { Probe, UnitState } from '../../src/shared/status.ts'

const site: Site = { id: 'example.org', slot: 1, domain: 'example.org', www: true, paused: false, certificate: { kind: 'automatic' }, hsts: false, source: { kind: 'upload', release: 'u20261120143000-a1b2c3d4' } }
const unit = (active: string): UnitState => ({ name: 'homeport-example.org.service', active, sub: '', since: null, restarts: 0 })
const probe = (more: Partial<Probe> = {}): Probe => ({ at: 0, status: 200, latencyMs: 1, error: null, dns: 'here', ...more })
const word = (active: string, probed?: Probe, more: Partial<Site> = {}) => siteHealth({ site: { ...site, ...more }, unit: unit(active) }, probed).word

test('a site is online only when it runs, answers and its domain leads here', () => {
  expect(word('active', probe())).toBe('Online')
  expect(word('active', probe({ dns: 'nowhere' }))).toBe('No DNS yet')
  expect(word('active', probe({ dns: 'elsewhere' }))).toBe('DNS elsewhere')
  expect(word('active', probe({ status: null, error: 'refused' }))).toBe('No answer')
  expect(word('active', probe({ status: 503 }))).toBe('Error 503')
  expect(word('active', probe({ status: 404 }))).toBe('Answers 404')
  expect(word('active')).toBe('Checking')
})

test('what the server says of the unit counts before the probe', () => {
  expect(word('failed', probe())).toBe('Failed')
  expect(word('activating', probe())).toBe('Starting')
  expect(word('inactive', probe())).toBe('Stopped')
  expect(siteHealth({ site, unit: null }, probe()).word).toBe('Not set up')
})

test('kinds without anything to run on the server are judged by what visitors meet', () => {
  const of = (source: Site['source'], status: number): string => siteHealth({ site: { ...site, source }, unit: null }, probe({ status })).word
  expect(of({ kind: 'redirect', to: 'https://example.net/', keepPath: true, permanent: false }, 307)).toBe('Online')
  expect(of({ kind: 'notice', title: 'Soon', text: '' }, 503)).toBe('Maintenance')
  expect(of({ kind: 'address', url: 'http://127.0.0.1:3000' }, 502)).toBe('Error 502')
})

test('a site that asks for a password, or knows this computer not, is well', () => {
  const user = { name: 'anna', hash: `$2b$05$${'a'.repeat(53)}` }
  expect(word('active', probe({ status: 401 }), { access: { users: [user] } })).toBe('Protected')
  expect(word('active', probe({ status: 403 }), { access: { addresses: ['203.0.113.0/24'] } })).toBe('Protected')
  expect(word('active', probe({ status: 401 }))).toBe('Answers 401')
})

test('a paused site is paused, whatever else is seen of it', () => {
  expect(word('inactive', probe({ status: 503, dns: 'nowhere' }), { paused: true })).toBe('Paused')
})

test('DNS records have the type that fits the address, for every name of the site', () => {
  expect(dnsRecords(site, '203.0.113.10')).toEqual([{ name: 'example.org', type: 'A', value: '203.0.113.10' }, { name: 'www.example.org', type: 'A', value: '203.0.113.10' }])
  expect(dnsRecords({ ...site, www: false }, '2001:db8::2')).toEqual([{ name: 'example.org', type: 'AAAA', value: '2001:db8::2' }])
  expect(dnsRecords({ ...site, www: false }, 'vps.example.net')[0]?.type).toBe('CNAME')
})
