import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseCertificate, parseCertificates } from '../../src/main/facts/certificate.ts'

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
const selfSigned = fixture('self-signed.pem')

it('tells a self-signed certificate, with its names and its end', () => {
  expect(parseCertificate(selfSigned)).toEqual({ selfSigned: true, issuer: 'a.example.org', names: ['a.example.org', 'www.a.example.org'], notBefore: Date.parse('2026-11-22T17:31:44Z'), notAfter: Date.parse('2126-10-29T17:31:44Z') })
})

it('reads the first of a chain, and who issued it', () => {
  expect(parseCertificate(fixture('chain.pem'))).toMatchObject({ selfSigned: false, issuer: 'Example CA', names: ['b.example.org'] })
})

it.each(['', 'not a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])('finds no certificate in %j', (text) => expect(parseCertificate(text)).toBeNull())

it('gives certificates by site and leaves out other and damaged files', () => {
  const file = (content: string | null) => ({ content, sha256: '', mode: 0o644, uid: 0, gid: 0 })
  const certificates = parseCertificates(new Map([
    ['/var/lib/homeport/certificates/a.example.org.pem', file(selfSigned)], ['/var/lib/homeport/certificates/b.example.org.pem', file(null)],
    ['/etc/homeport/proxy/c.pem', file(selfSigned)],
  ]))
  expect([...certificates.keys()]).toEqual(['a.example.org'])
})
