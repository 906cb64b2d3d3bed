/** Mail that waits when Homeport leaves goes where it was to go, by the note that is left with it. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { arrivalOf, hostname, MailWorld, subjectOf } from '../server/mail-world.ts'
import { on } from '../server/pipeline.ts'
import type { MailCatcher } from '../testbed/index.ts'

let world: MailWorld
let target: MailCatcher | undefined
/** Where names were looked up when an image could be made. */
let wideWorld = ''
beforeAll(async () => {
  world = await MailWorld.start([{ domain: 'example.test', aliases: [{ name: 'info', targets: ['anna@target.test'] }] }], async ({ server }) => { wideWorld = await on(server, 'cat /etc/resolv.conf') })
})
afterAll(async () => {
  await world?.stop()
  await target?.stop()
})

it('sends on what waited, from a server without any site that is taken off and set up anew', async () => {
  world.acme.dns.set('target.test', { a: ['192.0.2.10'] })
  const closed = 'OUTPUT -d 192.0.2.0/24 -p tcp --dport 25 -j REJECT'
  await on(world.server, `iptables -A ${closed}`)
  const subject = subjectOf()
  await world.write({ from: 'joe@sender.example.net', to: 'info@example.test', subject })
  await world.apply({ kind: 'uninstall', userData: 'delete', mail: 'keep' })
  await expect.poll(() => on(world.server, 'find /var/lib/homeport 2>/dev/null || true'), { timeout: 15_000 }).toBe('')

  await world.server.exec('cat >/etc/resolv.conf', { input: `${wideWorld}\n` })
  await world.apply({ kind: 'set-up' })
  await world.apply({ kind: 'change-mail', service: { hostname } })
  await world.move()
  await on(world.server, `iptables -D ${closed}`)
  target = await world.startTarget('target.test')
  await on(world.server, "cd /srv/homeport-mail/*/ && sed -n 's/^    //p' README | bash -eu")
  expect((await arrivalOf(target, subject)).to).toEqual(['anna@target.test'])
  expect(await world.pipeline.leftToDo()).toEqual([])
})
