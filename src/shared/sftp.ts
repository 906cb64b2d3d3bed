import { z } from 'zod'
import { SshPublicKey } from './git-source.ts'

/** A person's public key, and what that person calls it. */
export const SftpKey = z.strictObject({
  name: z.string().trim().min(1, 'Say whose key it is, such as “Kim, laptop”.').max(100, 'Take a shorter name.').regex(/^[^\p{Cc}]*$/u, 'A name has no line breaks.'),
  key: SshPublicKey,
})
export type SftpKey = z.infer<typeof SftpKey>

/** All keys of one site. */
export const SftpKeys = z.array(SftpKey).max(20, 'A site takes up to 20 keys.').refine((keys) => new Set(keys.map(({ key }) => key)).size === keys.length, 'This key is there already.')

/** The user on the server who reaches the files of one site, and nothing else. */
export function sftpUser(site: { readonly slot: number }): string {
  return `site-${site.slot}`
}

export type ReadKey = { readonly kind: 'key'; readonly key: SshPublicKey; /** What the key calls itself, '' for nothing. */ readonly comment: string } | { readonly kind: 'problem'; readonly problem: string }

/**
 * Reads what a person pastes as a public key: OpenSSH's line (sshd(8), "AUTHORIZED_KEYS FILE FORMAT", without options), or
 * PuTTY's and WinSCP's own form (RFC 4716).
 */
export function readPublicKey(pasted: string): ReadKey {
  const text = pasted.trim()
  const refuse = (problem: string): ReadKey => ({ kind: 'problem', problem })
  if (text === '') return refuse('Paste a public key.')
  if (/BEGIN [A-Z0-9 ]*PRIVATE KEY|PuTTY-User-Key-File|^Private-Lines/m.test(text)) return refuse('This is a private key: it must never leave your computer, and nothing was done with it. Paste the public one, which is one line that begins with ssh-ed25519, ssh-rsa or ecdsa-sha2.')
  const found = text.startsWith('---- BEGIN SSH2 PUBLIC KEY') ? readSsh2(text) : readLine(text)
  if (found === null) return refuse('This is not a public key. It is one line that begins with ssh-ed25519, ssh-rsa or ecdsa-sha2.')
  if (found === 'lines') return refuse('Paste one key at a time, all of it in one line.')
  if (found.type === 'ssh-dss') return refuse('Keys of the kind DSA are no longer taken by any server. Make a new one of the kind Ed25519.')
  const key = SshPublicKey.safeParse(`${found.type} ${found.body}`)
  if (!key.success || typeInside(found.body) !== found.type) return refuse('This key is not whole. Copy it once more, from its beginning to its end.')
  if (found.type === 'ssh-rsa' && found.body.length < 340) return refuse('This RSA key is shorter than 2048 bits, which is not safe any more. Make a new one of the kind Ed25519.')
  return { kind: 'key', key: key.data, comment: found.comment.slice(0, 100) }
}

interface KeyParts { readonly type: string; readonly body: string; readonly comment: string }

function readLine(text: string): KeyParts | 'lines' | null {
  const match = /^((?:ssh|ecdsa|sk)-[a-z0-9@.-]+)\s+([A-Za-z0-9+/=]+)(?:[ \t]+([^\r\n]*))?([^]*)$/.exec(text)
  if (match === null) return null
  const [, type = '', body = '', comment = '', rest = ''] = match
  return rest.trim() === '' ? { type, body, comment: comment.trim() } : 'lines'
}

/** Headers until the first line without a colon; one ends with a backslash where it goes on (RFC 4716, 3.3). */
function readSsh2(text: string): KeyParts | null {
  const lines = text.replaceAll(/\\\r?\n/g, '').split(/\r?\n/).slice(1)
  const end = lines.findIndex((line) => line.startsWith('---- END SSH2 PUBLIC KEY'))
  if (end < 0) return null
  const isHeader = (line: string): boolean => line.includes(':')
  const comment = lines.find((line) => /^comment:/i.test(line))?.slice('comment:'.length).trim().replace(/^"(.*)"$/, '$1') ?? ''
  const body = lines.slice(0, end).filter((line) => !isHeader(line)).map((line) => line.trim()).join('')
  const type = typeInside(body)
  return type === null ? null : { type, body, comment }
}

/** The type that stands at the beginning of the key itself (RFC 4253, 6.6); null where it is damaged. */
function typeInside(body: string): string | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body) || body.length % 4 !== 0) return null
  const bytes = Uint8Array.from(atob(body), (character) => character.charCodeAt(0))
  // Fields, each after its length of 4 bytes: they fill the key exactly, or something is missing.
  const view = new DataView(bytes.buffer)
  const fields: Uint8Array[] = []
  let at = 0
  while (at + 4 <= bytes.length) {
    const length = view.getUint32(at)
    if (at + 4 + length > bytes.length) return null
    fields.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return at === bytes.length && fields.length >= 2 ? String.fromCharCode(...(fields[0] ?? [])) : null
}
