import { beforeEach, expect, test, vi } from 'vitest'
import { openKeychain } from '../../src/main/electron/keychain.ts'
import { safeStorage } from './electron-double.ts'

vi.mock('electron', () => import('./electron-double.ts'))

beforeEach(() => { vi.clearAllMocks() })

test('seals and opens by the keychain of the system', async () => {
  const box = await openKeychain('linux')
  expect(box).toMatchObject({ available: true, note: '' })
  const sealed = await box.seal('pässword')
  expect(sealed).toMatch(/^[A-Za-z0-9+/]+=*$/)
  expect(sealed).not.toContain('pässword')
  expect(await box.open(sealed)).toBe('pässword')
})

test.each(['basic_text', 'unknown'])('refuses the backend %s of Linux, which protects nothing', async (backend) => {
  safeStorage.getSelectedStorageBackend.mockReturnValueOnce(backend)
  const box = await openKeychain('linux')
  expect(box.available).toBe(false)
  expect(box.note).toContain('only until Homeport ends')
  await expect(box.seal('x')).rejects.toMatchObject({ code: 'secrets-unavailable' })
  await expect(box.open('x')).rejects.toMatchObject({ code: 'secrets-unavailable' })
  expect(safeStorage.encryptStringAsync).not.toHaveBeenCalled()
})

test.each(['linux', 'darwin', 'win32'] as const)('keeps nothing on %s where the keychain is not available', async (platform) => {
  safeStorage.isAsyncEncryptionAvailable.mockResolvedValueOnce(false)
  const box = await openKeychain(platform)
  expect(box.available).toBe(false)
  await expect(box.seal('x')).rejects.toMatchObject({ code: 'secrets-unavailable' })
})

test('does not ask macOS and Windows for the backend, which only Linux has', async () => {
  expect((await openKeychain('darwin')).available).toBe(true)
  expect((await openKeychain('win32')).available).toBe(true)
  expect(safeStorage.getSelectedStorageBackend).not.toHaveBeenCalled()
})

test('says what to do when the keychain does not open what was sealed', async () => {
  safeStorage.decryptStringAsync.mockRejectedValueOnce(new Error('Error while decrypting'))
  const box = await openKeychain('darwin')
  await expect(box.open('eA==')).rejects.toMatchObject({ code: 'secrets-unavailable', hint: expect.stringContaining('Unlock the keychain') as string })
})
