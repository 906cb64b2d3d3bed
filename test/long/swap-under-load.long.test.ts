/** Visitors of a site notice nothing while its certificate is renewed and the proxy is reloaded, again and again. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { on } from '../server/pipeline.ts'
import { TrustedServer } from '../server/trust.ts'
import { startAcme, type TestAcme } from '../testbed/index.ts'
import { failuresOf, startLoad, type LoadReport } from './load.ts'

const domain = 'busy.example.test'
const body = '<h1>Busy</h1>'
const least = { renewals: 12, reloads: 25, http1: 20_000, http2: 3_000 } as const

let acme: TestAcme
let trusted: TrustedServer
beforeAll(async () => {
  acme = await startAcme()
  trusted = await TrustedServer.start(acme)
  trusted.pointHere(domain)
  await trusted.pipeline.addUpload(domain, { 'index.html': body })
  await trusted.careUntil(domain, (care) => care.trusted, 60_000)
})
afterAll(async () => {
  await trusted?.stop()
  await acme?.stop()
})

/** A certificate and the time in which nothing else may be shown to a new connection. Milliseconds since 1970. */
interface Reign { readonly serial: string; readonly fromMs: number; untilMs: number }

/** Renews the certificate until `isEnough`; gives what was in force when. */
async function renewAgainAndAgain(isEnough: (renewals: number) => boolean): Promise<Reign[]> {
  let current: Reign = { serial: await trusted.servedSerial(domain), fromMs: Date.now(), untilMs: 0 }
  const reigns = [current]
  while (!isEnough(reigns.length - 1)) {
    await trusted.forgetLastOrder(domain)
    current.untilMs = Date.now()
    await trusted.pipeline.act({ kind: 'renew-certificate', siteId: domain })
    const fromMs = Date.now()
    current = { serial: await storedSerial(), fromMs, untilMs: 0 }
    reigns.push(current)
    // New connections are to be seen under each of them, and reloads too.
    await sleep(1_000)
  }
  current.untilMs = Date.now()
  return reigns
}

async function storedSerial(): Promise<string> {
  return (await on(trusted.server, `openssl x509 -noout -serial -in /var/lib/homeport/certificates/${domain}.pem`)).replace('serial=', '')
}

async function reloadAgainAndAgain(isEnough: (reloads: number) => boolean): Promise<number> {
  let reloads = 0
  while (!isEnough(reloads)) {
    await on(trusted.server, 'systemctl reload homeport-proxy.service')
    reloads++
    // Out of step with the renewals.
    await sleep(Math.random() * 1_500)
  }
  return reloads
}

function isEnoughLoad({ http1, http2 }: LoadReport): boolean {
  return http1.requests >= least.http1 && http2.requests >= least.http2
}

it('loses no request and shows every new connection the new certificate', async () => {
  const load = startLoad({ host: trusted.server.host, domain, authority: acme.root, body })
  let renewals = 0
  let reloads = 0
  // Both go on until both have been done often enough and enough visitors have come.
  const isAllDone = (): boolean => renewals >= least.renewals && reloads >= least.reloads && isEnoughLoad(load.report())
  const [reigns] = await Promise.all([
    renewAgainAndAgain((done) => { renewals = done; return isAllDone() }),
    reloadAgainAndAgain((done) => { reloads = done; return isAllDone() }),
  ]).finally(() => load.stop())
  const report = await load.stop()

  const judged = report.opened.map((one) => ({ ...one, reign: reigns.find(({ fromMs, untilMs }) => one.startedAtMs >= fromMs && one.startedAtMs <= untilMs) })).filter(({ reign }) => reign !== undefined)
  const wrong = judged.filter(({ serial, reign }) => serial !== reign?.serial)
  const figures = `${failuresOf(report)} failed of ${report.http1.requests} requests over HTTP/1.1 keep-alive, ${report.http2.requests} over HTTP/2 and ${report.newcomers.requests} on connections of their own (${report.heldBack} over HTTP/2 were not sent, as GOAWAY came first); `
    + `${renewals} renewals, ${reloads} reloads; ${report.opened.length} connections, ${judged.length} of them between renewals, ${wrong.length} with another certificate than the newest; `
    + JSON.stringify({ http1: report.http1.failed, http2: report.http2.failed, newcomers: report.newcomers.failed })
  console.warn(figures)
  expect(failuresOf(report), figures).toBe(0)
  expect(wrong, figures).toEqual([])
  expect(renewals, figures).toBeGreaterThanOrEqual(least.renewals)
  expect(reloads, figures).toBeGreaterThanOrEqual(least.reloads)
  expect(report.http1.requests, figures).toBeGreaterThanOrEqual(least.http1)
  expect(report.http2.requests, figures).toBeGreaterThanOrEqual(least.http2)
  expect(new Set(reigns.map(({ serial }) => serial)).size, 'certificates, all different').toBe(renewals + 1)
  // Each of them was seen by somebody, over both protocols.
  for (const protocol of ['http/1.1', 'h2'] as const) {
    const seen = new Set(report.opened.filter((one) => one.protocol === protocol).map(({ serial }) => serial))
    expect(reigns.filter(({ serial }) => !seen.has(serial)), `${protocol}: ${figures}`).toEqual([])
  }
})
