/** A hundred thousand aliases in one import: on a real server, from the edit to a mail for the last of them. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { arrivalOf, MailWorld, subjectOf } from '../server/mail-world.ts'
import { on } from '../server/pipeline.ts'
import type { MailCatcher } from '../testbed/index.ts'

const count = 100_000
let world: MailWorld
let target: MailCatcher
beforeAll(async () => {
  world = await MailWorld.start([{ domain: 'example.test', aliases: [{ name: 'first', targets: ['first@target.test'] }] }])
  target = await world.startTarget('target.test')
}, 300_000)
afterAll(async () => {
  await world?.stop()
  await target?.stop()
})

it('takes them, forwards for each, and takes one more', async () => {
  const put = Array.from({ length: count - 1 }, (_, index) => ({ name: `person.${index}`, targets: [`person.${index}@target.test`], comment: 'from the list of members' }))
  const started = performance.now()
  const { plan } = await world.apply({ kind: 'change-mail-aliases', domain: 'example.test', put, remove: [], isWhole: false })
  const importedMs = performance.now() - started
  // What the window gets to show stays small.
  expect(JSON.stringify(plan).length).toBeLessThan(1_000_000)
  const subject = subjectOf()
  await world.write({ from: 'joe@sender.test', to: `person.${count - 2}@example.test`, subject })
  expect((await arrivalOf(target, subject)).to).toEqual([`person.${count - 2}@target.test`])
  const again = performance.now()
  await expect(world.apply({ kind: 'change-mail-aliases', domain: 'example.test', put: [{ name: 'one.more', targets: ['x@target.test'] }], remove: [], isWhole: false })).rejects.toThrow(/up to 100,000 aliases/)
  await world.apply({ kind: 'change-mail-aliases', domain: 'example.test', put: [{ name: 'one.more', targets: ['x@target.test'] }], remove: ['person.5'], isWhole: false })
  const changedMs = performance.now() - again
  expect(await world.pipeline.leftToDo()).toEqual([])
  const rss = await on(world.server, `docker exec homeport-mail ps -eo rss=,args= --sort=-rss | head -5`)
  console.log(`import ${Math.round(importedMs)} ms, one change ${Math.round(changedMs)} ms\n${rss}`)
}, 600_000)
