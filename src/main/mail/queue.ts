import { z } from 'zod'
import { QueueId, type MailQueue, type QueuedMail } from '../../shared/mail.ts'
import type { Resources } from '../resources.ts'
import type { Session } from '../ssh/session.ts'

/** More than this nobody looks through; the number of all is told. */
const mostListed = 1000

const Entry = z.object({
  queue_name: z.string(), queue_id: QueueId, arrival_time: z.number(), message_size: z.number(), sender: z.string(),
  recipients: z.array(z.object({ address: z.string(), delay_reason: z.string().default('') })),
})
const queues: ReadonlySet<string> = new Set(['active', 'deferred', 'hold', 'incoming', 'maildrop', 'corrupt'])

/** What waits in the queue of the mail server, oldest first, in one exchange. Throws the codes of `Session.run`. */
export async function readQueue(session: Session, resources: Resources): Promise<MailQueue> {
  const { stdout } = await session.run({ name: 'mail-queue', script: resources.text('commands/mail-queue.sh'), args: [String(mostListed)], timeoutMs: 60_000 })
  return parseQueue(stdout.toString('utf8'))
}

/** The answer of mail-queue.sh: the number of all, then a JSON object on each line (postqueue(1), -j). Lines that are none are left out. */
export function parseQueue(text: string): MailQueue {
  const [total = '0', ...lines] = text.split('\n')
  const mails = lines.flatMap(parseEntry).sort((a, b) => a.at - b.at)
  return { mails, total: Math.max(Number(total) || 0, mails.length) }
}

function parseEntry(line: string): QueuedMail[] {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return [] // a message that left while it was listed
  }
  const parsed = Entry.safeParse(value)
  if (!parsed.success || !queues.has(parsed.data.queue_name)) return []
  const { queue_id: id, queue_name: queue, arrival_time: at, message_size: sizeBytes, sender, recipients } = parsed.data
  return [{ id, queue: queue as QueuedMail['queue'], at: at * 1000, sizeBytes, from: sender === 'MAILER-DAEMON' ? '' : sender, to: recipients.slice(0, 50).map((to) => ({ address: to.address, reason: to.delay_reason.slice(0, 500) })) }]
}

/** Tries waiting messages again, or deletes them. Null: all. Throws the codes of `Session.run`. */
export async function actOnQueue(session: Session, resources: Resources, verb: 'retry' | 'delete', ids: readonly string[] | null): Promise<void> {
  await session.run({ name: 'mail-queue-act', script: resources.text('commands/mail-queue-act.sh'), args: [verb], input: (ids ?? ['ALL']).map((id) => `${id}\n`).join(''), timeoutMs: 60_000 })
}
