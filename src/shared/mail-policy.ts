/** What a mail domain says to other mail servers about TLS: a policy (MTA-STS, RFC 8461), and where reports go (TLS-RPT, RFC 8460). */
import { z } from 'zod'
import { Domain } from './domain.ts'

export const MtaSts = z.strictObject({
  /** `testing`: whoever finds fault delivers all the same, and reports it. `enforce`: mail comes over TLS with a right certificate, or not at all. */
  mode: z.enum(['testing', 'enforce']),
  /** Other mail servers that take mail for the domain; where the policy does not name them, nothing is brought to them. */
  others: z.array(Domain).min(1).max(10, 'A policy names up to 10 other mail servers.').optional(),
})
export type MtaSts = z.infer<typeof MtaSts>

/** Where the policy of a domain is asked for (RFC 8461, 3.3). */
export const policyHost = (domain: string): string => `mta-sts.${domain}`
export const policyPath = '/.well-known/mta-sts.txt'

/** How long a policy is remembered, in seconds: briefly while it is tried out. */
const maxAge: Readonly<Record<MtaSts['mode'], number>> = { testing: 86_400, enforce: 604_800 }

/** The policy as others read it (RFC 8461, 3.2). `hostname`: the mail server's name. */
export function policyText(hostname: string, { mode, others = [] }: MtaSts): string {
  return ['version: STSv1', `mode: ${mode}`, ...[...new Set([hostname, ...others])].map((name) => `mx: ${name}`), `max_age: ${maxAge[mode]}`, ''].join('\n')
}
