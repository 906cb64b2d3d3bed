import { createDecipheriv, pbkdf2Sync } from 'node:crypto'

/**
 * On Linux, Chromium seals by a key that stands in its source where no keyring answers, and marks that with `v10`.
 * On macOS and Windows the same mark stands for a key of the system. Source: components/os_crypt, posix_key_provider.cc.
 */
const mark = Buffer.from('v10')
const blockBytes = 16

/** Whether anybody can open it: what Chromium of Linux gives (`sealed`, base64) where it has no keyring. */
export function isSealedByFixedKey(sealed: string): boolean {
  return Buffer.from(sealed, 'base64').subarray(0, mark.length).equals(mark)
}

/** Null where the fixed key does not fit, as for what was brought here from a Mac. */
export function openByFixedKey(sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64').subarray(mark.length)
  const decipher = createDecipheriv('aes-128-cbc', pbkdf2Sync('peanuts', 'saltysalt', 1, 16, 'sha1'), Buffer.alloc(blockBytes, ' '))
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat([decipher.update(bytes), decipher.final()]))
  } catch {
    return null // Its padding or its text is none: another key.
  }
}
