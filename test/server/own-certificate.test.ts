import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkOwnCertificate } from '../../src/main/server/own-certificate.ts'

const read = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
const [leaf, middle, root, key] = ['leaf.pem', 'middle.pem', 'root.pem', 'leaf.key'].map(read) as [string, string, string, string]
const names = ['example.org', 'www.example.org']
const refusal = (message: string, field: string) => expect.objectContaining({ code: 'input-invalid', message: expect.stringContaining(message) as string, fields: { [field]: expect.stringContaining(message) as string } })

describe('a certificate that a person brings', () => {
  it('is taken with its chain in order, the leaf first and the key last, whatever the order in the file', () => {
    const text = checkOwnCertificate({ chain: root + leaf + middle, key, names })
    expect(text.split('\n').filter((line) => line.startsWith('-----BEGIN'))).toEqual([...Array<string>(3).fill('-----BEGIN CERTIFICATE-----'), '-----BEGIN PRIVATE KEY-----'])
    expect(text.startsWith(leaf.trim())).toBe(true)
    expect(text.indexOf(middle.trim())).toBeLessThan(text.indexOf(root.trim()))
  })
  it('is refused with the key of another', () => expect(() => checkOwnCertificate({ chain: leaf + middle + root, key: read('other.key'), names })).toThrow(refusal('does not belong', 'key')))
  it('is refused with a key that is locked', () => expect(() => checkOwnCertificate({ chain: leaf, key: read('locked.key'), names })).toThrow(refusal('passphrase', 'key')))
  it('is refused where it does not cover a name', () => expect(() => checkOwnCertificate({ chain: leaf + middle + root, key, names: ['example.org', 'a.b.example.org'] })).toThrow(refusal('does not cover a.b.example.org', 'chain')))
  it('is refused where the chain has a gap, and says which', () => expect(() => checkOwnCertificate({ chain: leaf + root, key, names })).toThrow(refusal('"Example Intermediate" is missing', 'chain')))
  it('is refused after its end', () => expect(() => checkOwnCertificate({ chain: leaf + middle + root, key, names }, Date.parse('2200-01-01'))).toThrow(refusal('has expired', 'chain')))
  it('is refused before its time', () => expect(() => checkOwnCertificate({ chain: leaf + middle + root, key, names }, Date.parse('2020-01-01'))).toThrow(refusal('valid only from', 'chain')))
  it.each(['', 'hello', key])('is refused where there is none: %#', (chain) => expect(() => checkOwnCertificate({ chain, key, names })).toThrow(refusal('There is no certificate', 'chain')))
  it('is refused where it is cut off', () => expect(() => checkOwnCertificate({ chain: `${leaf.slice(0, 300)}\n-----END CERTIFICATE-----\n`, key, names })).toThrow(refusal('Certificate 1 of the chain cannot be read', 'chain')))
  it.each(['', 'x', leaf])('is refused without a key: %#', (text) => expect(() => checkOwnCertificate({ chain: leaf, key: text, names })).toThrow(refusal('not a private key', 'key')))
})
