import { expect, test } from 'vitest'
import { ConnectDraft, firstDraft, typedSecrets, withAlias } from '../../src/renderer/components/connect-draft.ts'
import { mayNeedSecret, secretsNeeded } from '../../src/renderer/components/secret-needed.ts'

const suggestions = {
  hosts: [{ alias: 'gate', host: '203.0.113.1', port: 22, user: 'anna', keyPath: null, jumpAlias: null }, { alias: 'inner', host: '10.0.0.5', port: 2222, user: null, keyPath: '~/.ssh/work', jumpAlias: 'gate' }],
  keyPaths: ['~/.ssh/id_ed25519'], agent: true,
}

test('the first way of logging in is a key, else the agent, else a password', () => {
  expect(firstDraft(suggestions).target.auth).toEqual({ kind: 'key-file', path: '~/.ssh/id_ed25519' })
  expect(firstDraft({ ...suggestions, keyPaths: [] }).target.auth).toEqual({ kind: 'agent' })
  expect(firstDraft({ hosts: [], keyPaths: [], agent: false }).target.auth).toEqual({ kind: 'password' })
})

test('an alias brings all that the SSH settings say, with its jump host, and is valid as it is', () => {
  const draft = withAlias(firstDraft(suggestions), 'inner', suggestions.hosts)
  expect(draft.target).toEqual({ host: '10.0.0.5', port: 2222, user: 'root', auth: { kind: 'key-file', path: '~/.ssh/work' }, jump: { host: '203.0.113.1', port: 22, user: 'anna', auth: { kind: 'agent' } } })
  expect(ConnectDraft.safeParse(draft).success).toBe(true)
})

test('an alias without a jump host takes away the one of an alias chosen before', () => {
  const before = withAlias(firstDraft(suggestions), 'inner', suggestions.hosts)
  expect(withAlias(before, 'gate', suggestions.hosts).target.jump).toBeUndefined()
})

test('what is no alias changes nothing', () => {
  const draft = firstDraft(suggestions)
  expect(withAlias(draft, 'unknown', suggestions.hosts)).toBe(draft)
})

test('secrets of another way of logging in are not sent', () => {
  const draft = { ...firstDraft(suggestions), secrets: { password: 'p', passphrase: 'f', sudoPassword: '', jumpPassphrase: 'j' } }
  expect(typedSecrets(draft)).toEqual({ passphrase: 'f' })
  expect(typedSecrets({ ...draft, target: { ...draft.target, auth: { kind: 'password' } } })).toEqual({ password: 'p' })
})

test('asks for exactly the secret that a failure is about', () => {
  const keyed = { auth: { kind: 'key-file', path: 'k' } } as const
  expect(secretsNeeded('passphrase-needed', keyed)).toEqual(['passphrase'])
  expect(secretsNeeded('passphrase-needed', { ...keyed, jump: { host: 'h', port: 22, user: 'u', auth: { kind: 'key-file', path: 'j' } } })).toEqual(['passphrase', 'jumpPassphrase'])
  expect(secretsNeeded('sudo-needs-password', keyed)).toEqual(['sudoPassword'])
  expect(secretsNeeded('auth-failed', keyed)).toEqual([])
  expect(secretsNeeded('auth-failed', { auth: { kind: 'password' } })).toEqual(['password'])
  expect(secretsNeeded('host-key-changed', keyed)).toEqual([])
  // Whoever does not open what is kept can type it; a key of Homeport's own nobody can.
  expect(secretsNeeded('secrets-locked', { auth: { kind: 'password' } })).toEqual(['password'])
  expect(secretsNeeded('secrets-locked', { auth: { kind: 'own-key' } })).toEqual([])
  expect(mayNeedSecret('secrets-locked')).toBe(true)
})

test('knows of a failure alone whether any secret could help', () => {
  expect(['password-needed', 'auth-failed', 'passphrase-wrong', 'sudo-password-wrong'].map((code) => mayNeedSecret(code as 'auth-failed'))).toEqual([true, true, true, true])
  expect(['plan-stale', 'host-key-changed', 'connection-lost'].map((code) => mayNeedSecret(code as 'plan-stale'))).toEqual([false, false, false])
})
