import type { MailEvent } from '../../shared/mail.ts'

/** Messages and connections that are remembered at most; what is older and still open is told without its beginning. */
const mostRemembered = 10_000
const longestText = 500

interface KnownMail { from: string | null; sizeBytes: number | null; peer: string; isEncrypted: boolean | null; isTold: boolean }

/**
 * Reads what postfix writes into the journal, line by line, and gives what happened to mail. A message's facts stand in
 * several lines, tied by its id in the queue; those of a connection by the number of the process that serves it.
 * What other servers say is hostile: it is cut, and never more than text.
 */
export class MailJournal {
  readonly #mails = new Map<string, KnownMail>()
  /** Processes whose connection is encrypted at the moment. */
  readonly #encrypted = new Set<string>()

  /** What one line tells; mostly nothing. `at`: milliseconds since 1970. */
  read(line: string, at: number): MailEvent[] {
    const [, program = '', process = '', rest = ''] = /postfix\/(?:\w+\/)?(\w+)\[(\d+)\]: (.*)$/s.exec(line) ?? []
    switch (program) {
      case 'smtpd': return this.#readDoor(process, rest, at)
      case 'postscreen': return readRefusal(rest, at, null)
      case 'cleanup': return readRefusal(rest, at, null)
      case 'qmgr': return this.#readQueue(rest, at)
      case 'smtp':
      case 'error':
      case 'retry':
      case 'discard': return this.#readDelivery(process, rest, at)
      default: return []
    }
  }

  #readDoor(process: string, rest: string, at: number): MailEvent[] {
    if (rest.startsWith('connect from ') || rest.startsWith('disconnect from ')) this.#encrypted.delete(process)
    if (/ TLS connection established from /.test(rest)) this.#encrypted.add(process)
    // A program of the server's own is known by the site that it logged in for.
    const [, id, client, login] = /^([A-Za-z0-9]+): client=(\S+\[[^\]]*\])(?:, .*sasl_username=(\S+))?/.exec(rest) ?? []
    const peer = login ?? client
    if (id !== undefined && peer !== undefined) this.#remember(id, { from: null, sizeBytes: null, peer, isEncrypted: this.#encrypted.has(process), isTold: false })
    return readRefusal(rest, at, this.#encrypted.has(process))
  }

  #readQueue(rest: string, at: number): MailEvent[] {
    const [, gone] = /^([A-Za-z0-9]+): removed$/.exec(rest) ?? []
    if (gone !== undefined) this.#mails.delete(gone)
    const [, id, from = '', size, status = ''] = /^([A-Za-z0-9]+): from=<([^>]*)>, (?:size=(\d+)|status=(expired))/.exec(rest) ?? []
    if (id === undefined) return []
    const known = this.#mails.get(id)
    if (status === 'expired') return [{ ...emptyEvent(at, 'bounced', id), from: originalSender(from), answer: 'It could not be delivered for too long and goes back to its sender.' }]
    const mail = known ?? { from: null, sizeBytes: null, peer: '', isEncrypted: null, isTold: true }
    mail.from = originalSender(from)
    mail.sizeBytes = Number(size)
    this.#remember(id, mail)
    // One that is tried again comes into the active queue again; one that was made here was never received.
    if (mail.isTold) return []
    mail.isTold = true
    return [{ ...emptyEvent(at, 'received', id), from: mail.from, peer: short(mail.peer), sizeBytes: mail.sizeBytes, isEncrypted: mail.isEncrypted }]
  }

  #readDelivery(process: string, rest: string, at: number): MailEvent[] {
    const [, encryptedTo] = / TLS connection established to ([^\s:]+(?::\d+)?):/.exec(rest) ?? []
    if (encryptedTo !== undefined) {
      this.#encrypted.add(process)
      return []
    }
    const [, id, to, original, relay = '', status = '', outcome = '', answer = ''] = /^([A-Za-z0-9]+): to=<([^>]*)>,(?: orig_to=<([^>]*)>,)? relay=([^,]+), .*?dsn=([\d.]+), status=(\w+) \((.*)\)$/s.exec(rest) ?? []
    const kind = ({ sent: 'delivered', deferred: 'deferred', bounced: 'bounced', undeliverable: 'bounced' } as const)[outcome]
    if (id === undefined || to === undefined || kind === undefined) return []
    const mail = this.#mails.get(id)
    // The notice that a test mail came back: who sent it has seen the answer, and at this server's own name nobody reads.
    if (kind === 'bounced' && mail?.from === '' && relay === 'none' && to.startsWith('postmaster@')) return []
    const isEncrypted = kind === 'delivered' ? this.#encrypted.delete(process) : null
    return [{ at, kind, queueId: id, from: mail?.from ?? null, to: short(to), alias: original === undefined ? null : short(original), peer: relay === 'none' ? '' : short(relay), status, answer: short(answer), sizeBytes: mail?.sizeBytes ?? null, isEncrypted }]
  }

  #remember(id: string, mail: KnownMail): void {
    this.#mails.delete(id)
    this.#mails.set(id, mail)
    if (this.#mails.size > mostRemembered) this.#mails.delete(this.#mails.keys().next().value ?? '')
  }
}

/** What was turned away at the door: by postscreen, by smtpd, or after the message was read (milter-reject). */
function readRefusal(rest: string, at: number, isEncrypted: boolean | null): MailEvent[] {
  const [, peer = '', code = '', status = '', words = ''] = /^(?:NOQUEUE|[A-Za-z0-9]+): (?:milter-)?reject: .+? from (\S+): (?:(\d{3}) )?(\d\.\d+\.\d+) (.*)$/s.exec(rest) ?? []
  if (status === '') return readHeaderRefusal(rest, at, isEncrypted)
  const [answer = ''] = words.split(/; (?:from=<|proto=)/, 1)
  const [, from, to] = /; from=<([^>]*)>,? to=<([^>]*)>/.exec(words) ?? []
  const isForNow = code.startsWith('4') || status.startsWith('4')
  return [{ ...emptyEvent(at, isForNow ? 'put-off' : 'refused', null), from: from === undefined ? null : originalSender(from), to: to === undefined ? null : short(to), peer: short(peer), status, answer: short(answer), isEncrypted }]
}

/** What a program of the server's own would have sent in another's name: the header itself is not told. */
function readHeaderRefusal(rest: string, at: number, isEncrypted: boolean | null): MailEvent[] {
  const [, peer, from = '', to = '', status, answer = ''] = /^[A-Za-z0-9]+: reject: header .* from (\S+); from=<([^>]*)> to=<([^>]*)> proto=\S+ helo=<[^>]*>: (5\.\d+\.\d+) ([^;]*)$/s.exec(rest) ?? []
  if (peer === undefined || status === undefined) return []
  return [{ ...emptyEvent(at, 'refused', null), from: short(from), to: short(to), peer: short(peer), status, answer: short(answer), isEncrypted }]
}

function emptyEvent(at: number, kind: MailEvent['kind'], queueId: string | null): MailEvent {
  return { at, kind, queueId, from: null, to: null, alias: null, peer: '', status: '', answer: '', sizeBytes: null, isEncrypted: null }
}

/** The sender before SRS gave the envelope an address of this server (SRS0=hash=day=domain=local@here). */
export function originalSender(from: string): string {
  const [, domain, local] = /^SRS0=[^=]*=[^=]*=([^=]+)=(.*)@[^@]*$/i.exec(from) ?? []
  return short(domain === undefined || local === undefined ? from : `${local}@${domain}`)
}

// oxlint-disable-next-line no-control-regex
const short = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f]/g, ' ').slice(0, longestText)
