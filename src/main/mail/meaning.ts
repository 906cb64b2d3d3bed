import type { MailEvent } from '../../shared/mail.ts'

/** What an answer means for whoever sent the mail, in plain words and with what to do. By its enhanced status code (RFC 3463, IANA registry), which says more alike than words do. */
export function meaningOf({ kind, status, peer, to, answer }: Pick<MailEvent, 'kind' | 'status' | 'peer' | 'to' | 'answer'>): string {
  const who = peer === '' ? 'No server' : `The server ${peer.replace(/\[.*$/, '')}`
  if (kind === 'delivered') return `${who} has taken the mail for ${to ?? 'the address'}. If it is not in the inbox within minutes, look into the spam folder: what happens after this answer is decided there.`
  const [, subject = '', detail = ''] = status.split('.')
  const again = kind === 'deferred' ? ' It is tried again by itself for five days.' : ''
  return `${reasonFor(Number(subject), Number(detail), peer, answer)}${again}`
}

function reasonFor(subject: number, detail: number, peer: string, answer: string): string {
  if (peer === '' && subject === 4 && detail === 1) return /timed out/i.test(answer) ? 'The receiving server could not be reached. Very often the provider of your server blocks outgoing mail (port 25): ask it to open the port, or use a smarthost.' : 'The receiving server could not be reached.'
  if (peer === '' && subject === 4 && detail >= 3 && detail <= 4) return 'The domain of the address has no mail server in the DNS, or the DNS could not be asked. Check the address.'
  if (subject === 1) return 'The receiving server does not know this address. Check it for a typing mistake.'
  if (subject === 2 && detail === 2) return 'The mailbox is full.'
  if (subject === 2) return 'The mailbox does not take mail at the moment.'
  if (subject === 3 && detail === 4) return 'The message is too large for the receiving server.'
  if (subject === 4 && detail === 6) return 'The mail went in a circle. An address it is forwarded to forwards it back.'
  if (subject === 7 && (detail === 5 || detail === 0)) return 'The receiving server insists on encryption, and that did not work. With a smarthost: check its name and port.'
  if (subject === 7 && detail === 8) return 'The smarthost did not accept the user or the password. Enter them again.'
  if (subject === 7 && detail >= 23 && detail <= 26) return 'The receiving server wants the sender to be proved (SPF, DKIM, DMARC, name of the server). Look at the DNS records of this domain: all of them have to be right, the reverse DNS too.'
  if (subject === 7) return 'The receiving server refuses mail from your server, by its rules or for its reputation. New servers are often met with distrust: check that all DNS records are right, the reverse DNS too. Its own words say more, and where to ask.'
  return 'The receiving server does not take the mail now. Its own words say why.'
}
