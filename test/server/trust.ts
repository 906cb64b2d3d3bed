/** A server whose sites get certificates from a real authority of the test bed, and how they come along. */
import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'node:https'
import type { PeerCertificate, TLSSocket } from 'node:tls'
import type { CertificateAttempt, CertificateCare } from '../../src/shared/certificate.ts'
import { describeNow } from '../../src/main/server/describe-now.ts'
import type { SiteStatus } from '../../src/shared/status.ts'
import { startServer, useResolver, type TestAcme, type TestServer } from '../testbed/index.ts'
import { on, Pipeline, resources } from './pipeline.ts'

export class TrustedServer {
  readonly server: TestServer
  readonly pipeline: Pipeline
  readonly acme: TestAcme

  private constructor(server: TestServer, acme: TestAcme) {
    this.server = server
    this.acme = acme
    this.pipeline = Pipeline.to(server)
  }

  /** A server that is set up and gets its certificates from `acme`. */
  static async start(acme: TestAcme): Promise<TrustedServer> {
    const trusted = new TrustedServer(await startServer(), acme)
    try {
      await trusted.pipeline.apply({ kind: 'set-up' })
      await useResolver(trusted.server, acme.dns.address)
      await trusted.useAuthority()
      return trusted
    } catch (error) {
      await trusted.stop()
      throw error
    }
  }

  async useAuthority(acme = this.acme): Promise<void> {
    const dnsAccounts = (await this.pipeline.facts()).spec?.certificates.dnsAccounts ?? []
    await this.pipeline.apply({ kind: 'change-certificates', certificates: { authority: { kind: 'custom', directory: acme.directory, bundle: acme.bundle }, dnsAccounts } })
  }

  pointHere(...names: readonly string[]): void {
    for (const name of names) this.acme.dns.set(name, { a: [this.server.host] })
  }

  async status(siteId: string): Promise<SiteStatus> {
    const found = describeNow(await this.pipeline.facts(), resources).sites.find(({ site }) => site.id === siteId)
    if (found === undefined) throw new Error(`There is no site ${siteId}.`)
    return found
  }

  /** What the server noted, once it is as wanted; throws with what it is instead after `withinMs`. */
  async careUntil(siteId: string, isWanted: (care: CertificateCare) => boolean, withinMs = 30_000): Promise<CertificateCare> {
    const deadline = Date.now() + withinMs
    for (;;) {
      const { care } = await this.status(siteId)
      if (care !== null && isWanted(care)) return care
      if (Date.now() > deadline) throw new Error(`The certificate of ${siteId} is not as wanted: ${JSON.stringify(care)}\n${await on(this.server, 'journalctl --unit=homeport-certificates.service --lines=30 --no-pager --output=cat')}`)
      await sleep(300)
    }
  }

  /** The last attempt, once it came to this. */
  async attemptOf(siteId: string, code: string, withinMs?: number): Promise<CertificateAttempt> {
    const care = await this.careUntil(siteId, ({ attempts }) => attempts[0]?.code === code, withinMs)
    const [attempt] = care.attempts
    if (attempt === undefined) throw new Error('There is no attempt.')
    return attempt
  }

  /** The server looks now, as after a request of the window or at its timer's turn. */
  async lookNow(siteId: string): Promise<void> {
    const session = await this.pipeline.session()
    await session.run({ name: 'request-certificate', script: resources.text('commands/request-certificate.sh'), args: [siteId] })
  }

  /** See `forgetLastOrder`. */
  async forgetLastOrder(siteId: string): Promise<void> {
    await forgetLastOrder(this.server, siteId)
  }

  /** The serial of the certificate that visitors get. Throws where it is not signed by the authority, or not for the name. */
  async servedSerial(domain: string): Promise<string> {
    return (await this.handshake(domain)).serialNumber
  }

  async handshake(domain: string): Promise<PeerCertificate> {
    return await new Promise((resolve, reject) => {
      const question = request({ host: this.server.host, port: 443, servername: domain, headers: { host: domain }, ca: this.acme.root, agent: false, timeout: 10_000 }, (response) => {
        resolve((response.socket as TLSSocket).getPeerCertificate())
        response.resume()
      })
      question.on('error', reject)
      question.end()
    })
  }

  async stop(): Promise<void> {
    this.pipeline.close()
    await this.server.stop()
  }
}

/** As if an hour had passed since the last order, and with it the time of the next attempt. */
export async function forgetLastOrder(server: TestServer, siteId: string): Promise<void> {
  await on(server, `sed -i -e 's/"orders": {[^}]*}/"orders": {}/' -e 's/"nextCheckAt": [0-9]*/"nextCheckAt": 5/' /var/lib/homeport/renewals/state/${siteId}.json`)
}
