import { describe, expect, it } from 'vitest'
import { SecretDraft } from '../../src/shared/certificate.ts'
import { secretText } from '../../src/main/server/keep-secret.ts'

describe('the file of a DNS account', () => {
  it('has the keys that the plugin reads', () => {
    expect(secretText({ kind: 'dns-account', provider: 'cloudflare', fields: { api_token: 'abc=#;' } })).toBe('dns_cloudflare_api_token = "abc=#;"\n')
  })
  it('fills in what is usual', () => {
    expect(secretText({ kind: 'dns-account', provider: 'rfc2136', fields: { server: '192.0.2.1', name: 'k.', secret: 'c2VjcmV0' } })).toContain('dns_rfc2136_port = "53"\ndns_rfc2136_name = "k."\ndns_rfc2136_algorithm = "HMAC-SHA512"')
  })
  it('is a profile of AWS for Route 53', () => {
    expect(secretText({ kind: 'dns-account', provider: 'route53', fields: { aws_access_key_id: 'AKIA', aws_secret_access_key: 'x' } })).toBe('[default]\naws_access_key_id = AKIA\naws_secret_access_key = x\n')
  })
  it.each([[{}, 'missing'], [{ api_token: 'a"b' }, 'quotation marks']])('is refused with %j', (fields, message) => {
    expect(() => secretText({ kind: 'dns-account', provider: 'cloudflare', fields })).toThrow(expect.objectContaining({ code: 'input-invalid', message: expect.stringContaining(message) as string }))
  })
})

it.each([
  { kind: 'smtp-password', password: 'two\nlines' }, { kind: 'webhook', url: 'file:///etc/passwd' }, { kind: 'webhook', url: 'x' }, { kind: 'eab', hmac: 'no spaces here please' },
  { kind: 'dns-account', provider: 'cloudflare', fields: { api_token: 'a\ndns_cloudflare_email = b' } }, { kind: 'dns-account', provider: 'other', fields: {} },
])('takes no secret like %j', (draft) => expect(SecretDraft.safeParse(draft).success).toBe(false))
