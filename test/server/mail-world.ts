/** A server that forwards mail, in a small internet of the test bed: names, mail servers that it forwards to, and people who write. */
import { randomBytes } from 'node:crypto'
import { createTransport, type SendMailOptions } from 'nodemailer'
import type { Edit } from '../../src/shared/edit.ts'
import type { MailDomain, MailService } from '../../src/shared/mail.ts'
import { startAcme, startMailCatcher, startServer, useResolver, type MailCatcher, type TestAcme, type TestServer } from '../testbed/index.ts'
import { on, Pipeline } from './pipeline.ts'

export const hostname = 'mail.example.test'

export class MailWorld {
  readonly server: TestServer
  readonly pipeline: Pipeline
  readonly acme: TestAcme
  #addresses = 10
  /** What leads to the targets, as commands; a power cut takes it away. */
  readonly #leads: string[] = []

  private constructor(server: TestServer, acme: TestAcme) {
    this.server = server
    this.acme = acme
    this.pipeline = Pipeline.to(server)
  }

  /** A server with mail turned on for these domains. `prepare`: what else needs the wide world. */
  static async start(domains: readonly MailDomain[], prepare: (world: MailWorld) => Promise<void> = () => Promise.resolve(), service: Omit<MailService, 'hostname'> = {}): Promise<MailWorld> {
    const [server, acme] = await Promise.all([startServer(), startAcme()])
    const world = new MailWorld(server, acme)
    try {
      await world.pipeline.apply({ kind: 'set-up' })
      await world.pipeline.apply({ kind: 'change-mail', service: { hostname, ...service } })
      for (const domain of domains) await world.pipeline.apply({ kind: 'add-mail-domain', domain })
      await prepare(world)
      await world.move()
      return world
    } catch (error) {
      await world.stop()
      throw error
    }
  }

  /** The same around a server that somebody else set up. */
  static around(server: TestServer, acme: TestAcme): MailWorld { return new MailWorld(server, acme) }

  /** From the wide world, in which what an image is made from was found, into this one. Containers copy the resolver when they start. */
  async move(): Promise<void> {
    await useResolver(this.server, this.acme.dns.address)
    this.acme.dns.set(hostname, { a: [this.server.host] })
    await this.restart()
  }

  async restart(): Promise<void> { await on(this.server, 'systemctl restart homeport-mail.service') }

  apply = (edit: Edit): ReturnType<Pipeline['apply']> => this.pipeline.apply(edit)

  /** A mail server for those domains, on port 25 of an address of its own as the server sees it. */
  async startTarget(...domains: readonly string[]): Promise<MailCatcher> {
    const catcher = await startMailCatcher()
    const address = `192.0.2.${this.#addresses++}`
    this.#leads.push(`iptables -t nat -A OUTPUT -p tcp -d ${address} --dport 25 -j DNAT --to-destination ${catcher.host}:${catcher.port}`)
    await on(this.server, this.#leads.at(-1) ?? 'true')
    for (const domain of domains) this.acme.dns.set(domain, { a: [address] })
    return catcher
  }

  /** Makes the ways to the targets anew, after a power cut. */
  async leadAgain(): Promise<void> { await on(this.server, this.#leads.join(' && ')) }

  /** Gives the server a mail from outside; rejects with what it said where it is refused. */
  async write(mail: SendMailOptions, more: { readonly ca?: string } = {}): Promise<void> {
    const transport = createTransport({ host: this.server.host, port: 25, name: 'client.sender.test', secure: false, tls: more.ca === undefined ? { rejectUnauthorized: false } : { ca: more.ca, servername: hostname }, requireTLS: more.ca !== undefined })
    try {
      await transport.sendMail({ subject: subjectOf(), text: 'Hello', ...mail })
    } finally {
      transport.close()
    }
  }

  async stop(): Promise<void> {
    this.pipeline.close()
    await Promise.all([this.server.stop(), this.acme.stop()])
  }
}

/** One that no other mail has. */
export const subjectOf = (): string => `test ${randomBytes(6).toString('hex')}`

/** The mail with that subject, once it has come. */
export async function arrivalOf(catcher: MailCatcher, subject: string, timeoutMs = 20_000): Promise<MailCatcher['mails'][number]> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const found = catcher.mails.find((mail) => mail.subject === subject)
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`"${subject}" did not come; these did: ${catcher.mails.map((mail) => mail.subject).join(', ')}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
