import { createHash, randomBytes } from 'node:crypto'
import { SecretId } from '../../shared/certificate.ts'
import { HomeportError } from '../../shared/errors.ts'
import { isSshUrl, sshEndpoint, SshPublicKey } from '../../shared/git-source.ts'
import type { Resources } from '../resources.ts'
import type { Session } from '../ssh/session.ts'
import { hosterOf } from './git-hosters.ts'

export interface GitHostKey { readonly publicKey: SshPublicKey; /** `SHA256:...`, as ssh shows it. */ readonly sha256: string; /** The hoster whose published key it is. */ readonly knownAs: string | null }

const notInstalled = 4
/** What git-host-keys.sh tells by its exit code. */
const unreachable: Readonly<Record<number, readonly [message: string, hint: string]>> = {
  5: ['Your server finds no git server of this name.', 'Check the address for a typing error.'],
  6: ['The git server did not answer.', 'Check the address and its port, and whether the git server can be reached from outside.'],
  7: ['The git server takes no connections at this port.', 'Check the address and its port. A port other than 22 is written as in ssh://git@example.org:2222/you/site.git.'],
  8: ['What answers at this address is not an ssh server.', 'Check the address and its port.'],
}

/** Makes a key pair on the server for reading one repository. Throws `unsupported-server` where ssh is not installed. */
export async function makeDeployKey(session: Session, resources: Resources): Promise<{ secret: SecretId; publicKey: SshPublicKey }> {
  const secret = SecretId.parse(`s${randomBytes(16).toString('hex')}`)
  const script = `${resources.text('commands/make-deploy-key.sh')}\n${resources.text('commands/keep-secret.sh')}`
  const answer = await session.run({ name: 'make-deploy-key', script, args: [secret], expectedExitCodes: [0, notInstalled], timeoutMs: 30_000 })
  if (answer.exitCode === notInstalled) throw sshMissing()
  const publicKey = SshPublicKey.safeParse(answer.stdout.toString('utf8').trim().split(' ').slice(0, 2).join(' '))
  if (!publicKey.success) throw new HomeportError('unreadable-answer', 'Your server made no key that can be read.', { hint: 'Try again.' })
  return { secret, publicKey: publicKey.data }
}

/** The host keys that a git server shows to this server, each type once. Throws `input-invalid` with the field `source.url`. */
export async function gitHostKeys(session: Session, url: string, resources: Resources): Promise<GitHostKey[]> {
  if (!isSshUrl(url)) throw refused('This address has no key to check: it is not one with ssh.', 'Take the address that begins with git@ or ssh://.')
  const { host, port } = sshEndpoint(url)
  const answer = await session.run({
    name: 'git-host-keys', script: resources.text('commands/git-host-keys.sh'), args: [host, String(port)],
    expectedExitCodes: [0, notInstalled, ...Object.keys(unreachable).map(Number)], timeoutMs: 45_000,
  })
  if (answer.exitCode === notInstalled) throw sshMissing()
  const [message, hint] = unreachable[answer.exitCode] ?? []
  if (message !== undefined) throw refused(message, hint ?? '', answer.stderr)
  const keys = parseHostKeys(answer.stdout.toString('latin1'))
  if (keys.length === 0) throw refused('The git server shows no key of a kind that is safe today.', 'Whoever runs it has to give it a key of type ed25519, ecdsa or rsa.', answer.stderr)
  return keys
}

/** Lines of ssh-keyscan(1): host, type and key. Whatever is not exactly that is left out. */
export function parseHostKeys(text: string): GitHostKey[] {
  const keys = new Map<string, GitHostKey>()
  for (const line of text.split('\n')) {
    const [host = '', type = '', base64 = '', ...more] = line.trimEnd().split(' ')
    const publicKey = SshPublicKey.safeParse(`${type} ${base64}`)
    if (host.startsWith('#') || more.length > 0 || !publicKey.success || keys.has(type)) continue
    const blob = Buffer.from(base64, 'base64')
    // The type stands in the key once more (RFC 4253 6.6): one that says otherwise is no key.
    const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0
    if (blob.subarray(4, 4 + length).toString('latin1') !== type) continue
    const sha256 = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
    keys.set(type, { publicKey: publicKey.data, sha256, knownAs: hosterOf(sha256) })
  }
  return [...keys.values()]
}

function refused(message: string, hint: string, detail = ''): HomeportError {
  return new HomeportError('input-invalid', message, { hint, fields: { 'source.url': message }, ...(detail.trim() === '' ? {} : { detail: detail.trim().slice(0, 2000) }) })
}

function sshMissing(): HomeportError {
  return new HomeportError('unsupported-server', 'The ssh program is not installed on your server yet.', { hint: 'Set up the server first (or install openssh-client), then try again.' })
}
