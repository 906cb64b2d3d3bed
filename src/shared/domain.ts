import { z } from 'zod'

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
/** Letters only, or an A-label; never ending like the `-pull` of one of our unit names. */
const topLevel = /^(?!.*-(pull|build|blue|green)$)([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/
/** What may stand in a typed domain: anything else is refused before the URL parser could drop or rewrite it. */
const typed = /^[\p{L}\p{M}\p{N}.\-。]+$/u

/**
 * The ASCII (A-label) form of a typed domain name, or null if it is not one.
 * Accepts Unicode, upper case and one trailing dot; refuses addresses, schemes, ports, paths and single labels.
 * Source: RFC 1035 2.3.4 (lengths), RFC 5890 (A-labels), WHATWG URL (UTS 46 mapping).
 */
export function toAsciiDomain(input: string): string | null {
  const trimmed = input.trim().replace(/\.$/, '')
  if (!typed.test(trimmed)) return null
  if (!URL.canParse(`http://${trimmed}/`)) return null
  const ascii = new URL(`http://${trimmed}/`).hostname
  const labels = ascii.split('.')
  // 200 and not 253: the name becomes part of unit and file names, which end at 255.
  if (ascii.length > 200 || labels.length < 2) return null
  if (!labels.every((part) => label.test(part)) || !topLevel.test(labels.at(-1) ?? '')) return null
  return ascii
}

/** A domain name; parsing gives its ASCII form. */
export const Domain = z.string().max(300, 'A domain name has at most 253 characters.').transform((value, context) => {
  const ascii = toAsciiDomain(value)
  if (ascii !== null) return ascii
  context.addIssue({ code: 'custom', message: domainProblem(value) })
  return z.NEVER
})

/** Says why a typed value is not a domain name, and what to type instead. */
export function domainProblem(input: string): string {
  const value = input.trim()
  if (value === '') return 'Type the domain of the site, such as example.org.'
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value) || value.includes('/')) return 'Type only the domain, without https:// and without a path.'
  if (value.startsWith('*')) return 'A site has one domain; names with * are not possible here.'
  if (/:\d+$/.test(value)) return 'Type the domain without a port.'
  if (/^\d+(\.\d+){3}$/.test(value)) return 'This is an address. A site needs a domain name, such as example.org.'
  if (/\s/.test(value)) return 'A domain name has no spaces.'
  if (!value.includes('.')) return 'A domain has at least two parts, such as example.org.'
  if (value.length > 200) return 'This domain is too long: Homeport takes up to 200 characters.'
  return 'This is not a domain name. Letters, digits, hyphens and dots are possible, such as my-site.example.org.'
}
