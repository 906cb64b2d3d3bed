import { z } from 'zod'
import { Domain, toAsciiDomain } from '../../shared/domain.ts'
import { toMailAddress, type MailDomain } from '../../shared/mail.ts'
import { linesOf } from './mail-alias-draft.ts'

/** What holds for a mail domain as a whole, as it is typed; lists one on each line. */
export interface DomainValues {
  readonly domain: string
  readonly catchAll: string
  readonly preference?: number | undefined
  readonly policy: 'off' | 'testing' | 'enforce'
  readonly others: string
  readonly tlsReports: string
}

/** All of a mail domain but its aliases. */
export type DomainRules = Omit<MailDomain, 'aliases'>

export function domainValues(domain: DomainRules | null): DomainValues {
  return { domain: domain?.domain ?? '', catchAll: domain?.catchAll?.join('\n') ?? '', preference: domain?.preference, policy: domain?.mtaSts?.mode ?? 'off', others: domain?.mtaSts?.others?.join('\n') ?? '', tlsReports: domain?.tlsReports ?? '' }
}

/** Of values that `domainSchema` has found right. */
export function domainRules({ domain, catchAll, preference, policy, others, tlsReports }: DomainValues): DomainRules {
  const targets = linesOf(catchAll)
  const servers = linesOf(others)
  return {
    domain: Domain.parse(domain),
    ...(targets.length === 0 ? {} : { catchAll: targets }),
    ...(preference === undefined ? {} : { preference }),
    ...(policy === 'off' ? {} : { mtaSts: { mode: policy, ...(servers.length === 0 ? {} : { others: servers.map((name) => Domain.parse(name)) }) } }),
    ...(tlsReports.trim() === '' ? {} : { tlsReports: tlsReports.trim() }),
  }
}

/** Says at each field what is wrong. `taken`: domains that the server takes mail for already. */
export function domainSchema(taken: readonly string[]) {
  return z.object({ domain: z.string(), catchAll: z.string(), preference: z.number().int().min(0).max(65_535).optional(), policy: z.enum(['off', 'testing', 'enforce']), others: z.string(), tlsReports: z.string() }).superRefine(({ domain, catchAll, policy, others, tlsReports }, context) => {
    const say = (path: keyof DomainValues, message: string): void => context.addIssue({ code: 'custom', path: [path], message })
    const name = Domain.safeParse(domain)
    if (!name.success) say('domain', name.error.issues[0]?.message ?? '')
    if (taken.includes(toAsciiDomain(domain) ?? '')) say('domain', 'This server takes mail for this domain already.')
    const wrong = linesOf(catchAll).find((line) => toMailAddress(line) === null)
    if (wrong !== undefined) say('catchAll', `${wrong} is not an address that mail can be forwarded to.`)
    const wrongServer = policy === 'off' ? undefined : linesOf(others).find((line) => !Domain.safeParse(line).success)
    if (wrongServer !== undefined) say('others', `${wrongServer} is not the name of a mail server, such as mx2.example.org.`)
    if (policy !== 'off' && linesOf(others).length > 10) say('others', 'A policy names up to 10 other mail servers.')
    if (tlsReports.trim() !== '' && toMailAddress(tlsReports) === null) say('tlsReports', 'Type a whole address, such as anna@example.org.')
  })
}
