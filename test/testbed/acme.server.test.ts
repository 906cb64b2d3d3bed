/** The parts of the internet that certificates need: if one of these fails, no failure of another certificate test means anything. */
import { X509Certificate } from 'node:crypto'
import { Resolver } from 'node:dns/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadResources } from '../../src/main/resources.ts'
import {
  startAcme, startMailCatcher, startNameServer, startServer, startWebhookCatcher, useResolver,
  type AcmeOptions, type TestAcme, type TestServer,
} from './index.ts'

/** The first run on a machine makes the images. */
const FIRST_START_MS = 10 * 60_000
const { images } = loadResources(join(import.meta.dirname, '..', '..', 'resources'))
const CERTBOT = 'docker run --rm --network host -v /root/bundle.pem:/bundle.pem:ro -v /root/dns.ini:/dns.ini:ro -v /root/state:/etc/letsencrypt -e REQUESTS_CA_BUNDLE=/bundle.pem'
const ORDER = 'certonly --non-interactive --agree-tos --register-unsafely-without-email'

let server: TestServer
let acme: TestAcme

beforeAll(async () => {
  ;[server, acme] = await Promise.all([startServer(), startAcme({ refusesEveryOtherNonce: true, validitySeconds: 300 })])
  await run('apt-get update -q && apt-get install -q -y --no-install-recommends docker.io docker-cli')
}, FIRST_START_MS)

afterAll(() => Promise.all([server?.stop(), acme?.stop()]), 30_000)

/** What the command printed; fails the test when it failed. */
async function run(command: string, input = ''): Promise<string> {
  const result = await server.exec(command, { input })
  expect(result, command).toMatchObject({ code: 0 })
  return result.stdout.trim()
}

/** Runs certbot in a container of the test server, with a state of its own for each CA. */
async function certbot(ca: TestAcme, name: string, args: string, image = images.certbot.ref) {
  await run('rm -rf /root/bundle.pem; mkdir -p /root/state; [ -e /root/dns.ini ] || touch /root/dns.ini; cat > /root/bundle.pem', ca.bundle)
  return server.exec(`${CERTBOT} ${image} ${ORDER} --server ${ca.directory} -d ${name} ${args}`)
}

async function readCertificate(name: string): Promise<X509Certificate> {
  return new X509Certificate(await run(`cat /root/state/live/${name}/cert.pem`))
}

async function withAcme(options: AcmeOptions, work: (ca: TestAcme) => Promise<void>): Promise<void> {
  const ca = await startAcme(options)
  try {
    await work(ca)
  } finally {
    await ca.stop()
  }
}

describe('the test CA', { timeout: 60_000 }, () => {
  it('issues a short-lived certificate to certbot over HTTP-01, refusing half of its nonces', async () => {
    acme.dns.set('a.example.com', { a: [server.host] })
    expect(await certbot(acme, 'a.example.com', '--standalone')).toMatchObject({ code: 0 })
    const certificate = await readCertificate('a.example.com')
    expect(certificate.subjectAltName).toBe('DNS:a.example.com')
    expect(certificate.validToDate.getTime() - Date.now()).toBeLessThan(300_000)
    expect(acme.requests.filter(({ method, status }) => method === 'POST' && status === 400).length).toBeGreaterThan(3)
    const issuer = new X509Certificate(await run('cat /root/state/live/a.example.com/chain.pem'))
    expect(issuer.verify(new X509Certificate(acme.root).publicKey)).toBe(true)
  })

  it('makes certbot renew at once when it suggests so', async () => {
    const count = (kind: string): number => acme.requests.filter((each) => each.kind === kind && each.status < 300).length
    const [asked, ordered] = [count('renewal-info'), count('new-order')]
    const hourAgo = new Date(Date.now() - 3_600_000)
    await acme.suggestRenewal(await run('cat /root/state/live/a.example.com/cert.pem'), { start: hourAgo, end: hourAgo })
    expect(await certbot(acme, 'a.example.com', '--standalone --keep-until-expiring')).toMatchObject({ code: 0 })
    expect([count('renewal-info') - asked, count('new-order') - ordered]).toEqual([1, 1])
  })

  it('refuses a name that leads nowhere', async () => {
    expect((await certbot(acme, 'nowhere.example.com', '--standalone')).stdout).toContain('could not resolve')
  })

  it('answers orders as it is told, and counts them', async () => {
    const before = acme.requests.length
    acme.answerOrdersWith({ status: 429, type: 'rateLimited', detail: 'too many certificates already issued', retryAfter: 3600 })
    const refused = await certbot(acme, 'a.example.com', '--standalone --force-renewal')
    acme.answerOrdersWith(null)
    expect(refused.stderr + refused.stdout).toContain('too many certificates already issued')
    const orders = acme.requests.slice(before).filter(({ kind, status }) => kind === 'new-order' && status === 429)
    expect(orders).toMatchObject([{ names: ['a.example.com'] }])
  })

  it('refuses connections while it is down and knows no account once it forgot', async () => {
    await acme.down()
    expect((await certbot(acme, 'a.example.com', '--standalone --force-renewal')).stderr).toContain('refused')
    await acme.up()
    await acme.forget()
    const refused = await certbot(acme, 'a.example.com', '--standalone --force-renewal')
    // certbot prints the detail of a problem and not its type.
    expect(refused.stdout + refused.stderr).toMatch(/Account .* not found/)
  })

  it('hangs while it is paused and answers what waited afterwards', async () => {
    await run('cat > /root/bundle.pem', acme.bundle)
    const directory = `curl --silent --show-error --cacert /root/bundle.pem ${acme.directory}`
    acme.pause()
    expect((await server.exec(`${directory} --max-time 1`)).code).toBe(28)
    const waiting = run(directory)
    acme.resume()
    expect(await waiting).toContain('newOrder')
  })

  it('gives an account only to who shows the external account it handed out', async () => {
    await withAcme({ needsExternalAccount: true }, async (ca) => {
      ca.dns.set('eab.example.com', { a: [server.host] })
      expect((await certbot(ca, 'eab.example.com', '--standalone')).code).not.toBe(0)
      const shown = `--standalone --eab-kid ${ca.eab?.keyId} --eab-hmac-key ${ca.eab?.hmac}`
      expect(await certbot(ca, 'eab.example.com', shown)).toMatchObject({ code: 0 })
    })
  })
})

describe('the test DNS', { timeout: 60_000 }, () => {
  it('validates a wildcard in a zone that certbot changes by RFC 2136', async () => {
    const names = await startNameServer({ zone: 'zone.test', records: ['www A 192.0.2.7'] })
    try {
      await withAcme({}, async (ca) => {
        await ca.dns.forward(names.zone, names)
        const { name, algorithm, secret } = names.tsig
        const settings = { server: names.address, name, algorithm, secret }
        const lines = Object.entries(settings).map(([key, value]) => `dns_rfc2136_${key} = ${value}\n`)
        await run('install -m 0600 /dev/stdin /root/dns.ini', lines.join(''))
        const args = "--dns-rfc2136 --dns-rfc2136-credentials /dns.ini --dns-rfc2136-propagation-seconds 1 --cert-name wild -d '*.zone.test'"
        expect(await certbot(ca, 'zone.test', args, images['certbot-dns-rfc2136'].ref)).toMatchObject({ code: 0 })
      })
      expect((await readCertificate('wild')).subjectAltName).toBe('DNS:zone.test, DNS:*.zone.test')
    } finally {
      await names.stop()
    }
  })

  it('answers this computer and a test server what was set, and changes at once', async () => {
    const resolver = new Resolver({ timeout: 1000, tries: 1 })
    resolver.setServers([acme.dns.address])
    acme.dns.set('site.example.net', { a: ['192.0.2.1'], aaaa: ['2001:db8::1'], caa: ['0 issue "letsencrypt.org"'] })
    acme.dns.set('www.example.net', { cname: 'site.example.net' })
    expect(await resolver.resolve4('www.example.net')).toEqual(['192.0.2.1'])
    expect(await resolver.resolve6('www.example.net')).toEqual(['2001:db8::1'])
    expect(await resolver.resolveCaa('site.example.net')).toMatchObject([{ issue: 'letsencrypt.org' }])
    await useResolver(server, acme.dns.address)
    expect(await run('getent ahosts www.example.net')).toContain('192.0.2.1')
    acme.dns.serveFail('site.example.net')
    await expect(resolver.resolve4('site.example.net')).rejects.toMatchObject({ code: 'ESERVFAIL' })
    acme.dns.clear('site.example.net')
    await expect(resolver.resolve4('site.example.net')).rejects.toMatchObject({ code: 'ENOTFOUND' })
    expect((await server.exec('getent hosts www.example.net')).code).toBe(2)
    // Where packages come from is known outside only.
    const mirror = (await run("sed -nE 's#.*https?://([^/ ]+).*#\\1#p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1")).trim()
    await acme.dns.forward(mirror)
    expect((await server.exec(`getent hosts ${mirror}`)).code, mirror).toBe(0)
  })
})

describe('what catches alerts', { timeout: 20_000 }, () => {
  it('keeps a mail that python sent over STARTTLS with a login', async () => {
    const login = { user: 'alerts@example.com', password: 'pass:"word\' $' }
    const mail = await startMailCatcher({ security: 'starttls', login })
    try {
      await run('cat > /root/mail-authority.pem', mail.authority ?? '')
      const script = [
        'import smtplib, ssl', 'from email.message import EmailMessage',
        'm = EmailMessage(); m["From"] = "a@example.com"; m["To"] = "b@example.com"; m["Subject"] = "Grüße"; m.set_content("läuft ab\\n")',
        `s = smtplib.SMTP("${mail.host}", ${mail.port})`, 's.starttls(context=ssl.create_default_context(cafile="/root/mail-authority.pem"))',
        `s.login(${JSON.stringify(login.user)}, ${JSON.stringify(login.password)})`, 's.send_message(m); s.quit()',
      ]
      await run('python3 -', script.join('\n'))
      const [caught] = await mail.waitFor(1)
      expect(caught).toMatchObject({ from: 'a@example.com', to: ['b@example.com'], user: login.user, isEncrypted: true, subject: 'Grüße', text: 'läuft ab\n' })
    } finally {
      await mail.stop()
    }
  })

  it('keeps JSON that was posted, and answers with the status it is told', async () => {
    const webhook = await startWebhookCatcher({ isHttps: true })
    try {
      await run('cat > /root/hook-authority.pem', webhook.authority ?? '')
      webhook.answerWith(503)
      const post = `curl --silent --output /dev/null --write-out '%{http_code}' --cacert /root/hook-authority.pem --json '{"site":"a"}' ${webhook.url}`
      expect(await run(post)).toBe('503')
      expect(await webhook.waitFor(1)).toMatchObject([{ method: 'POST', body: { site: 'a' } }])
    } finally {
      await webhook.stop()
    }
  })
})
