import type { Edit } from '../../shared/edit.ts'
import type { MailDomain, MailStatus } from '../../shared/mail.ts'

/** A server that could take mail for a domain too. */
export interface MailCopyTarget { readonly serverId: string; readonly name: string; readonly mail: MailStatus }

/** Whether mail for the domain is taken there already. */
export const hasDomain = ({ mail }: Pick<MailCopyTarget, 'mail'>, { domain }: Pick<MailDomain, 'domain'>): boolean => mail.domains.some((one) => one.domain === domain)

/** What makes another server take mail for a domain as this one does. */
export function copyEdit(domain: MailDomain, target: MailCopyTarget): Edit {
  // There it keeps its own rules: they were chosen for that server.
  if (hasDomain(target, domain)) return { kind: 'change-mail-aliases', domain: domain.domain, put: [...domain.aliases], remove: [], isWhole: true }
  // A domain has one policy, which is read from one server.
  const { mtaSts: _mtaSts, tlsReports: _tlsReports, ...rest } = domain
  return { kind: 'add-mail-domain', domain: { ...rest, preference: Math.min((domain.preference ?? usualPreference) + 10, 65_535) } }
}

const usualPreference = 10
