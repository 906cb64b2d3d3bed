import type { Facts } from './facts.ts'
import { submissionPort } from '../../shared/mail.ts'

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
