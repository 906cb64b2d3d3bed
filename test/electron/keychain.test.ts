import { beforeEach, expect, test, vi } from 'vitest'
import { openKeychain } from '../../src/main/electron/keychain.ts'
import { safeStorage, sealByFixedKey } from './electron-double.ts'

vi.mock('electron', () => import('./electron-double.ts'))

beforeEach(() => { vi.clearAllMocks() })

test('seals and opens by the keychain of the system', async () => {
  const box = openKeychain('linux')
  expect(await box.check()).toBeNull()
  const sealed = await box.seal('pässword')
  expect(sealed).toMatch(/^[A-Za-z0-9+/]+=*$/)
  expect(Buffer.from(sealed, 'base64').toString()).not.toContain('pässword')
  expect(await box.open(sealed)).toBe('pässword')
})

test.each(['basic_text', 'unknown'])('refuses the backend %s of Linux, which protects nothing', async (backend) => {
  safeStorage.getSelectedStorageBackend.mockReturnValueOnce(backend).mockReturnValueOnce(backend)
  const box = openKeychain('linux')
  expect(await box.check()).toContain('only until Homeport ends')
  await expect(box.seal('x')).rejects.toMatchObject({ code: 'secrets-unavailable' })
  expect(safeStorage.encryptStringAsync).not.toHaveBeenCalled()
})

test.each([
  ['whose keyring does not answer', (text: string) => sealByFixedKey(text)],
  ['that marks nothing', (text: string) => Buffer.from(text)],
])('takes nothing on a Linux %s, although it says that it can encrypt', async (_what, seal) => {
  safeStorage.encryptStringAsync.mockImplementation((text) => Promise.resolve(seal(text)))
  const box = openKeychain('linux')
  expect(await box.check()).toContain('was not opened')
  await expect(box.seal('correct horse')).rejects.toMatchObject({ code: 'secrets-unavailable' })
})

test('looks each time: a keyring can be closed while the app runs', async () => {
  safeStorage.encryptStringAsync.mockReset().mockResolvedValueOnce(Buffer.from('v11xx')).mockResolvedValueOnce(sealByFixedKey('x'))
  const box = openKeychain('linux')
  expect(await box.check()).toBeNull()
  await expect(box.seal('x')).rejects.toMatchObject({ code: 'secrets-unavailable' })
})

test.each(['darwin', 'win32'] as const)('takes what %s marks by v10, which is a key of the system there', async (platform) => {
  safeStorage.encryptStringAsync.mockReset().mockResolvedValue(Buffer.from('v10xx'))
  const box = openKeychain(platform)
  expect(await box.check()).toBeNull()
  expect(await box.seal('x')).toBe(Buffer.from('v10xx').toString('base64'))
  expect(safeStorage.getSelectedStorageBackend).not.toHaveBeenCalled()
})

test.each(['linux', 'darwin', 'win32'] as const)('keeps nothing on %s where the keychain is not available', async (platform) => {
  safeStorage.isAsyncEncryptionAvailable.mockResolvedValueOnce(false).mockResolvedValueOnce(false)
  const box = openKeychain(platform)
  expect(await box.check()).toContain('not available')
  await expect(box.seal('x')).rejects.toMatchObject({ code: 'secrets-unavailable' })
})

test('says in words when the person refuses the keychain', async () => {
  safeStorage.encryptStringAsync.mockReset().mockRejectedValue(new Error('User canceled the operation. (-128)'))
  const box = openKeychain('darwin')
  expect(await box.check()).toContain('not available')
  await expect(box.seal('x')).rejects.toMatchObject({ code: 'secrets-unavailable', hint: expect.stringContaining('Unlock the keychain') as string })
})

test('says what to do when the keychain does not open what was sealed', async () => {
  safeStorage.decryptStringAsync.mockRejectedValueOnce(new Error('Error while decrypting'))
  await expect(openKeychain('darwin').open('eA==')).rejects.toMatchObject({ code: 'secrets-unavailable', hint: expect.stringContaining('Unlock the keychain') as string })
})
