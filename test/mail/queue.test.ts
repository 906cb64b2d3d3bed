import { expect, it } from 'vitest'
import { parseQueue } from '../../src/main/mail/queue.ts'
import { parseStatistics } from '../../src/main/mail/statistics.ts'

it('reads the queue, and leaves out what is no message', () => {
  const entry = { queue_name: 'deferred', queue_id: '607CF22C224', arrival_time: 1_763_883_744, message_size: 461, forced_expire: false, sender: 'MAILER-DAEMON', recipients: [{ address: 'a@first.test', delay_reason: 'x'.repeat(9000) }] }
  const { mails, total } = parseQueue(`1200\n${JSON.stringify(entry)}\n{"queue_name":\n${JSON.stringify({ ...entry, queue_id: '$(id)' })}\n`)
  expect(total).toBe(1200)
  expect(mails).toEqual([{ id: '607CF22C224', queue: 'deferred', at: 1_763_883_744_000, sizeBytes: 461, from: '', to: [{ address: 'a@first.test', reason: 'x'.repeat(500) }] }])
  expect(parseQueue('0\n')).toEqual({ mails: [], total: 0 })
})

it('reads the counts, and says where there are none', () => {
  expect(parseStatistics('1 2 3 4 5\n6 7 8 9 10\n1763883744.25\n')).toEqual({ day: { received: 1, delivered: 2, deferred: 3, bounced: 4, refused: 5 }, month: { received: 6, delivered: 7, deferred: 8, bounced: 9, refused: 10 }, since: 1_763_883_744_250 })
  expect(parseStatistics('0 0 0 0 0\n0 0 0 0 0\n0\n').since).toBeNull()
  expect(() => parseStatistics('cannot open')).toThrow('did not say')
})
