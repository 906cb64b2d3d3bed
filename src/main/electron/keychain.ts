import { safeStorage } from 'electron'
import { HomeportError } from '../../shared/errors.ts'
import type { SecretBox } from '../store/secret-box.ts'

const noKeyring = 'This system has no keychain that Homeport can use (GNOME Keyring or KWallet), so passwords are kept only until Homeport ends.'
const closedKeyring = 'The keychain of this system was not opened, so passwords are kept only until Homeport ends.'
const lockedKeychain = 'The keychain of this system is not available, so passwords are kept only until Homeport ends.'
const probe = 'homeport'
/** How Chromium of Linux marks what it sealed by a keyring (`v11`) or a desktop portal (`v12`); `v10` is the key in its source. */
const sealedByKeyring = /^v1[1-9]/

/** The system's keychain, after the app is ready. It is asked when something is to be kept, and never before the window is there. */
export function openKeychain(platform: NodeJS.Platform = process.platform): SecretBox {
  /** What was sealed, or in words why that would protect nothing. */
  async function trySealing(text: string): Promise<{ sealed: string } | { note: string; cause?: unknown }> {
    // With these, Chromium encrypts by a key that stands in its source: that protects nothing.
    if (platform === 'linux' && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend())) return { note: noKeyring }
    try {
      if (!await safeStorage.isAsyncEncryptionAvailable()) return { note: lockedKeychain }
      const sealed = await safeStorage.encryptStringAsync(text)
      // The backend goes by the desktop's name. Where its keyring does not answer, only the mark of what was sealed tells.
      if (platform === 'linux' && !sealedByKeyring.test(sealed.toString('latin1'))) return { note: closedKeyring }
      return { sealed: sealed.toString('base64') }
    } catch (cause) {
      return { note: lockedKeychain, cause }
    }
  }
  return {
    async check() {
      const tried = await trySealing(probe)
      return 'sealed' in tried ? null : tried.note
    },
    async seal(text) {
      const tried = await trySealing(text)
      if ('sealed' in tried) return tried.sealed
      throw new HomeportError('secrets-unavailable', tried.note, { hint: 'Unlock the keychain and try again.', cause: tried.cause })
    },
    async open(sealed) {
      try {
        return (await safeStorage.decryptStringAsync(Buffer.from(sealed, 'base64'))).result
      } catch (cause) {
        throw new HomeportError('secrets-unavailable', 'The keychain of this system could not open what Homeport keeps there.', {
          hint: 'Unlock the keychain and try again, or type the password once more.', cause,
        })
      }
    },
  }
}
