import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type ParsedKey } from 'ssh2'
import { HomeportError } from '../../shared/errors.ts'
import type { Secret } from './secret.ts'

/** ssh2 tells an encrypted key from a broken one only by its message, in every format it reads. */
const needsPassphrase = /no passphrase given/

/** `~/` as people write it in ssh's configuration. */
export function expandHome(path: string, home = homedir()): string {
  return path === '~' ? home : path.startsWith('~/') || path.startsWith('~\\') ? join(home, path.slice(2)) : path
}

/** Reads a private key from a file. Throws `key-file-unreadable`, `key-file-invalid`, `passphrase-needed` or `passphrase-wrong`. */
export async function readKeyFile(path: string, passphrase: Secret | undefined): Promise<ParsedKey> {
  const content = await readFile(expandHome(path)).catch((cause: NodeJS.ErrnoException) => {
    throw keyFileUnreadable(path, cause)
  })
  return parsePrivateKey(content, path, passphrase)
}

/**
 * Reads a private key; `path` names it in messages. Tried without the passphrase first: that needs no key derivation
 * (up to a second of computing), and tells an encrypted key from one that is not a key.
 */
export function parsePrivateKey(content: Buffer | string, path: string, passphrase: Secret | undefined): ParsedKey {
  const plain = firstKey(ssh2.utils.parseKey(content))
  if (!(plain instanceof Error)) {
    if (!plain.isPrivateKey()) throw keyFileInvalid(path, 'It holds the public half of a key.')
    return plain
  }
  if (!needsPassphrase.test(plain.message)) throw keyFileInvalid(path, plain.message)
  if (passphrase === undefined) {
    throw new HomeportError('passphrase-needed', `The key ${path} is protected by a passphrase.`, { hint: 'Type the passphrase of this key.' })
  }
  const opened = firstKey(ssh2.utils.parseKey(content, passphrase.reveal()))
  if (opened instanceof Error) {
    throw new HomeportError('passphrase-wrong', `This is not the passphrase of the key ${path}.`, { hint: 'Type the passphrase again. It belongs to the key file, not to the server.', detail: opened.message })
  }
  return opened
}

/** OpenSSH's format may hold several keys, and ssh2 then gives a list, which its types do not say. */
function firstKey(parsed: ParsedKey | Error | (ParsedKey | Error)[]): ParsedKey | Error {
  return Array.isArray(parsed) ? (parsed[0] ?? new Error('The file holds no key.')) : parsed
}

function keyFileUnreadable(path: string, cause: NodeJS.ErrnoException): HomeportError {
  const reason = cause.code === 'ENOENT' ? 'There is no such file.' : cause.code === 'EACCES' || cause.code === 'EPERM' ? 'You may not read it.' : cause.code === 'EISDIR' ? 'It is a folder.' : cause.message
  return new HomeportError('key-file-unreadable', `The key file ${path} cannot be read. ${reason}`, { hint: 'Choose the file of your private key; it is often ~/.ssh/id_ed25519.', detail: cause.message, cause })
}

function keyFileInvalid(path: string, reason: string): HomeportError {
  return new HomeportError('key-file-invalid', `${path} is not a private key that Homeport can use.`, {
    hint: 'Choose the private key: the file without .pub at its end, in the format of OpenSSH, PEM or PuTTY. A key on a security stick works through the SSH agent.', detail: reason,
  })
}
