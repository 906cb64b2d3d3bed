import { z } from 'zod'

/**
 * The reason why a git URL is refused, or null if it can be used.
 * Only http and https: other transports (`ext::`, `file:`, `ssh:`) run programs or read the server's own files.
 */
export function gitUrlProblem(input: string): string | null {
  const value = input.trim()
  if (value === '') return 'Paste the address of the repository, such as https://codeberg.org/you/site.git.'
  if (value.length > 1000) return 'This address is too long.'
  // oxlint-disable-next-line no-control-regex
  if (/[\s\u0000-\u001f\u007f"'`\\<>^{|}]/.test(value)) return 'The address of a repository has no spaces or quotation marks.'
  if (/^(ssh:\/\/|[\w.-]+@[\w.-]+:)/.test(value)) return 'Addresses with ssh need a key on the server. Use the https:// address of the repository.'
  if (!/^https?:\/\//i.test(value)) return 'The address must begin with https:// (or http://).'
  if (!URL.canParse(value)) return 'This is not an address of a repository.'
  const url = new URL(value)
  if (url.username !== '' || url.password !== '') return 'Leave out the user name and password: they would be stored readably on the server.'
  if (url.hash !== '') return 'Leave out the part after #. The branch has its own field.'
  if (url.pathname === '/' || url.pathname === '') return 'The address names a server but no repository.'
  return null
}

/** A git URL over http or https; parsing gives it in normal form (punycode host, escaped path). */
export const GitUrl = z.string().transform((value, context) => {
  const problem = gitUrlProblem(value)
  if (problem === null) return new URL(value.trim()).href
  context.addIssue({ code: 'custom', message: problem })
  return z.NEVER
})

/** True for names that git takes as a branch. Source: git-check-ref-format(1), and narrower: printable ASCII without shell specials. */
export function isBranchName(value: string): boolean {
  if (!/^[A-Za-z0-9._/+@#=-]{1,200}$/.test(value)) return false
  if (value.startsWith('-') || value === '@' || value === 'HEAD' || value.includes('..') || value.includes('@{') || value.includes('//')) return false
  return value.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.') && !part.endsWith('.lock'))
}

export const Branch = z.string().trim().refine(isBranchName, 'This is not a branch name. It is often main or master.')
