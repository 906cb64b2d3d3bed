import type { MailData } from '../../shared/mail.ts'
import { mailUnit } from '../render/mail.ts'
import { noop, type Judgement, type PlanContext, type PlannedChange } from './planned-change.ts'

/** What was taken of others for sending on is lost for them unless somebody decides that; so are keys whose public halves stand in DNS. */
export function planMailDataRemoval(context: PlanContext): Judgement {
  const data = context.facts.mailData
  if (data === null) return noop('There is none.')
  const waits = describeWaiting(data)
  if (context.waitingMail === 'delete') {
    if (data.waiting === 0) return noop(context.isLeaving ? 'No mail waits. The keys of the mail server go with all the rest.' : 'No mail waits. The keys of the mail server stay.')
    return { verdict: 'delete', data: 'delete', reason: context.isLeaving ? 'You chose to delete it. The keys of the mail server go too.' : 'You chose to delete it. The keys of the mail server stay.', caution: `${waits} It is deleted for ever, and nobody who wrote it is told.` }
  }
  if (context.isLeaving) return { verdict: 'delete', data: 'archive', reason: `${waits} ${data.waiting === 0 ? 'The keys of the mail server are' : 'What has not left by then is'} kept in /srv/homeport-mail, with a note how to use it.` }
  return noop(`${waits} ${data.waiting === 0 ? 'The keys of the mail server stay' : 'It stays'} in /var/lib/homeport/mail, and goes on when mail is turned on again.`)
}

/** Mail that waits is tried at once, before anything goes; null where nobody asked for it, or nothing waits, or nothing could send it. */
export function planSending({ facts, waitingMail }: PlanContext): PlannedChange | null {
  const runs = facts.units.get(`${mailUnit}.service`)?.active === 'active'
  if (waitingMail !== 'send' || facts.mailData === null || facts.mailData.waiting === 0 || !runs) return null
  return {
    id: 'mail/send', verdict: 'update', group: 'mail', title: 'Send on the mail that waits', resource: null, gone: null,
    reason: `${describeWaiting(facts.mailData)} Everything else waits until it has left. If some of it does not leave within five minutes, nothing is changed.`,
  }
}

/** How much mail waits, in a sentence. */
function describeWaiting({ waiting, oldest }: MailData): string {
  if (waiting === 0) return 'No mail waits.'
  if (waiting === null) return 'Mail waits; how much could not be counted.'
  const since = oldest === null ? '' : `, ${waiting === 1 ? '' : 'the oldest '}since ${new Date(oldest).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  return `${waiting === 1 ? '1 message waits' : `${waiting} messages wait`} to be sent on${since}.`
}
