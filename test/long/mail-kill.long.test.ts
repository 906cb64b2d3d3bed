/** Two thousand mails while the mail server is killed and the power goes: what was taken arrives. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MailWorld } from '../server/mail-world.ts'
import { on } from '../server/pipeline.ts'
import type { MailCatcher } from '../testbed/index.ts'

const count = 2000
const writers = 8
let world: MailWorld
let target: MailCatcher
beforeAll(async () => {
  world = await MailWorld.start([{ domain: 'example.test', aliases: [{ name: 'info', targets: ['anna@target.test'] }] }])
  target = await world.startTarget('target.test')
}, 300_000)
afterAll(async () => {
  await world?.stop()
  await target?.stop()
})

it('loses none of them', async () => {
  const accepted: string[] = []
  let refused = 0
  let next = 0
  const writer = async (): Promise<void> => {
    const transport = createTransport({ host: world.server.host, port: 25, name: 'client.sender.test', pool: true, maxConnections: 1, maxMessages: 50, ignoreTLS: true, connectionTimeout: 10_000, greetingTimeout: 15_000, socketTimeout: 20_000 })
    for (let number = next++; number < count; number = next++) {
      const subject = `numbered ${number}`
      // As mail servers do: what was not taken is tried again.
      for (let isTaken = false; !isTaken;) {
        try {
          await transport.sendMail({ from: 'joe@sender.test', to: 'info@example.test', subject, text: 'x'.repeat(2000) })
          accepted.push(subject)
          isTaken = true
        } catch {
          refused++
          await sleep(300)
        }
      }
    }
    transport.close()
  }
  const trouble = async (): Promise<void> => {
    const until = async (share: number): Promise<void> => { while (accepted.length < count * share) await sleep(50) }
    await until(0.2)
    await on(world.server, 'docker kill --signal KILL homeport-mail')
    await until(0.45)
    await world.server.powerCut()
    await world.leadAgain()
    await until(0.7)
    await on(world.server, "kill -KILL $(docker inspect --format '{{.State.Pid}}' homeport-mail)")
  }
  await Promise.all([trouble(), ...Array.from({ length: writers }, writer)])
  await on(world.server, 'for _ in {1..60}; do docker exec homeport-mail postqueue -f && break; sleep 1; done')
  const arrived = (): Set<string> => new Set(target.mails.map(({ subject }) => subject))
  await expect.poll(() => accepted.filter((subject) => !arrived().has(subject)).length, { timeout: 420_000, interval: 2000 }).toBe(0)
  console.log(`${accepted.length} taken, ${refused} times not taken, ${target.mails.length - arrived().size} arrived twice`)
  expect(accepted).toHaveLength(count)
}, 900_000)
