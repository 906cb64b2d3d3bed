import type { MailEvent } from '../../shared/mail.ts'
import { followLines, type FollowLinesOptions } from '../server/follow-lines.ts'
import { parseJournalLine } from '../server/logs.ts'
import type { RemoteCommand } from '../ssh/session.ts'
import { MailJournal } from './journal.ts'

/** Lines of the journal for one event, as a rule: connection, id, size, answers, end. */
const linesForEvent = 12

export interface FollowMailOptions extends Omit<FollowLinesOptions, 'command'> {
  /** Earlier events to begin with, roughly. */
  readonly events: number
}

/** What happens to mail, as it happens, in batches; goes on after a lost line without a gap and without a repetition. */
export async function* followMail(options: FollowMailOptions): AsyncGenerator<MailEvent[]> {
  const journal = new MailJournal()
  let cursor: string | null = null
  const command = (): RemoteCommand => ({
    name: 'follow-mail', script: 'exec journalctl "$@"',
    args: ['--follow', '--output=json', '--output-fields=MESSAGE', '--no-pager', cursor === null ? `--lines=${options.events * linesForEvent}` : `--after-cursor=${cursor}`, 'CONTAINER_TAG=homeport-mail', '_UID=0'],
  })
  for await (const followed of followLines({ ...options, command })) {
    if (followed.kind !== 'lines') continue
    const entries = followed.lines.map(parseJournalLine).filter((entry) => entry !== null)
    cursor = entries.at(-1)?.cursor ?? cursor
    const events = entries.flatMap(({ line }) => journal.read(line.message, line.at))
    if (events.length > 0) yield events
  }
}
