import { randomUUID } from 'node:crypto'
import type { MailSettings, MailTestEvent } from '../../shared/mail.ts'
import { HomeportError } from '../../shared/errors.ts'
import type { Resources } from '../resources.ts'
import { followLines, type FollowLinesOptions } from '../server/follow-lines.ts'
import { parseJournalLine } from '../server/logs.ts'
import { gather } from '../server/gather.ts'
import { MailJournal } from './journal.ts'
import { meaningOf } from './meaning.ts'

export interface TestMailOptions extends Omit<FollowLinesOptions, 'command'> {
  readonly resources: Resources
  readonly to: string
  readonly emit: (event: MailTestEvent) => Promise<void>
  /** How long to wait for the first answer. */
  readonly patienceMs?: number
}

const defaultPatienceMs = 90_000

/** Sends a test mail from the server and tells what the receiving servers answer, until each of them has. */
export async function sendTestMail({ resources, to, emit, patienceMs = defaultPatienceMs, ...options }: TestMailOptions): Promise<void> {
  const session = await options.session()
  const mail = (await gather(session, resources, { updates: 'without' })).spec?.mail
  if (mail === undefined) throw new HomeportError('mail-not-set-up', 'This server takes no mail yet.', { hint: 'Turn mail on first.' })
  const off = isSwitchedOff(to, mail)
  if (off) return await emit({ kind: 'problem', message: `${to} is switched off: mail for it is refused. Switch it on first, or take another address.` })
  const messageId = `homeport-test-${randomUUID()}@${mail.hostname}`
  const sender = `postmaster@${mail.hostname}`
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  const timer = setTimeout(() => stop.abort(), patienceMs)
  try {
    const sentAt = new Date()
    await session.run({ name: 'mail-test', script: resources.text('commands/mail-test.sh'), args: [sender, to], input: testMessage({ sender, to, messageId, sentAt }), timeoutMs: 30_000 })
    await followTestMail({ ...options, signal, emit, messageId, since: sentAt })
    if (stop.signal.aborted && !options.signal.aborted) await emit({ kind: 'problem', message: 'The receiving server has not answered yet. The mail is in the queue and is tried again; its answer will stand in the activity.' })
  } finally {
    clearTimeout(timer)
  }
}

interface Following extends Omit<FollowLinesOptions, 'command'> {
  readonly messageId: string
  readonly since: Date
  readonly emit: (event: MailTestEvent) => Promise<void>
}

async function followTestMail({ messageId, since, emit, ...options }: Following): Promise<void> {
  const journal = new MailJournal()
  const command = { name: 'follow-test-mail', script: 'exec journalctl "$@"', args: ['--follow', '--output=json', '--output-fields=MESSAGE', '--no-pager', '--lines=all', `--since=@${Math.floor(since.getTime() / 1000) - 5}`, 'CONTAINER_TAG=homeport-mail', '_UID=0'] }
  const seen = new Set<string>()
  let queueId: string | null = null
  let expected = 1
  for await (const followed of followLines({ ...options, command: () => command })) {
    if (followed.kind !== 'lines') continue
    for (const entry of followed.lines.map(parseJournalLine)) {
      if (entry === null) continue
      const { message, at } = entry.line
      if (queueId === null && message.includes(`message-id=<${messageId}>`)) {
        queueId = /: ([A-Za-z0-9]+): message-id=/.exec(message)?.[1] ?? null
        if (queueId !== null) await emit({ kind: 'sent', queueId })
      }
      const recipients = /: ([A-Za-z0-9]+): from=<[^>]*>, size=\d+, nrcpt=(\d+) /.exec(message)
      if (queueId !== null && recipients?.[1] === queueId) expected = Number(recipients[2])
      for (const event of journal.read(message, at)) {
        if (queueId === null || event.queueId !== queueId || event.to === null || seen.has(event.to)) continue
        seen.add(event.to)
        await emit({ kind: 'answer', event, meaning: meaningOf(event) })
      }
      if (queueId !== null && seen.size >= expected) return
    }
  }
}

interface TestMessage { readonly sender: string; readonly to: string; readonly messageId: string; readonly sentAt: Date }

/** Every value is an address or a number of our own: nothing in it can start a header. */
function testMessage({ sender, to, messageId, sentAt }: TestMessage): string {
  return [
    `From: Homeport <${sender}>`, `To: <${to}>`, 'Subject: Test mail from your server', `Message-ID: <${messageId}>`, `Date: ${sentAt.toUTCString().replace('GMT', '+0000')}`,
    'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Auto-Submitted: auto-generated', '',
    'This mail was sent with Homeport, to see whether mail from your server arrives.', 'If you read it, it does.', '',
  ].join('\n')
}

function isSwitchedOff(to: string, { domains }: MailSettings): boolean {
  const [local = '', domain = ''] = to.toLowerCase().split('@')
  const alias = domains.find((one) => one.domain === domain)?.aliases.find(({ name }) => name === local.split('+')[0])
  return alias?.disabled === true
}

