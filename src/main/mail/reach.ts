import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import type { MailReach } from '../../shared/mail.ts'
import { mailPortHolder } from '../facts/mail.ts'
import type { Resources } from '../resources.ts'
import { gather } from '../server/gather.ts'
import { batchesOfLines } from '../server/lines.ts'
import type { Session } from '../ssh/session.ts'

const smtpPort = 25
const answerTimeoutMs = 5000

/** Whether mail can come to a server and leave it, by trying both. Throws the codes of `Session.run`. */
export async function checkReach(session: Session, resources: Resources, mailHosts: readonly string[]): Promise<MailReach> {
  const facts = await gather(session, resources, { updates: 'without', mailHosts })
  const outgoing = facts.system.outgoingMail === true ? 'open' : 'blocked'
  const takenBy = mailPortHolder(facts)
  if (takenBy !== null) return { takenBy, incoming: 'unknown', outgoing }
  const isOurs = facts.units.get('homeport-mail.service')?.active === 'active'
  const isOpen = isOurs ? (await greetingOf(session.host))?.startsWith('220') === true : await isHeard(session, resources)
  if (isOpen) return { takenBy, incoming: 'open', outgoing }
  // Most providers at home let nothing out on this port: then nothing can be told from here.
  const own = await Promise.all(mailHosts.map((host) => greetingOf(host)))
  return { takenBy, incoming: own.some((greeting) => greeting !== null) ? 'blocked' : 'unknown', outgoing }
}

async function isHeard(session: Session, resources: Resources): Promise<boolean> {
  const word = `homeport-${randomBytes(8).toString('hex')}`
  const process = await session.open({ name: 'mail-listen', script: resources.text('commands/mail-listen.sh'), args: [word] })
  try {
    for await (const lines of batchesOfLines(process.stdout)) {
      if (lines.includes('listening')) return (await greetingOf(session.host))?.includes(word) === true
      if (lines.includes('taken')) return false
    }
    return false
  } finally {
    process.stop()
    // It ends by being stopped; how, does not matter.
    process.exit.catch(() => {})
  }
}

/** What a server says first on port 25, or null. */
async function greetingOf(host: string): Promise<string | null> {
  return await new Promise((resolve) => {
    const socket = connect({ host, port: smtpPort })
    const end = (greeting: string | null): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(greeting)
    }
    // Whoever speaks first is let wait: postscreen of postfix greets after a few seconds.
    const timer = setTimeout(() => end(null), answerTimeoutMs)
    socket.once('data', (data: Buffer) => end(data.toString('latin1').slice(0, 500)))
    socket.once('error', () => end(null))
    socket.once('close', () => end(null))
  })
}
