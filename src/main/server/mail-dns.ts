import { dkimSelector, type MailDnsReport } from '../../shared/mail.ts'
import { HomeportError } from '../../shared/errors.ts'
import { mailSenders } from '../../shared/spec.ts'
import type { MailQuestion } from '../dns/mail-records.ts'
import type { Facts } from '../facts/facts.ts'
import { watchMail } from '../dns/mail-watch.ts'
import type { Resources } from '../resources.ts'
import type { Session } from '../ssh/session.ts'
import { publicAddresses } from './dns-watch.ts'
import { gather } from './gather.ts'

export interface MailDnsOptions {
  readonly session: Session
  readonly domain: string
  /** Names of the person's other mail servers, which may take mail for the domain too. */
  readonly others: readonly string[]
  readonly resources: Resources
  readonly resolvers: readonly string[]
  readonly signal: AbortSignal
  readonly emit: (report: MailDnsReport) => Promise<void>
}

const usualPreference = 10

/** The records that a mail domain needs, or one that programs send as, and what is there, until the signal. */
export async function watchMailDns({ session, domain, others, resources, resolvers, signal, emit }: MailDnsOptions): Promise<void> {
  const facts = await gather(session, resources, { updates: 'without' })
  await watchMail(questionOf(facts, domain, publicAddresses(facts, session.host), others), { resolvers, signal, emit })
}

/** What is asked about a domain that mail is taken for, or that programs of the server send as. Throws `input-invalid` where it is neither. */
function questionOf({ spec, mailKey }: Pick<Facts, 'spec' | 'mailKey'>, domain: string, expected: MailQuestion['expected'], others: readonly string[]): MailQuestion {
  const mail = spec?.mail
  const taken = mail?.domains.find((one) => one.domain === domain)
  const isSending = spec !== null && mailSenders(spec).some(({ domains }) => domains.includes(domain))
  if (mail === undefined || (taken === undefined && !isSending)) throw new HomeportError('input-invalid', `This server takes no mail for ${domain}.`, { hint: 'It may have been removed from another computer. Look at the list of domains again.' })
  const key = { selector: dkimSelector(mail.hostname), key: mailKey }
  return {
    domain, hostname: mail.hostname, isTaken: taken !== undefined, preference: taken?.preference ?? usualPreference, mtaSts: taken?.mtaSts, tlsReports: taken?.tlsReports,
    others: [...others, ...(taken?.mtaSts?.others ?? [])], expected,
    ...(isSending ? { sending: key } : {}), ...(mail.smarthost === undefined ? {} : { smarthost: mail.smarthost.host }), ...(mail.rspamd === true && taken !== undefined ? { seal: key } : {}),
  }
}
