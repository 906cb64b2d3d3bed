/** What a test server finds on its disk at its first start, as one tar for `docker cp`. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pack } from 'tar-stream'
import { readAptOptions, readLocalAuthorities, readResolvConf } from './host-quirks.ts'
import type { KeyPair } from './keys.ts'

interface ServerFile {
  readonly name: string
  readonly content: string
  readonly mode: number
}

export interface Identity {
  readonly hostKey: KeyPair
  /** The key that logs in as root. */
  readonly userKey: KeyPair
  /** URL of the Docker Hub mirror, where there is one. */
  readonly mirror?: string
}

export async function packServerFiles(identity: Identity): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: 'root/.ssh', type: 'directory', mode: 0o700 })
  for (const file of await listServerFiles(identity)) {
    tar.entry({ name: file.name, mode: file.mode, mtime: new Date() }, file.content)
  }
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function listServerFiles(identity: Identity): Promise<readonly ServerFile[]> {
  const [init, aptOptions, authorities, resolvConf] = await Promise.all([
    readFile(join(import.meta.dirname, 'vps', 'init.sh'), 'utf8'),
    readAptOptions(),
    readLocalAuthorities(),
    readResolvConf(),
  ])
  const files: ServerFile[] = [
    { name: 'sbin/testbed-init', content: init, mode: 0o755 },
    { name: 'etc/machine-id', content: `${randomBytes(16).toString('hex')}\n`, mode: 0o444 },
    { name: 'etc/ssh/ssh_host_ed25519_key', content: identity.hostKey.privateKey, mode: 0o600 },
    { name: 'etc/ssh/ssh_host_ed25519_key.pub', content: `${identity.hostKey.publicKey}\n`, mode: 0o644 },
    { name: 'root/.ssh/authorized_keys', content: `${identity.userKey.publicKey}\n`, mode: 0o600 },
  ]
  if (aptOptions.length > 0) files.push(textFile('etc/apt/apt.conf.d/99testbed-host', aptOptions.join('\n')))
  if (authorities.length > 0) files.push(textFile('etc/testbed/authorities.crt', authorities.join('\n')))
  if (resolvConf) files.push(textFile('etc/testbed/resolv.conf', resolvConf))
  // Stands for a provider's own Docker settings: the product has to merge with them.
  if (identity.mirror) {
    // BuildKit asks a mirror by https, whatever its address says, unless it is named once more.
    files.push(textFile('etc/docker/daemon.json', JSON.stringify({ 'registry-mirrors': [identity.mirror], 'insecure-registries': [new URL(identity.mirror).host] }, null, 2)))
  }
  return files
}

function textFile(name: string, content: string): ServerFile {
  return { name, content: `${content}\n`, mode: 0o644 }
}
