import { afterEach, expect, test, vi } from 'vitest'
import { secretHandlers } from '../../src/main/servers/secret-handlers.ts'
import { Secret } from '../../src/main/ssh/secret.ts'
import { openSecretStore } from '../../src/main/store/secrets.ts'
import { handlersWith } from '../bridge/handler-doubles.ts'
import { link } from '../bridge/linked-wire.ts'

afterEach(() => { vi.restoreAllMocks() })

const passphrase = 'four words nobody says'
const next = 'another four words, please'

function start() {
  const content: Record<string, unknown> = {}
  const file = { path: '/nowhere/config.json', get: (key: string) => content[key], set: (key: string, value: unknown) => { content[key] = value } }
  const store = openSecretStore(file, null, { vaultCost: 2 ** 10 })
  const forgetTyped = vi.fn()
  return { ...link(handlersWith(secretHandlers(store, { forgetTyped }))), store, forgetTyped, content }
}

test('sets, opens, changes, locks and forgets, and says each time how secrets are kept then', async () => {
  const { client, store, forgetTyped, content } = start()
  expect(await client.call('secrets.state')).toMatchObject({ keptBy: 'nothing', passphrase: 'none' })
  expect(await client.call('secrets.protect', { passphrase })).toMatchObject({ keptBy: 'passphrase', passphrase: 'open', byPassphrase: 0 })
  ;(await store.seal('aaaaaaaa', 'password', new Secret('x')))()
  expect(await client.call('secrets.lock')).toMatchObject({ passphrase: 'locked', byPassphrase: 1 })
  expect(forgetTyped).toHaveBeenCalledOnce()
  expect(await client.call('secrets.change-passphrase', { passphrase, next })).toMatchObject({ passphrase: 'open' })
  await client.call('secrets.lock')
  expect(await client.call('secrets.open', { passphrase: next })).toMatchObject({ passphrase: 'open' })
  expect(await client.call('secrets.forget', { what: 'passphrase' })).toMatchObject({ keptBy: 'nothing', passphrase: 'none', byPassphrase: 0 })
  expect(forgetTyped).toHaveBeenCalledTimes(3)
  expect(content).toEqual({ secrets: {} })
})

test('a passphrase that is too short is refused at its field', async () => {
  const { client } = start()
  await expect(client.call('secrets.protect', { passphrase: 'short' })).rejects.toMatchObject({ code: 'input-invalid', fields: { passphrase: expect.stringContaining('at least 12') as string } })
})

test('no answer, error or log holds a passphrase, or what it protects', async () => {
  const logged: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => { logged.push(String(text)); return true })
  const { client, store, content, sent } = start()
  await client.call('secrets.protect', { passphrase })
  ;(await store.seal('aaaaaaaa', 'password', new Secret('correct horse')))()
  await client.call('secrets.lock')
  const attempts = [
    client.call('secrets.open', { passphrase: next }), client.call('secrets.protect', { passphrase: next }), client.call('secrets.change-passphrase', { passphrase: next, next: passphrase }),
    client.call('secrets.protect', { passphrase: 'tiny secret' }), client.call('secrets.change-passphrase', { passphrase, next: 'x' }),
  ]
  expect((await Promise.allSettled(attempts)).map(({ status }) => status)).toEqual(attempts.map(() => 'rejected'))
  // A fault of Homeport's own, told with all that is known of it.
  Object.defineProperty(content, 'secrets', { get: () => { throw new Error('EIO: i/o error, read') } })
  await expect(client.call('secrets.open', { passphrase })).rejects.toMatchObject({ code: 'internal' })
  const told = JSON.stringify(sent) + logged.join('')
  expect(told).toContain('EIO')
  for (const secret of [passphrase, 'tiny secret', next, 'correct horse']) expect(told).not.toContain(secret)
})
