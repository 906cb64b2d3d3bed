import type { MailEvent, MailRecord } from '../../shared/mail.ts'
import type { Tone } from './state-badge.tsx'

/** What happened to mail, in a word. */
export const eventWords: Readonly<Record<MailEvent['kind'], { readonly tone: Tone; readonly word: string; readonly meaning: string }>> = {
  received: { tone: 'busy', word: 'Came in', meaning: 'Taken from another server.' },
  delivered: { tone: 'good', word: 'Delivered', meaning: 'The receiving server has it.' },
  deferred: { tone: 'warn', word: 'Waits', meaning: 'The receiving server does not take it now. It is tried again.' },
  bounced: { tone: 'bad', word: 'Sent back', meaning: 'The receiving server refuses it for good. The sender is told.' },
  refused: { tone: 'idle', word: 'Refused', meaning: 'Not taken. The other server tells its sender.' },
  'put-off': { tone: 'idle', word: 'Put off', meaning: 'Not taken for now. The other server comes again.' },
}

export const recordWords: Readonly<Record<MailRecord['state'], { readonly tone: Tone; readonly word: string }>> = {
  right: { tone: 'good', word: 'Right' }, missing: { tone: 'warn', word: 'Missing' }, wrong: { tone: 'bad', word: 'Wrong' }, spreading: { tone: 'busy', word: 'Spreading' }, unknown: { tone: 'idle', word: 'Not known' },
}

/** Who wrote to whom, as one line. */
export function eventLine({ from, to, alias }: Pick<MailEvent, 'from' | 'to' | 'alias'>): string {
  const sender = from === null ? '' : from === '' ? 'a bounce' : from
  const target = to === null ? '' : alias === null || alias === to ? to : `${alias} → ${to}`
  return [sender, target].filter((part) => part !== '').join(' → ')
}

/** Events of the kinds that are wanted, in which all words that are looked for stand somewhere. */
export function foundEvents(events: readonly MailEvent[], search: string, kinds: ReadonlySet<MailEvent['kind']>): MailEvent[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '')
  return events.filter((event) => {
    if (kinds.size > 0 && !kinds.has(event.kind)) return false
    const text = [event.from, event.to, event.alias, event.peer, event.status, event.answer, event.queueId].join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
