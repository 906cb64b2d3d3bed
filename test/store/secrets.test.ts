import { expect, test } from 'vitest'
import { Secret } from '../../src/main/ssh/secret.ts'
import type { ConfFile } from '../../src/main/store/conf-file.ts'
import type { SecretBox } from '../../src/main/store/secret-box.ts'
import { openSecretStore } from '../../src/main/store/secrets.ts'
import { openSettingsStore } from '../../src/main/store/settings.ts'

function memoryFile(content: Record<string, unknown> = {}): ConfFile & { content: Record<string, unknown> } {
  return { path: '/nowhere/config.json', content, get: (key) => content[key], set: (key, value) => { content[key] = value } }
}
const box = (available: boolean): SecretBox => ({
  available, note: available ? '' : 'No keychain here.',
  seal: async (text) => Buffer.from(text).toString('hex'), open: async (sealed) => Buffer.from(sealed, 'hex').toString(),
})

test('keeps secrets sealed, one by one', async () => {
  const file = memoryFile()
  const store = openSecretStore(file, box(true))
  await store.set('aaaaaaaa', 'password', new Secret('correct horse'))
  await store.set('aaaaaaaa', 'ownKey', new Secret('key'))
  expect(store).toMatchObject({ isPersistent: true, note: '' })
  expect(JSON.stringify(file.content)).not.toContain('horse')
  const later = openSecretStore(file, box(true))
  expect((await later.get('aaaaaaaa', 'password'))?.reveal()).toBe('correct horse')
  expect(await later.get('bbbbbbbb', 'password')).toBeNull()
  await later.delete('aaaaaaaa', 'password')
  expect(await later.get('aaaaaaaa', 'password')).toBeNull()
  expect((await later.get('aaaaaaaa', 'ownKey'))?.reveal()).toBe('key')
})

test.each([['no box', null], ['a box that cannot seal', box(false)]])('with %s they are kept in memory only, and it says why', async (_what, unusable) => {
  const file = memoryFile()
  const store = openSecretStore(file, unusable)
  await store.set('aaaaaaaa', 'password', new Secret('correct horse'))
  expect((await store.get('aaaaaaaa', 'password'))?.reveal()).toBe('correct horse')
  expect(file.content).toEqual({})
  expect(store.isPersistent).toBe(false)
  expect(store.note).toMatch(/keychain/)
})

test('settings are kept, and unreadable ones count as not made', () => {
  const file = memoryFile()
  expect(openSettingsStore(file).get()).toEqual({ colorScheme: 'auto' })
  expect(openSettingsStore(file).change({ colorScheme: 'dark' })).toEqual({ colorScheme: 'dark' })
  expect(openSettingsStore(file).get()).toEqual({ colorScheme: 'dark' })
  expect(openSettingsStore(memoryFile({ settings: { colorScheme: 'pink' } })).get()).toEqual({ colorScheme: 'auto' })
})
