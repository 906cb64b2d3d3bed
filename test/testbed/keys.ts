/** SSH keys of a test server: made anew for each, so that none is ever trusted by accident. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory } from './cache.ts'
import { output } from './command.ts'

export interface KeyPair {
  /** OpenSSH format, no passphrase. */
  readonly privateKey: string
  /** One line of authorized_keys. */
  readonly publicKey: string
  /** As ssh prints it: `SHA256:...`. */
  readonly sha256: string
}

export async function makeKeyPair(comment: string): Promise<KeyPair> {
  const directory = await mkdtemp(join(await cacheDirectory('keys'), 'pair-'))
  try {
    const path = join(directory, 'key')
    await output('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path])
    const printed = await output('ssh-keygen', ['-l', '-E', 'sha256', '-f', `${path}.pub`])
    const sha256 = printed.split(' ')[1] ?? ''
    return { privateKey: await readFile(path, 'utf8'), publicKey: (await readFile(`${path}.pub`, 'utf8')).trim(), sha256 }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
