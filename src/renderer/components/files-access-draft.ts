import { z } from 'zod'
import type { Target } from '../../shared/connection.ts'
import type { FileAccess } from '../../shared/files.ts'
import { readPublicKey, SftpKey, sftpUser } from '../../shared/sftp.ts'
import type { Site } from '../../shared/spec.ts'

export interface SftpKeyValues { readonly name: string; readonly pasted: string }

/** The form for one more key. `there` are those that the site has. */
export function sftpKeySchema(there: readonly SftpKey[]) {
  return z.object({ name: z.string(), pasted: z.string() }).superRefine((values, context) => {
    const read = readPublicKey(values.pasted)
    const taken = read.kind === 'key' ? there.find(({ key }) => key === read.key) : undefined
    if (read.kind === 'problem') context.addIssue({ code: 'custom', path: ['pasted'], message: read.problem })
    else if (taken !== undefined) context.addIssue({ code: 'custom', path: ['pasted'], message: `This key is there already, as ${taken.name}.` })
    // A key without a name of its own needs one; a name that cannot be used is said whatever the key is.
    const name = SftpKey.shape.name.safeParse(nameOf(values))
    if (!name.success) context.addIssue({ code: 'custom', path: ['name'], message: name.error.issues[0]?.message ?? '' })
  })
}

/** What is typed, or else what the key calls itself. */
function nameOf({ name, pasted }: SftpKeyValues): string {
  const read = readPublicKey(pasted)
  return name.trim() !== '' || read.kind === 'problem' ? name : read.comment
}

/** The key of a form that passed. */
export function sftpKeyOf(values: SftpKeyValues): SftpKey {
  const read = readPublicKey(values.pasted)
  if (read.kind === 'problem') throw new Error(read.problem)
  return SftpKey.parse({ name: nameOf(values), key: read.key })
}

/** The address that programs and browsers take: sftp://site-3@server.example.org (port only where it is not 22). */
export function sftpLink(target: Pick<Target, 'host' | 'port'>, site: Pick<Site, 'slot'>): string {
  // A zone of a link-local address goes with an escaped % (RFC 6874).
  const host = target.host.includes(':') ? `[${target.host.replace('%', '%25')}]` : target.host
  return `sftp://${sftpUser(site)}@${host}${target.port === 22 ? '' : `:${target.port}`}/`
}

/** The fingerprint of a public key as `ssh-keygen -lf` and SFTP programs show it. */
export async function fingerprintOf({ key }: Pick<SftpKey, 'key'>): Promise<string> {
  const bytes = Uint8Array.from(atob(key.split(' ')[1] ?? ''), (character) => character.charCodeAt(0))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return `SHA256:${btoa(String.fromCharCode(...digest)).replace(/=+$/, '')}`
}

/** What a key opens, by the kind of files. */
export const accessWords: Readonly<Record<FileAccess, string>> = {
  data: 'Whoever has one sees and changes what the container keeps, and nothing else of the server.',
  pages: 'Whoever has one sees and changes the pages of this site, and nothing else of the server. A change is on the internet at once, until you publish again.',
  'pages-to-read': 'Whoever has one sees the pages of this site, and nothing else of the server. They cannot be changed there, because the next pull brings what is in the repository.',
}
