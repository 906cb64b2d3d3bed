import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Conf from 'conf'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openSettingsAt } from '../../src/main/bridge/settings-file.ts'
import { Secret } from '../../src/main/ssh/secret.ts'
import { keepCopy } from '../../src/main/store/conf-file.ts'
import type { SecretBox } from '../../src/main/store/secret-box.ts'
import { type KeptSecrets, openSecretStore, type SecretsOptions } from '../../src/main/store/secrets.ts'
import { openSettingsStore } from '../../src/main/store/settings.ts'
import { HomeportError } from '../../src/shared/errors.ts'
import { sealByFixedKey } from '../electron/electron-double.ts'

const passphrase = new Secret('four words nobody says')
const other = new Secret('another four words, please')
let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'homeport-secrets-')) })
afterEach(() => rmSync(folder, { recursive: true }))

const conf = () => new Conf<Record<string, unknown>>({ cwd: folder, configName: 'homeport', configFileMode: 0o600 })
const lying = () => conf().get('secrets') as Record<string, unknown>
const refuse = () => Promise.reject(new HomeportError('secrets-unavailable', 'refused'))
/** A keychain that turns text around; `note` is why it does not. */
const keychain = (note: string | null = null): SecretBox => ({
  check: async () => note,
  seal: note === null ? async (text) => Buffer.from(`v11${text}`).reverse().toString('base64') : refuse,
  open: note === null ? async (sealed) => Buffer.from(sealed, 'base64').reverse().toString().slice(3) : refuse,
})
/** As after a start of the app. A guess costs next to nothing here, and nothing is waited for. */
const start = (box: SecretBox | null = null, options: SecretsOptions = {}): KeptSecrets => openSecretStore(conf(), box, { platform: 'linux', vaultCost: 2 ** 10, patienceMs: 20, ...options })
const set = async (store: KeptSecrets, id: string, name: 'password' | 'ownKey', text: string) => { (await store.seal(id, name, new Secret(text)))() }
const read = async (store: KeptSecrets, id: string, name: 'password' | 'ownKey' = 'password') => (await store.get(id, name))?.reveal() ?? null

test('keeps secrets by the keychain, one by one, and notes that', async () => {
  const store = start(keychain())
  await set(store, 'aaaaaaaa', 'password', 'correct horse')
  await set(store, 'aaaaaaaa', 'ownKey', 'key')
  expect(await store.state()).toMatchObject({ keptBy: 'keychain', note: '', passphrase: 'none' })
  expect(JSON.stringify(lying())).not.toContain('horse')
  expect(lying()['aaaaaaaa/password']).toMatchObject({ by: 'keychain', version: 1 })
  const later = start(keychain())
  expect(await read(later, 'aaaaaaaa')).toBe('correct horse')
  expect(await read(later, 'bbbbbbbb')).toBeNull()
  later.delete('aaaaaaaa', 'password')
  expect(await read(later, 'aaaaaaaa')).toBeNull()
  expect(await read(later, 'aaaaaaaa', 'ownKey')).toBe('key')
})

test.each([['no keychain', null], ['a keychain that refuses', keychain('No keychain here.')]])('with %s nothing is written, and it says why', async (_what, box) => {
  const store = start(box)
  await expect(store.seal('aaaaaaaa', 'password', new Secret('x'))).rejects.toMatchObject({ code: 'secrets-unavailable', message: expect.stringContaining('keychain') as string, hint: expect.stringContaining('passphrase') as string })
  expect(lying()).toBeUndefined()
  expect(await store.state()).toMatchObject({ keptBy: 'nothing', note: expect.stringContaining('keychain') as string })
})

test('a keychain that never answers keeps nobody waiting', async () => {
  const never: SecretBox = { check: () => new Promise(() => {}), seal: () => new Promise(() => {}), open: () => new Promise(() => {}) }
  await set(start(keychain()), 'aaaaaaaa', 'password', 'kept')
  const store = start(never)
  expect(await store.state()).toMatchObject({ keptBy: 'nothing', isWaiting: true, note: expect.stringContaining('does not answer') as string })
  await expect(store.seal('aaaaaaaa', 'password', new Secret('x'))).rejects.toMatchObject({ code: 'secrets-unavailable' })
  await expect(store.get('aaaaaaaa', 'password')).rejects.toMatchObject({ code: 'secrets-unavailable' })
  expect(store.has('aaaaaaaa', 'password')).toBe(true)
})

test('what the keychain cannot open now stays, and opens when it can again', async () => {
  conf().set('secrets', { 'aaaaaaaa/password': Buffer.from('v11old').reverse().toString('base64') })
  for (const box of [null, keychain('locked')]) {
    const store = start(box)
    await expect(store.get('aaaaaaaa', 'password')).rejects.toMatchObject({ code: 'secrets-unavailable' })
    await store.protect(passphrase)
    await set(store, 'bbbbbbbb', 'password', 'other')
    store.forget('passphrase')
  }
  expect(await read(start(keychain()), 'aaaaaaaa')).toBe('old')
})

test('what another version kept stays as it is', async () => {
  const newer = { by: 'tpm', version: 7, sealed: 'x' }
  conf().set('secrets', { 'aaaaaaaa/password': newer })
  const store = start(keychain())
  await expect(store.get('aaaaaaaa', 'password')).rejects.toMatchObject({ code: 'secrets-unavailable' })
  await set(store, 'bbbbbbbb', 'password', 'y')
  expect(lying()['aaaaaaaa/password']).toEqual(newer)
})

test('a passphrase protects where there is no keychain, and is asked for once', async () => {
  const store = start()
  await store.protect(passphrase)
  await set(store, 'aaaaaaaa', 'password', 'correct horse')
  const text = readFileSync(conf().path, 'utf8')
  expect(text).not.toContain('horse')
  expect(text).not.toContain(passphrase.reveal())
  expect(statSync(conf().path).mode & 0o777).toBe(0o600)

  const later = start()
  expect(await later.state()).toMatchObject({ keptBy: 'passphrase', passphrase: 'locked', byPassphrase: 1 })
  await expect(later.get('aaaaaaaa', 'password')).rejects.toMatchObject({ code: 'secrets-locked' })
  await expect(later.seal('aaaaaaaa', 'password', new Secret('x'))).rejects.toMatchObject({ code: 'secrets-locked' })
  await expect(later.expectOpen()).rejects.toMatchObject({ code: 'secrets-locked' })
  await expect(later.open(other)).rejects.toMatchObject({ code: 'secrets-passphrase-wrong' })
  expect(readFileSync(conf().path, 'utf8')).toBe(text)
  await later.open(passphrase)
  expect(await read(later, 'aaaaaaaa')).toBe('correct horse')
  later.lock()
  await expect(later.get('aaaaaaaa', 'password')).rejects.toMatchObject({ code: 'secrets-locked' })
})

test('is the same passphrase however its letters are composed', async () => {
  await start().protect(new Secret('Grüße an alle'.normalize('NFC')))
  await expect(start().open(new Secret('Grüße an alle'.normalize('NFD')))).resolves.toBeUndefined()
})

test('a passphrase that was set is never replaced by another one set anew', async () => {
  const store = start()
  await store.protect(passphrase)
  await set(store, 'aaaaaaaa', 'password', 'x')
  await expect(start().protect(other)).rejects.toMatchObject({ code: 'not-allowed' })
  const both = start()
  both.forget('passphrase')
  const results = await Promise.allSettled([both.protect(passphrase), both.protect(other)])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
})

test('a new passphrase seals everything anew; the old one opens nothing any more', async () => {
  const store = start()
  await store.protect(passphrase)
  await set(store, 'aaaaaaaa', 'password', 'correct horse')
  const before = lying()['aaaaaaaa/password']
  await expect(store.changePassphrase(other, passphrase)).rejects.toMatchObject({ code: 'secrets-passphrase-wrong' })
  await store.changePassphrase(passphrase, other)
  expect(lying()['aaaaaaaa/password']).not.toEqual(before)
  expect(await read(store, 'aaaaaaaa')).toBe('correct horse')
  const later = start()
  await expect(later.open(passphrase)).rejects.toMatchObject({ code: 'secrets-passphrase-wrong' })
  await later.open(other)
  expect(await read(later, 'aaaaaaaa')).toBe('correct horse')
})

test('seals nothing by a passphrase that another window has changed meanwhile', async () => {
  const first = start()
  await first.protect(passphrase)
  const prepared = await first.seal('aaaaaaaa', 'password', new Secret('x'))
  await start().changePassphrase(passphrase, other)
  expect(prepared).toThrow(expect.objectContaining({ code: 'secrets-locked' }))
  expect((await first.state()).passphrase).toBe('locked')
})

test('a secret that was altered, or put in the place of another, opens nothing', async () => {
  const store = start()
  await store.protect(passphrase)
  await set(store, 'aaaaaaaa', 'password', 'of a')
  await set(store, 'bbbbbbbb', 'password', 'of b')
  const { 'aaaaaaaa/password': a, 'bbbbbbbb/password': b, ...rest } = lying() as Record<string, { by: string; version: number; sealed: string }>
  conf().set('secrets', { ...rest, 'aaaaaaaa/password': b, 'bbbbbbbb/password': { ...b, sealed: `A${a?.sealed.slice(1)}` }, 'cccccccc/password': { ...b, sealed: 'short' } })
  for (const id of ['aaaaaaaa', 'bbbbbbbb', 'cccccccc']) await expect(store.get(id, 'password'), id).rejects.toMatchObject({ code: 'secrets-unavailable' })
  expect(Object.keys(lying())).toHaveLength(4)
})

test('only the word of a person deletes what a forgotten passphrase protects, and nothing else with it', async () => {
  await set(start(keychain()), 'bbbbbbbb', 'password', 'by the keychain')
  const store = start()
  await store.protect(passphrase)
  await set(store, 'aaaaaaaa', 'password', 'x')
  const later = start()
  later.forget('passphrase')
  expect(Object.keys(lying())).toEqual(['bbbbbbbb/password'])
  expect(await later.state()).toMatchObject({ keptBy: 'nothing', passphrase: 'none', byPassphrase: 0 })
})

test.each([
  ['of another version', { version: 2 }],
  ['that would cost all memory', { version: 1, kdf: { name: 'scrypt', cost: 2 ** 30, blockSize: 8, parallelization: 1, salt: 'AAAA' }, verifier: 'AAAA' }],
])('says so where the passphrase is one %s, and leaves it', async (_what, vault) => {
  conf().set('secrets', { vault })
  const store = start()
  expect(await store.state()).toMatchObject({ keptBy: 'nothing', passphrase: 'unreadable' })
  await expect(store.open(passphrase)).rejects.toMatchObject({ code: 'secrets-unavailable' })
  await expect(store.protect(passphrase)).rejects.toMatchObject({ code: 'not-allowed' })
  expect(lying()).toEqual({ vault })
})

test('a guess costs 128 MiB, is made beside what else happens, and one at a time', async () => {
  const store = openSecretStore(conf(), null)
  let turns = 0
  const ticking = setInterval(() => { turns++ }, 5)
  await store.protect(passphrase)
  clearInterval(ticking)
  expect(turns).toBeGreaterThan(3)
  expect(lying()['vault']).toMatchObject({ kdf: { name: 'scrypt', cost: 2 ** 17, blockSize: 8, parallelization: 1 } })
})

const exposed = { 'aaaaaaaa/password': sealByFixedKey('lay open').toString('base64'), 'bbbbbbbb/ownKey': { by: 'keychain', version: 1, sealed: sealByFixedKey('key').toString('base64') } }

test('what Chromium sealed by its fixed key is said to lie open, still opens, and is sealed once there is a passphrase', async () => {
  conf().set('secrets', exposed)
  const store = start()
  expect(await store.state()).toMatchObject({ keptBy: 'nothing', exposed: 2, mended: 0 })
  expect(await read(store, 'aaaaaaaa')).toBe('lay open')
  expect(lying()).toEqual(exposed)
  await store.protect(passphrase)
  expect(await store.state()).toMatchObject({ exposed: 0, mended: 2, byPassphrase: 2 })
  expect(lying()).toMatchObject({ 'aaaaaaaa/password': { by: 'passphrase' }, 'bbbbbbbb/ownKey': { by: 'passphrase' } })
  const later = start()
  await later.open(passphrase)
  expect([await read(later, 'aaaaaaaa'), await read(later, 'bbbbbbbb', 'ownKey')]).toEqual(['lay open', 'key'])
})

test('a keychain that answers takes over what lay open, at the first look', async () => {
  conf().set('secrets', exposed)
  const store = start(keychain())
  const [state] = await Promise.all([store.state(), store.state()])
  expect(state).toMatchObject({ keptBy: 'keychain', exposed: 0, mended: 2 })
  expect(Object.values(lying()).map((entry) => isFixed(entry))).toEqual([false, false])
  expect(await read(store, 'aaaaaaaa')).toBe('lay open')
})
const isFixed = (entry: unknown) => JSON.stringify(entry).includes(Buffer.from('v10').toString('base64'))

test('a disk that is full hides from nobody that something lies open, and leaves it', async () => {
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const content = { secrets: exposed }
  const set = vi.fn(() => { throw new Error('ENOSPC: no space left on device') })
  const store = openSecretStore({ path: '/nowhere/config.json', get: () => content.secrets, set }, keychain(), { platform: 'linux' })
  expect(await store.state()).toMatchObject({ exposed: 2, mended: 0 })
  set.mockImplementation((() => { content.secrets = {} as typeof exposed }) as never)
  expect(await store.state()).toMatchObject({ exposed: 0 })
  expect(stderr).toHaveBeenCalledWith(expect.stringContaining('ENOSPC'))
  stderr.mockRestore()
})

test('what lies open goes on the word of a person', async () => {
  await set(start(keychain()), 'cccccccc', 'password', 'x')
  conf().set('secrets', { ...lying(), ...exposed })
  const store = start()
  store.forget('exposed')
  expect(Object.keys(lying())).toEqual(['cccccccc/password'])
})

test('a Mac marks what its keychain sealed by the same word, and keeps it', async () => {
  const mac = Buffer.from('v10 by the key of the system').toString('base64')
  conf().set('secrets', { 'aaaaaaaa/password': mac })
  const open = vi.fn(async () => 'from the keychain')
  const store = start({ ...keychain(), open }, { platform: 'darwin' })
  expect(await store.state()).toMatchObject({ exposed: 0, mended: 0 })
  expect(await read(store, 'aaaaaaaa')).toBe('from the keychain')
  expect(await start().state()).toMatchObject({ exposed: 0 }) // the same file, brought to Linux
  expect(lying()).toEqual({ 'aaaaaaaa/password': mac })
})

test('a copy of the settings holds no secrets, nor does one that was made earlier', async () => {
  const copy = `${conf().path}.before-repair`
  writeFileSync(copy, JSON.stringify({ servers: ['mine'], secrets: { 'aaaaaaaa/password': 'old' } }), { mode: 0o644 })
  const store = start(keychain())
  expect(JSON.parse(readFileSync(copy, 'utf8'))).toEqual({ servers: ['mine'] })
  expect(statSync(copy).mode & 0o777).toBe(0o600)
  rmSync(copy)
  await set(store, 'aaaaaaaa', 'password', 'x')
  keepCopy(conf())
  expect(existsSync(copy)).toBe(true)
  expect(readFileSync(copy, 'utf8')).not.toContain('aaaaaaaa')
})

test('the settings are for this user alone, although they were made for others too', () => {
  const path = join(folder, 'open', 'homeport.json')
  openSettingsAt(path, () => writeFileSync(path, '{}', { mode: 0o644 }))
  expect(statSync(join(folder, 'open')).mode & 0o777).toBe(0o700)
  openSettingsAt(path, () => {})
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('settings are kept, and unreadable ones count as not made', () => {
  expect(openSettingsStore(conf()).get()).toEqual({ colorScheme: 'auto' })
  expect(openSettingsStore(conf()).change({ colorScheme: 'dark' })).toEqual({ colorScheme: 'dark' })
  expect(openSettingsStore(conf()).get()).toEqual({ colorScheme: 'dark' })
  conf().set('settings', { colorScheme: 'pink' })
  expect(openSettingsStore(conf()).get()).toEqual({ colorScheme: 'auto' })
})
