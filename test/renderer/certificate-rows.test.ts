import { expect, test } from 'vitest'
import { attentionOf, certificateRows, foundRows } from '../../src/renderer/components/certificate-rows.ts'
import { supportText } from '../../src/renderer/components/support-text.ts'
import type { ServerStatus } from '../../src/shared/status.ts'
import { attempt, care, day, now, signed, siteWith } from './certificate-states.ts'

const good = siteWith({ domain: 'good.example.org', certificate: signed(now - day, now + 89 * day, ['good.example.org']), care: care() })
const bad = siteWith({ domain: 'bad.example.org', care: care({ trusted: false, attempts: [attempt('caa', now - day, now + day, 'CAA record for bad.example.org prevents issuance\nask later')] }) })
const statusWith = (...sites: ServerStatus['sites']) => ({ sites }) as unknown as ServerStatus
const servers = [{ id: 'aaaaaaaa', name: 'Harbour' }, { id: 'bbbbbbbb', name: 'Attic' }]

test('certificates of all servers stand in one list, the worst first, and servers without an answer in another', () => {
  const { rows, unreached } = certificateRows(servers, [{ serverId: 'aaaaaaaa', status: statusWith(good, bad), problem: null }, { serverId: 'bbbbbbbb', status: null, problem: 'It did not answer.' }, { serverId: 'cccccccc', status: statusWith(good), problem: null }], now)
  expect(rows.map(({ siteId, serverName }) => [siteId, serverName])).toEqual([['bad.example.org', 'Harbour'], ['good.example.org', 'Harbour']])
  expect(rows[0]).toMatchObject({ notAfter: null, issuer: 'itself', lastAttempt: { at: now - day } })
  expect(unreached).toEqual([{ serverId: 'bbbbbbbb', serverName: 'Attic', problem: 'It did not answer.' }])
})

test('a search looks for every word, anywhere in the row', () => {
  const { rows } = certificateRows(servers, [{ serverId: 'aaaaaaaa', status: statusWith(good, bad), problem: null }], now)
  const found = (search: string) => foundRows(rows, search).map(({ siteId }) => siteId)
  expect(found('')).toHaveLength(2)
  expect(found(' HARBOUR  good ')).toEqual(['good.example.org'])
  expect(found('caa')).toEqual(['bad.example.org'])
  expect(found('self-signed')).toEqual(['bad.example.org'])
  expect(found('attic')).toEqual([])
})

test('two thousand certificates are sorted out in well under a second', () => {
  const sites = Array.from({ length: 2000 }, (_, index) => siteWith({ domain: `s${index}.example.org`, certificate: signed(now - day, now + (index % 90) * day), care: care() }))
  const before = performance.now()
  expect(certificateRows(servers, [{ serverId: 'aaaaaaaa', status: statusWith(...sites), problem: null }], now).rows).toHaveLength(2000)
  expect(performance.now() - before).toBeLessThan(2000)
})

test('only what the person has to look at is counted', () => {
  expect(attentionOf([good, bad], now)).toEqual({ count: 1, tone: 'bad' })
  expect(attentionOf([good], now).count).toBe(0)
})

test('the text for support has every fact in UTC and no secret', () => {
  const secret = `s${'7'.repeat(32)}`
  const text = supportText({ ...bad, site: { ...bad.site, certificate: { kind: 'own', secret } } }, { server: 'Harbour', now })
  expect(text).toContain('Certificate of bad.example.org on Harbour, 2027-06-15T12:00:00.000Z')
  expect(text).toContain('2027-06-14T12:00:00.000Z caa: A CAA record forbids it; again at 2027-06-16T12:00:00.000Z\n    CAA record for bad.example.org prevents issuance\n    ask later')
  expect(text).not.toContain(secret)
})
