import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { protectSecrets, Secret } from '../../src/main/ssh/secret.ts'

const secret = new Secret('correct horse')

test('shows nothing of itself however it is printed', () => {
  const shown = [String(secret), `${secret}`, '' + (secret as unknown as string), JSON.stringify({ secret }), inspect(secret, { showHidden: true, depth: 9 }), inspect({ deep: { secret } }, { depth: 9 }), Object.keys(secret).join(), JSON.stringify(Object.entries(secret))]
  for (const text of shown) expect(text).not.toContain('horse')
  expect(JSON.stringify({ secret })).toBe('{"secret":"[redacted]"}')
})

test('gives its text to whoever asks for it by name', () => {
  expect(secret.reveal()).toBe('correct horse')
})

test('an empty field counts as not typed', () => {
  expect(Object.keys(protectSecrets({ password: '', sudoPassword: 'x' }))).toEqual(['sudoPassword'])
})
