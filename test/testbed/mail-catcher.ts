/** A mail server that keeps what it is given, for alerts that a test server sends. */
import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { waitForCount } from './arrival.ts'
import { makeAuthority } from './authority.ts'
import { findOuterEnd } from './outer-end.ts'

export interface MailCatcherOptions {
  /** `starttls`: offered, and needed before anything else; `implicit`: TLS from the first byte. */
  readonly security?: 'none' | 'starttls' | 'implicit'
  /** What its certificate is for, besides its address. */
  readonly names?: readonly string[]
  /** Who may send; everyone when left out. */
  readonly login?: { readonly user: string; readonly password: string }
}

export interface CaughtMail {
  /** Envelope addresses. */
  readonly from: string
  readonly to: readonly string[]
  /** Whether it came over TLS. */
  readonly isEncrypted: boolean
  /** Who logged in. */
  readonly user: string | null
  readonly subject: string
  readonly text: string
  /** The whole message, parsed. */
  readonly message: Email
  /** As it came, byte for byte. */
  readonly raw: Buffer
}

export interface MailCatcher {
  /** As a test server sees it. */
  readonly host: string
  readonly port: number
  /** PEM: the authority of its certificate; null without TLS. */
  readonly authority: string | null
  readonly mails: readonly CaughtMail[]
  /** Waits until that many have come and gives all. @throws Error after `timeoutMs` (20 s) */
  waitFor(count: number, timeoutMs?: number): Promise<readonly CaughtMail[]>
  /** Refuses every message with that code and text (such as 550), until null. */
  refuseWith(problem: { readonly code: number; readonly text: string } | null): void
  /** Refuses mail for that address from now on, as for one that does not exist. */
  refuseRecipient(address: string): void
  stop(): Promise<void>
}

export async function startMailCatcher(options: MailCatcherOptions = {}): Promise<MailCatcher> {
  const { security = 'none', login } = options
  const { bind, host } = await findOuterEnd()
  const authority = security === 'none' ? null : await makeAuthority([host, ...(options.names ?? [])])
  const mails: CaughtMail[] = []
  const unknown = new Set<string>()
  let problem: { readonly code: number; readonly text: string } | null = null
  const server = new SMTPServer({
    secure: security === 'implicit',
    ...(authority ? { key: authority.server.key, cert: authority.server.certificate } : {}),
    disabledCommands: [...(security === 'none' ? ['STARTTLS'] : []), ...(login ? [] : ['AUTH'])],
    allowInsecureAuth: security === 'none',
    disableReverseLookup: true,
    onAuth: (auth, _session, done) => {
      const isRight = auth.username === login?.user && auth.password === login?.password
      if (isRight) done(null, { user: auth.username })
      else done(new Error('Wrong name or password'))
    },
    onRcptTo: (address, _session, done) => done(unknown.has(address.address) ? refusal(550, '5.1.1 There is nobody of that name here') : null),
    onMailFrom: (_address, session, done) => {
      done(security === 'starttls' && !session.secure ? refusal(530, 'Must issue a STARTTLS command first') : null)
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (problem) return done(refusal(problem.code, problem.text))
        const { mailFrom, rcptTo } = session.envelope
        const envelope = { from: mailFrom ? mailFrom.address : '', to: rcptTo.map((each) => each.address) }
        const raw = Buffer.concat(chunks)
        PostalMime.parse(raw).then((message) => {
          const { subject = '', text = '' } = message
          mails.push({ ...envelope, isEncrypted: session.secure, user: session.user ?? null, subject, text, message, raw })
          done()
        }, done)
      })
    },
  })
  server.on('error', () => {}) // a client that hung up; what did not come is seen as missing
  await new Promise<void>((resolve, reject) => void server.server.once('error', reject).listen(0, bind, resolve))
  return {
    host, mails,
    port: (server.server.address() as AddressInfo).port,
    authority: authority?.certificate ?? null,
    waitFor: (count, timeoutMs) => waitForCount(mails, count, timeoutMs),
    refuseRecipient: (address) => void unknown.add(address),
    refuseWith: (given) => void (problem = given),
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

function refusal(code: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: code })
}
