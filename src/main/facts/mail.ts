import { submissionPort, type MailData } from '../../shared/mail.ts'
import type { Facts } from './facts.ts'
import type { Section } from './sections.ts'

const smtpPort = 25

/** The program, other than Homeport's mail server, that has the port for mail already; null where none has. */
export function mailPortHolder({ listeners, units }: Pick<Facts, 'listeners' | 'units'>): string | null {
  if (units.get('homeport-mail.service')?.active === 'active') return null
  const other = listeners.find(({ protocol, port }) => protocol === 'tcp' && port === smtpPort)
  return other === undefined ? null : other.process || 'another program'
}

/** The program that listens everywhere at the port at which programs of sites send mail; null where none does. The mail server itself never does. */
export function submissionPortHolder({ listeners }: Pick<Facts, 'listeners'>): string | null {
  const other = listeners.find(({ protocol, address, port }) => protocol === 'tcp' && port === submissionPort && ['*', '0.0.0.0', '::'].includes(address.replace(/[[\]]/g, '')))
  return other === undefined ? null : other.process || 'another program'
}

/** `<messages that wait> <seconds of the oldest>` of the mail server's folder; null where there is none. */
export function parseMailData(section: Section | undefined): MailData | null {
  if (section === undefined || section.content.length === 0) return null
  const [, waiting, oldest] = /^(\d{1,9}) (\d{1,11})$/.exec(section.content.toString('latin1')) ?? []
  if (section.exitCode !== 0 || waiting === undefined) return { waiting: null, oldest: null }
  return { waiting: Number(waiting), oldest: Number(oldest) === 0 ? null : Number(oldest) * 1000 }
}
