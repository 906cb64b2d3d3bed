import { describe, expect, it } from 'vitest'
import { MailJournal, originalSender } from '../../src/main/mail/journal.ts'
import type { MailEvent } from '../../src/shared/mail.ts'

const read = (...lines: readonly string[]): MailEvent[] => {
  const journal = new MailJournal()
  return lines.flatMap((line, index) => journal.read(`Nov 23 07:42:24 mail postfix/${line}`, index))
}
const arrival = [
  'smtpd[131]: connect from mx.sender.test[198.51.100.7]',
  'smtpd[131]: Anonymous TLS connection established from mx.sender.test[198.51.100.7]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)',
  'smtpd[131]: 607CF22C224: client=mx.sender.test[198.51.100.7]',
  'cleanup[136]: 607CF22C224: message-id=<20261123074221.011564@vm>',
  'qmgr[122]: 607CF22C224: from=<SRS0=FH6D=JM=sender.test=joe@mail.example.test>, size=461, nrcpt=2 (queue active)',
]

describe('what postfix writes', () => {
  it('tells of a mail that came, and of each answer to it', () => {
    expect(read(...arrival,
      'smtp[139]: Trusted TLS connection established to mx.first.test[192.0.2.10]:25: TLSv1.3 with cipher X (256/256 bits)',
      'smtp[139]: 607CF22C224: to=<anna@first.test>, orig_to=<info@example.test>, relay=mx.first.test[192.0.2.10]:25, delay=0.05, delays=0.02/0.03/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as (x))',
      'smtp[140]: 607CF22C224: to=<ben@second.test>, orig_to=<info@example.test>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to second.test[192.0.2.11]:25: Connection timed out)',
    )).toEqual([
      { at: 4, kind: 'received', queueId: '607CF22C224', from: 'joe@sender.test', to: null, alias: null, peer: 'mx.sender.test[198.51.100.7]', status: '', answer: '', sizeBytes: 461, isEncrypted: true },
      { at: 6, kind: 'delivered', queueId: '607CF22C224', from: 'joe@sender.test', to: 'anna@first.test', alias: 'info@example.test', peer: 'mx.first.test[192.0.2.10]:25', status: '2.0.0', answer: '250 2.0.0 Ok: queued as (x)', sizeBytes: 461, isEncrypted: true },
      { at: 7, kind: 'deferred', queueId: '607CF22C224', from: 'joe@sender.test', to: 'ben@second.test', alias: 'info@example.test', peer: '', status: '4.4.1', answer: 'connect to second.test[192.0.2.11]:25: Connection timed out', sizeBytes: 461, isEncrypted: null },
    ])
  })

  it('names the site whose program logged in to send', () => {
    const sent = ['submission/smtpd[131]: connect from unknown[10.213.0.18]', 'submission/smtpd[131]: 607CF22C224: client=unknown[10.213.0.18], sasl_method=PLAIN, sasl_username=app.test', 'qmgr[122]: 607CF22C224: from=<noreply@app.test>, size=461, nrcpt=1 (queue active)']
    expect(read(...sent)).toMatchObject([{ kind: 'received', from: 'noreply@app.test', peer: 'app.test' }])
  })

  it('tells once of a mail that is tried again, and nothing of the arrival of one that was made here', () => {
    expect(read(...arrival, arrival[4] ?? '').filter(({ kind }) => kind === 'received')).toHaveLength(1)
    expect(read('pickup[1]: 6B05C22C228: uid=0 from=<postmaster@mail.example.test>', 'qmgr[122]: 6B05C22C228: from=<>, size=3123, nrcpt=1 (queue active)')).toEqual([])
    // Of a test mail that was sent back, and that alone.
    const back = (to: string): string[] => ['qmgr[122]: 6B05C22C229: from=<>, size=3123, nrcpt=1 (queue active)', `error[5]: 6B05C22C229: to=<${to}>, relay=none, delay=0.01, delays=0.01/0/0/0, dsn=5.1.1, status=bounced (User unknown in virtual alias table)`]
    expect(read(...back('postmaster@mail.example.test'))).toEqual([])
    expect(read(...back('kim@mail.example.test'))).toMatchObject([{ kind: 'bounced', from: '' }])
  })

  it.each([
    ['smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 550 5.1.1 <x@example.test>: Recipient address rejected: User unknown in virtual alias table; from=<joe@sender.test> to=<x@example.test> proto=ESMTP helo=<h>', { kind: 'refused', from: 'joe@sender.test', to: 'x@example.test', status: '5.1.1', peer: 'unknown[192.0.2.1]', answer: '<x@example.test>: Recipient address rejected: User unknown in virtual alias table' }],
    ['smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 554 5.7.1 <x@victim.test>: Relay access denied; from=<> to=<x@victim.test> proto=SMTP helo=<h>', { kind: 'refused', from: '', to: 'x@victim.test', status: '5.7.1' }],
    ['cleanup[9]: 8A1B2C3D: milter-reject: END-OF-MESSAGE from unknown[192.0.2.1]: 5.7.1 rejected by DMARC policy for guarded.test; from=<joe@guarded.test> to=<info@example.test> proto=ESMTP helo=<h>', { kind: 'refused', from: 'joe@guarded.test', to: 'info@example.test', status: '5.7.1', answer: 'rejected by DMARC policy for guarded.test' }],
    ['postscreen[5]: NOQUEUE: reject: RCPT from [192.0.2.1]:4711: 450 4.3.2 Service currently unavailable; from=<joe@sender.test>, to=<info@example.test>, proto=ESMTP, helo=<h>', { kind: 'put-off', status: '4.3.2', to: 'info@example.test', peer: '[192.0.2.1]:4711' }],
    ['postscreen[5]: NOQUEUE: reject: RCPT from [192.0.2.1]:4711: 550 5.7.1 Service unavailable; client [192.0.2.1] blocked using zen.spamhaus.org; from=<joe@sender.test>, to=<info@example.test>, proto=ESMTP, helo=<h>', { kind: 'refused', status: '5.7.1', answer: 'Service unavailable; client [192.0.2.1] blocked using zen.spamhaus.org' }],
    ['smtpd[1]: NOQUEUE: reject: MAIL from unknown[192.0.2.1]: 452 4.3.1 Insufficient system storage; proto=ESMTP helo=<h>', { kind: 'put-off', status: '4.3.1', from: null, to: null }],
    ['qmgr[122]: 607CF22C224: from=<SRS0=FH6D=JM=sender.test=joe@mail.example.test>, status=expired, returned to sender', { kind: 'bounced', from: 'joe@sender.test', queueId: '607CF22C224' }],
    ['cleanup[9]: 8A1B2C3D: reject: header From: "x" <kim@bank.test> from unknown[10.213.0.18]; from=<noreply@app.test> to=<kim@first.test> proto=ESMTP helo=<app>: 5.7.1 This site may send only as itself', { kind: 'refused', from: 'noreply@app.test', to: 'kim@first.test', status: '5.7.1', peer: 'unknown[10.213.0.18]', answer: 'This site may send only as itself' }],
    ['submission/smtpd[1]: NOQUEUE: reject: RCPT from unknown[10.213.0.18]: 553 5.7.1 <kim@bank.test>: Sender address rejected: not owned by user app.test; from=<kim@bank.test> to=<kim@first.test> proto=ESMTP helo=<app>', { kind: 'refused', status: '5.7.1', from: 'kim@bank.test' }],
  ])('%s', (line, event) => expect(read(line)).toEqual([expect.objectContaining(event)]))

  it('is nothing where it is not what it looks like', () => {
    expect(read('smtp[1]: warning: host x said: smtp[2]: ABCDE: to=<a@b>', 'smtpd[1]: warning: hostname evil does not resolve', 'anvil[3]: statistics: max connection rate 1/60s', '')).toEqual([])
    expect(new MailJournal().read('\u0000 odd', 0)).toEqual([])
  })

  it('is cut where other servers say very much', () => {
    const [event] = read(`smtp[139]: 607CF22C224: to=<a@first.test>, relay=mx[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn=5.0.0, status=bounced (${'x'.repeat(100_000)}\u0007)`)
    expect(event?.answer).toHaveLength(500)
  })
})

it('shows the sender as it was before the envelope got an address of this server', () => {
  expect(originalSender('SRS0=FH6D=JM=sender.test=joe=x@mail.example.test')).toBe('joe=x@sender.test')
  expect(originalSender('joe@sender.test')).toBe('joe@sender.test')
  expect(originalSender('')).toBe('')
})
