import { safeStorage } from 'electron'
import { HomeportError } from '../../shared/errors.ts'
import type { SecretBox } from '../store/secret-box.ts'

const noKeyring = 'This system has no keychain that Homeport can use (GNOME Keyring or KWallet), so passwords are kept only until Homeport ends.'
const lockedKeychain = 'The keychain of this system is not available, so passwords are kept only until Homeport ends.'

/** The system's keychain, after the app is ready. Where it cannot protect anything, it is not used. */
export async function openKeychain(platform: NodeJS.Platform = process.platform): Promise<SecretBox> {
  // With these, Chromium encrypts by a key that stands in its source: that protects nothing.
  if (platform === 'linux' && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend())) return closedBox(noKeyring)
  if (!await safeStorage.isAsyncEncryptionAvailable()) return closedBox(lockedKeychain)
  return {
    available: true,
    note: '',
    seal: async (text) => (await safeStorage.encryptStringAsync(text)).toString('base64'),
    async open(sealed) {
      try {
        return (await safeStorage.decryptStringAsync(Buffer.from(sealed, 'base64'))).result
      } catch (cause) {
        throw new HomeportError('secrets-unavailable', 'The keychain of this system could not open what Homeport keeps there.', { hint: 'Unlock the keychain and try again, or type the password once more.', cause })
      }
    },
  }
}

function closedBox(note: string): SecretBox {
  const refuse = () => Promise.reject(new HomeportError('secrets-unavailable', note))
  return { available: false, note, seal: refuse, open: refuse }
}
