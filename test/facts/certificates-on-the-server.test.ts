import { expect, it } from 'vitest'
import { parseAddresses } from '../../src/main/facts/addresses.ts'
import { parseCare } from '../../src/main/facts/certificate-care.ts'
import { parseSecrets } from '../../src/main/facts/secrets.ts'
import { publicAddresses } from '../../src/main/server/dns-watch.ts'
import { fileOf } from '../plan/facts-builder.ts'

it('knows the addresses of the cards, not those of containers and not the ones of a day', () => {
  expect(parseAddresses([
    '2: eth0    inet 203.0.113.5/24 brd 203.0.113.255 scope global eth0\\       valid_lft forever preferred_lft forever',
    '2: eth0    inet6 2001:db8::5/64 scope global \\       valid_lft forever preferred_lft forever',
    '2: eth0    inet6 2001:db8::abcd/64 scope global temporary dynamic \\       valid_lft 600000sec',
    '3: docker0    inet 172.17.0.1/16 brd 172.17.255.255 scope global docker0', '7: homeport1    inet 10.213.0.17/28 scope global homeport1', 'nonsense', '2: eth0    inet $(x)/24 scope global',
  ])).toEqual({ v4: ['203.0.113.5'], v6: ['2001:db8::5'] })
})

it('counts as public what the Internet can route, and the address that this computer uses', () => {
  const addresses = { v4: ['10.0.0.5', '203.0.113.5'], v6: ['fd00::1', '2001:db8::5'] }
  expect(publicAddresses({ addresses }, '198.51.100.1')).toEqual({ v4: ['198.51.100.1', '203.0.113.5'], v6: ['2001:db8::5'] })
  expect(publicAddresses({ addresses }, 'server.example.org')).toEqual({ v4: ['203.0.113.5'], v6: ['2001:db8::5'] })
})

it('knows secrets by their ids alone', () => {
  const id = `s${'a'.repeat(32)}`
  expect(parseSecrets([`${id}.key`, `.${id}.new`, '../x.key', 'y'])).toEqual(new Set([id]))
})

it.each(['', '{', '[]', '{"kind":"automatic"}'])('takes %j for no note about a certificate', (content) => {
  expect(parseCare('a.org', new Map([['/var/lib/homeport/renewals/state/a.org.json', fileOf(content)]]))).toBeNull()
})

it('reads what the server noted', () => {
  const care = { kind: 'automatic', names: ['a.org'], authority: 'https://x', trusted: true, nextCheckAt: 1, renewAt: 2, attempts: [{ at: 1, code: 'issued', detail: '', retryAt: null }] }
  expect(parseCare('a.org', new Map([['/var/lib/homeport/renewals/state/a.org.json', fileOf(JSON.stringify({ ...care, lastOrderAt: 5 }))]]))).toEqual(care)
})
