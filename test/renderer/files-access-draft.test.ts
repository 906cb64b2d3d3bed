import { expect, test } from 'vitest'
import { fingerprintOf, sftpKeyOf, sftpKeySchema, sftpLink } from '../../src/renderer/components/files-access-draft.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPGec2vOKiOGzVZ6EphBRcelxqQp0GCToWL7w6cClA97'
const problems = (values: { name: string; pasted: string }, there: { name: string; key: string }[] = []) => Object.fromEntries(sftpKeySchema(there).safeParse(values).error?.issues.map(({ path, message }) => [path.join('.'), message]) ?? [])

test('a key is taken with the name that is typed, or else with what it calls itself', () => {
  expect(problems({ name: '', pasted: `${key} kim@laptop` })).toEqual({})
  expect(sftpKeyOf({ name: '', pasted: `${key} kim@laptop` })).toEqual({ name: 'kim@laptop', key })
  expect(sftpKeyOf({ name: ' Kim ', pasted: `${key} kim@laptop` })).toEqual({ name: 'Kim', key })
})

test('what is wrong stands at its field', () => {
  expect(problems({ name: '', pasted: key })).toEqual({ name: expect.stringContaining('Say whose key it is') })
  expect(problems({ name: 'Kim', pasted: 'hello' })).toEqual({ pasted: expect.stringContaining('not a public key') })
  expect(problems({ name: 'Kim', pasted: '-----BEGIN OPENSSH PRIVATE KEY-----' })).toEqual({ pasted: expect.stringContaining('private key') })
  expect(problems({ name: 'x'.repeat(101), pasted: key })).toEqual({ name: 'Take a shorter name.' })
})

test('a key that is there already is said with its name', () => {
  expect(problems({ name: 'Kim again', pasted: `${key} other` }, [{ name: 'Kim', key }])).toEqual({ pasted: 'This key is there already, as Kim.' })
})

test('the link has a port only where it is needed, and brackets around an IPv6 address', () => {
  expect(sftpLink({ host: 'server.example.org', port: 22 }, { slot: 3 })).toBe('sftp://site-3@server.example.org/')
  expect(sftpLink({ host: 'server.example.org', port: 2222 }, { slot: 3 })).toBe('sftp://site-3@server.example.org:2222/')
  expect(sftpLink({ host: '2001:db8::1', port: 22 }, { slot: 12 })).toBe('sftp://site-12@[2001:db8::1]/')
  expect(sftpLink({ host: 'fe80::1%eth0', port: 2222 }, { slot: 12 })).toBe('sftp://site-12@[fe80::1%25eth0]:2222/')
})

test('the fingerprint is the one that ssh-keygen prints', async () => {
  expect(await fingerprintOf({ key })).toBe('SHA256:TVvcnXp/B4NTZigJVN7CKIigJ/v9V6jMCQ/qljoV6jw')
})
