import { expect, it } from 'vitest'
import { makePlan } from '../../src/main/plan/plan.ts'
import type { PlannedChange } from '../../src/main/plan/planned-change.ts'
import { parseMailData } from '../../src/main/facts/mail.ts'
import type { MailData, WaitingMail } from '../../src/shared/mail.ts'
import { factsOf, now, ownedOf, unitOf } from './facts-builder.ts'

const two: MailData = { waiting: 2, oldest: now }
const file = { kind: 'file', name: '/etc/homeport/README.md', group: 'homeport', content: '', mode: 0o644 } as const

/** What becomes of mail when mail is turned off, or Homeport leaves. */
function changes(mailData: MailData | null, waitingMail: WaitingMail | undefined, isLeaving: boolean, runs = true): Record<string, PlannedChange> {
  const units = new Map(runs ? [['homeport-mail.service', unitOf('homeport-mail.service')]] : [])
  const facts = factsOf({ mailData, units, owned: ownedOf('container/homeport-mail') })
  const plan = makePlan({ desired: isLeaving ? [] : [file], facts, certificates: new Map(), dataOf: () => 'keep', waitingMail })
  expect(Object.keys(plan.owned.resources).filter((id) => id.startsWith('mail'))).toEqual([])
  return Object.fromEntries(plan.changes.map((change) => [change.id, change]))
}
const dataOf = (...situation: Parameters<typeof changes>): PlannedChange | undefined => changes(...situation)['mail-data/homeport-mail']

it('keeps what waits, and the keys, when Homeport leaves and nothing was said', () => {
  expect(dataOf(two, undefined, true)).toMatchObject({ verdict: 'delete', data: 'archive', reason: expect.stringMatching(/^2 messages wait to be sent on, the oldest since 2026-01-01 00:00 UTC\..*homeport-mail/) as string })
  expect(dataOf({ waiting: 0, oldest: null }, 'keep', true)).toMatchObject({ data: 'archive' })
  expect(dataOf({ waiting: null, oldest: null }, 'keep', true)).toMatchObject({ data: 'archive' })
  expect(dataOf(null, 'keep', true)).toBeUndefined()
})

it('leaves it in its place when mail is turned off', () => {
  for (const choice of [undefined, 'keep', 'send'] as const) expect(dataOf(two, choice, false)).toMatchObject({ verdict: 'noop', reason: expect.stringContaining('2 messages wait') as string })
})

it('deletes it only where that was said, with a caution that says how much', () => {
  for (const isLeaving of [true, false]) {
    expect(dataOf(two, 'delete', isLeaving)).toMatchObject({ verdict: 'delete', data: 'delete', caution: expect.stringContaining('2 messages wait') as string })
    expect(dataOf({ waiting: 0, oldest: null }, 'delete', isLeaving)).toMatchObject({ verdict: 'noop' })
  }
})

it('sends it on before anything else, where something waits and the mail server runs', () => {
  expect(Object.keys(changes(two, 'send', true))[0]).toBe('mail/send')
  expect(Object.keys(changes(two, 'send', false))[0]).toBe('mail/send')
  for (const other of [changes(two, 'keep', true), changes(two, 'send', true, false), changes({ waiting: 0, oldest: null }, 'send', true), changes(null, 'send', true)]) expect(other).not.toHaveProperty('mail/send')
})

it.each([
  ['3 1767225600', 0, { waiting: 3, oldest: now }], ['0 0', 0, { waiting: 0, oldest: null }], ['2 0', 0, { waiting: 2, oldest: null }],
  ['2 1767225600', 1, { waiting: null, oldest: null }], ['-1 x', 0, { waiting: null, oldest: null }], ['', 0, null],
])('reads %j with exit code %i', (text, exitCode, expected) => expect(parseMailData({ exitCode, content: Buffer.from(text) })).toEqual(expected))
