import { z } from 'zod'
import { SecretId } from './certificate.ts'

/** What someone types for ssh in git's short form: user@host:path. */
const shortForm = /^([^@:/]+)@([^@:/[\]]+):(?!\/\/)(.+)$/

/**
 * The reason why a git URL is refused, or null if it can be used.
 * Only http, https and ssh: other transports (`ext::`, `file:`) run programs or read the server's own files.
 */
export function gitUrlProblem(input: string): string | null {
  const value = input.trim()
  if (value === '') return 'Paste the address of the repository, such as https://codeberg.org/you/site.git.'
  if (value.length > 1000) return 'This address is too long.'
  // oxlint-disable-next-line no-control-regex
  if (/[\s\u0000-\u001f\u007f"'`\\<>^{|}]/.test(value)) return 'The address of a repository has no spaces or quotation marks.'
  const long = longForm(value)
  if (!/^(https?|ssh):\/\//i.test(long)) return 'The address must begin with https:// (or http:// or ssh://), or look like git@example.org:you/site.git.'
  if (!URL.canParse(long)) return 'This is not an address of a repository.'
  const url = new URL(long)
  if (url.protocol === 'ssh:') return sshProblem(url)
  if (url.username !== '' || url.password !== '') return 'Leave out the user name and password: they would be stored readably on the server.'
  if (url.hash !== '') return 'Leave out the part after #. The branch has its own field.'
  if (url.pathname === '/' || url.pathname === '') return 'The address names a server but no repository.'
  return null
}

/**
 * ssh is told the user, the host and the port, and git undoes escapes in all parts of the address before that: none of them may be
 * an option or a command, or become one (CVE-2017-1000117). Narrower than what git takes, and wide enough for every hoster.
 */
function sshProblem(url: URL): string | null {
  if (url.password !== '') return 'Leave out the password: it would be stored readably on the server.'
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,62}$/.test(url.username)) return 'An address with ssh names its user, which is nearly always git: ssh://git@example.org/you/site.git.'
  if (sshHost(url.hostname) === null || url.port === '0') return 'This is not the name of a git server.'
  if (url.hash !== '' || url.search !== '') return 'Leave out the part after # or ?. The branch has its own field.'
  if (/^\/*$/.test(url.pathname)) return 'The address names a server but no repository.'
  if (!/^(\/[A-Za-z0-9~._+@][A-Za-z0-9~._+@-]*)+\/?$/.test(url.pathname)) return 'The path of a repository with ssh has letters, digits and . _ ~ + @ - only, and none of its parts begins with a hyphen.'
  return null
}

/** A host in the form in which ssh and its known_hosts have it, or null. URL leaves the host of ssh:// as it is typed, so it is read as that of a web address. */
function sshHost(typed: string): string | null {
  // An escape would be undone by URL here, and is nothing that a host has.
  const ascii = typed.replace(/(?:%[89a-f][0-9a-f])+/gi, (bytes) => decodeBytes(bytes))
  if (/%/.test(ascii) || !URL.canParse(`http://${ascii}/`)) return null
  const host = new URL(`http://${ascii}/`).hostname
  return /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*|\[[0-9a-f:]+\])$/.test(host) ? host : null
}

/** URL escapes letters beyond ASCII in such a host. */
function decodeBytes(escaped: string): string {
  try {
    return decodeURIComponent(escaped)
  } catch {
    return '%'
  }
}

function longForm(value: string): string {
  const [, user = '', host = '', path = ''] = shortForm.exec(value) ?? []
  return host === '' ? value : `ssh://${user}@${host}/${path.replace(/^\/+/, '')}`
}

function normalForm(value: string): string {
  const url = new URL(longForm(value))
  if (url.protocol !== 'ssh:') return url.href
  return `ssh://${url.username}@${sshHost(url.hostname) ?? ''}${['', '22'].includes(url.port) ? '' : `:${url.port}`}${url.pathname}`
}

/** A git URL over http, https or ssh; parsing gives it in normal form (punycode host, escaped path, ssh:// and not user@host:path). */
export const GitUrl = z.string().transform((value, context) => {
  const problem = gitUrlProblem(value)
  if (problem === null) return normalForm(value.trim())
  context.addIssue({ code: 'custom', message: problem })
  return z.NEVER
})

export function isSshUrl(url: string): boolean {
  return longForm(url.trim()).toLowerCase().startsWith('ssh://')
}

/** Whether an address, as it is typed, is one at which anybody on the way can put in other files. */
export function isPlainHttp(url: string): boolean {
  return /^http:/i.test(url.trim())
}

/** Host (IPv6 without brackets) and port that ssh is told for an address in normal form. */
export function sshEndpoint(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 22 : Number(port) }
}

/** A public key as ssh writes it: type and base64, nothing else (RFC 4253 6.6, RFC 8709). */
export const SshPublicKey = z.string().regex(/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]{40,1400}={0,3}$/, 'This is not a public key of ssh.')
export type SshPublicKey = z.infer<typeof SshPublicKey>

/** Over ssh: the key that the server made for this repository alone, and the host keys of the git server that a person agreed to. */
export const DeployKey = z.strictObject({ secret: SecretId, publicKey: SshPublicKey, hostKeys: z.array(SshPublicKey).min(1, 'Check the key of the git server first.').max(8) })
export type DeployKey = z.infer<typeof DeployKey>

/** True for names that git takes as a branch. Source: git-check-ref-format(1), and narrower: printable ASCII without shell specials. */
export function isBranchName(value: string): boolean {
  if (!/^[A-Za-z0-9._/+@#=-]{1,200}$/.test(value)) return false
  if (value.startsWith('-') || value === '@' || value === 'HEAD' || value.includes('..') || value.includes('@{') || value.includes('//')) return false
  return value.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.') && !part.endsWith('.lock'))
}

export const Branch = z.string().trim().refine(isBranchName, 'This is not a branch name. It is often main or master.')
