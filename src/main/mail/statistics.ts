import type { MailCounts, MailStatistics } from '../../shared/mail.ts'
import { HomeportError } from '../../shared/errors.ts'
import type { Resources } from '../resources.ts'
import type { Session } from '../ssh/session.ts'

/** How much came and went in the last 24 hours and 30 days, counted on the server from its journal. Throws the codes of `Session.run` and `unreadable-answer`. */
export async function readStatistics(session: Session, resources: Resources): Promise<MailStatistics> {
  const { stdout } = await session.run({ name: 'mail-statistics', script: resources.text('commands/mail-statistics.sh'), timeoutMs: 120_000 })
  return parseStatistics(stdout.toString('utf8'))
}

/** The answer of mail-statistics.sh. */
export function parseStatistics(text: string): MailStatistics {
  const [day = '', month = '', since = ''] = text.split('\n')
  const first = Number.parseFloat(since)
  return { day: parseCounts(day), month: parseCounts(month), since: first > 0 ? first * 1000 : null }
}

function parseCounts(line: string): MailCounts {
  const numbers = line.split(' ').map(Number)
  const [received, delivered, deferred, bounced, refused] = numbers
  if (received === undefined || delivered === undefined || deferred === undefined || bounced === undefined || refused === undefined || !numbers.every(Number.isSafeInteger)) throw new HomeportError('unreadable-answer', 'The server did not say how much mail came and went.', { hint: 'Try again in a moment.', detail: line.slice(0, 200) })
  return { received, delivered, deferred, bounced, refused }
}
