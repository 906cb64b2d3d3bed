import { applyEdit } from '../../../src/main/edit/apply-edit.ts'
import type { Edit } from '../../../src/shared/edit.ts'
import { HomeportError } from '../../../src/shared/errors.ts'
import type { MailEvent, MailRecord, MailSettings, QueuedMail } from '../../../src/shared/mail.ts'
import { emptySpec } from '../../../src/shared/spec.ts'
import type { ServerStatus } from '../../../src/shared/status.ts'

const minuteMs = 60_000

/** What a server with mail forwards, for the screens of mail. */
export class FakeMail {
  settings: MailSettings | null
  queue: QueuedMail[]
  readonly #isTroubled: boolean

  constructor(scenario: string) {
    this.#isTroubled = scenario === 'mail-trouble'
    this.settings = scenario === 'mail-off' ? null : fakeSettings()
    this.queue = scenario === 'mail-quiet' ? [] : fakeQueue(Date.now())
  }

  apply(edit: Edit): void {
    this.settings = applyEdit({ ...emptySpec, ...(this.settings === null ? {} : { mail: this.settings }) }, edit).mail ?? null
  }

  status(): ServerStatus['mail'] {
    if (this.settings === null) return null
    const { domains, ...service } = this.settings
    return {
      ...service,
      domains: domains.map(({ domain, aliases, catchAll }) => ({ domain, aliases: aliases.length, disabled: aliases.filter(({ disabled }) => disabled === true).length, hasCatchAll: catchAll !== undefined })),
      unit: { name: 'homeport-mail.service', active: this.#isTroubled ? 'failed' : 'active', sub: this.#isTroubled ? 'failed' : 'running', since: Date.now() - 400 * minuteMs, restarts: 0 },
      certificate: null,
      care: { kind: 'automatic', names: [service.hostname], authority: 'lets-encrypt', trusted: !this.#isTroubled, nextCheckAt: null, renewAt: null, attempts: [] },
    }
  }

  records(domain: string): MailRecord[] {
    const hostname = this.settings?.hostname ?? ''
    const record = (type: MailRecord['type'], purpose: MailRecord['purpose'], name: string, value: string, state: MailRecord['state'], message: string, more: Partial<MailRecord> = {}): MailRecord => ({ type, purpose, name, value, state, message, need: 'must', found: [], ...more })
    return [
      record('MX', 'mx', domain, `10 ${hostname}`, this.#isTroubled ? 'wrong' : 'right', this.#isTroubled ? `Mail for ${domain} goes to another server. Put this record in the place of what is there.` : `Mail for ${domain} comes to this server.`, this.#isTroubled ? { found: ['10 mx.old-provider.example'] } : {}),
      record('A', 'address', hostname, '203.0.113.10', 'right', `${hostname} leads to this server.`),
      record('TXT', 'spf', hostname, 'v=spf1 a -all', 'spreading', 'This server may send forwarded mail. Not everybody knows that yet: it takes as long as the old answer is remembered, mostly less than a day.'),
      record('PTR', 'ptr', '203.0.113.10', hostname, 'wrong', '203.0.113.10 is called otherwise; many mail servers want the same name on both sides. It is set where the server was bought, in its control panel under “reverse DNS” or “rDNS”, and not with the domain.', { found: ['static.10.113.0.203.clients.hoster.example'] }),
      record('TXT', 'dkim', `mail-example-org._domainkey.${domain}`, `v=DKIM1; k=rsa; p=${'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A'.repeat(12)}`, 'missing', `It is the key by which others see that mail as @${domain} comes from you. Without it large providers take what your programs send for spam.`),
      record('TXT', 'seal', `mail-example-org._domainkey.${hostname}`, 'v=DKIM1; k=rsa; p=MIIB', 'right', 'Others can see by the seal on forwarded mail what it was like when it came here.', { need: 'should' }),
      record('TXT', 'domain-spf', domain, 'v=spf1 mx -all', 'missing', `It says who may send as ${domain}, so that nobody else does.`, { need: 'should' }),
      record('TXT', 'dmarc', `_dmarc.${domain}`, 'v=DMARC1; p=none', 'right', `${domain} says what to do with forged mail.`, { need: 'should' }),
    ]
  }

  actOnQueue(verb: 'retry' | 'delete', ids: readonly string[] | null): void {
    if (this.#isTroubled) throw new HomeportError('command-failed', 'The mail server does not run.', { hint: 'Look at its log.', detail: 'Error response from daemon: No such container: homeport-mail' })
    this.queue = this.queue.filter(({ id }) => ids !== null && !ids.includes(id))
    void verb
  }
}

function fakeSettings(): MailSettings {
  const people = ['anna', 'ben', 'kim', 'lee', 'sam', 'jo', 'max', 'ada', 'tim', 'zoe']
  const aliases = Array.from({ length: 300 }, (_, index) => ({ name: `${people[index % people.length] ?? ''}${index < people.length ? '' : `.${index}`}`, targets: [`${people[index % people.length] ?? ''}@example.net`, ...(index % 7 === 0 ? ['archive.of.everything@mail.example.com'] : [])], ...(index % 11 === 3 ? { disabled: true as const } : {}), ...(index % 5 === 0 ? { comment: 'Newsletter of the rowing club' } : {}) }))
  return { hostname: 'mail.example.org', greylist: true, rspamd: true, domains: [{ domain: 'example.org', aliases, catchAll: ['anna@example.net'] }, { domain: 'rowing-club.example', aliases: [] }] }
}

function fakeQueue(now: number): QueuedMail[] {
  return [
    { id: '607CF22C224', queue: 'deferred', at: now - 190 * minuteMs, sizeBytes: 48_213, from: 'newsletter@shop.example', to: [{ address: 'anna@example.net', reason: 'host mx1.example.net[192.0.2.25] said: 450 4.2.2 The mailbox is over its quota. Please try again later. (in reply to RCPT TO command)' }] },
    { id: '6B05C22C228', queue: 'deferred', at: now - 12 * minuteMs, sizeBytes: 3123, from: '', to: [{ address: 'ben@example.net', reason: 'connect to mx2.example.net[192.0.2.26]:25: Connection timed out' }, { address: 'kim@example.net', reason: 'connect to mx2.example.net[192.0.2.26]:25: Connection timed out' }] },
  ]
}

export function fakeMailEvents(count: number, now: number): MailEvent[] {
  const make = (index: number): MailEvent => {
    const at = now - (count - index) * 7 * minuteMs
    const common = { at, queueId: `60${index}CF22C`, from: 'joe@shop.example', to: 'anna@example.net', alias: 'info@example.org', peer: 'mx1.example.net[192.0.2.25]:25', status: '2.0.0', answer: '250 2.0.0 OK 1763883744 a640c23a62f3a-b7654', sizeBytes: 48_213, isEncrypted: true }
    switch (index % 9) {
      case 0: case 3: return { ...common, kind: 'received', to: null, alias: null, peer: 'out.shop.example[198.51.100.7]', status: '', answer: '' }
      case 2: return { ...common, kind: 'refused', queueId: null, from: 'seo@spam.example', to: 'nobody@rowing-club.example', alias: null, peer: 'unknown[198.51.100.99]', status: '5.1.1', answer: '<nobody@rowing-club.example>: Recipient address rejected: User unknown in virtual alias table', sizeBytes: null, isEncrypted: false }
      case 5: return { ...common, kind: 'deferred', status: '4.4.1', peer: '', answer: 'connect to mx2.example.net[192.0.2.26]:25: Connection timed out', isEncrypted: null }
      case 7: return { ...common, kind: 'bounced', status: '5.1.1', answer: 'host mx1.example.net[192.0.2.25] said: 550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient’s address (in reply to RCPT TO command)' }
      case 8: return { ...common, kind: 'put-off', queueId: null, status: '4.3.2', answer: 'Service currently unavailable', peer: '[198.51.100.23]:4711', sizeBytes: null, isEncrypted: null }
      default: return { ...common, kind: 'delivered' }
    }
  }
  return Array.from({ length: count }, (_, index) => make(index))
}
