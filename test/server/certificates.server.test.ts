/** Certificates on a real server, from a real authority: how they come, how they are renewed, and what happens where they do not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import { describeNow } from '../../src/main/server/describe-now.ts'
import { keepSecret } from '../../src/main/server/keep-secret.ts'
import { startAcme, startMailCatcher, startNameServer, startServer, startWebhookCatcher, useResolver, type TestAcme } from '../testbed/index.ts'
import { on, Pipeline, resources } from './pipeline.ts'
import { TrustedServer } from './trust.ts'
import { visit, visitPlain } from './visitor.ts'

let acme: TestAcme
let trusted: TrustedServer
beforeAll(async () => {
  acme = await startAcme({ nonceRejectPercent: 15 })
  trusted = await TrustedServer.start(acme)
})
afterAll(async () => {
  await trusted?.stop()
  await acme?.stop()
})

const page = { 'index.html': '<h1>Here</h1>' }
const domain = 'trusted.example.test'

describe('a site whose domain leads here', () => {
  it('has a trusted certificate within a minute, without a click, though the authority refuses nonces', async () => {
    trusted.pointHere(domain, `www.${domain}`)
    const { release } = await trusted.pipeline.send(page)
    await trusted.pipeline.addSite({ domain, www: true, source: { kind: 'upload', release } })
    const care = await trusted.careUntil(domain, (one) => one.trusted, 60_000)
    expect(care.attempts[0]).toMatchObject({ code: 'issued', retryAt: null })
    expect(care.names).toEqual([domain, `www.${domain}`])
    expect((await trusted.handshake(domain)).subjectaltname).toContain(`DNS:www.${domain}`)
  })
  it('leaves nothing for a second plan to do', async () => expect(await trusted.pipeline.leftToDo()).toEqual([]))
  it('leads HTTP to HTTPS for good, and its other name to itself, with path and query', async () => {
    // Which names are trusted is said when the certificate is in place, by a container of its own.
    await expect.poll(() => visitPlain(trusted.server.host, domain, '/a/b?c=d'), { timeout: 60_000 }).toMatchObject({ status: 301, headers: { location: `https://${domain}/a/b?c=d` } })
    expect(await visit(trusted.server.host, `www.${domain}`, '/a/b?c=d')).toMatchObject({ status: 301, headers: { location: `https://${domain}/a/b?c=d` } })
  })
  it('sends HSTS once that is wanted, over HTTPS only', async () => {
    expect((await visit(trusted.server.host, domain)).headers['strict-transport-security']).toBeUndefined()
    await trusted.pipeline.apply({ kind: 'change-site-certificate', siteId: domain, certificate: { kind: 'automatic' }, hsts: true })
    expect((await visit(trusted.server.host, domain)).headers['strict-transport-security']).toBe('max-age=31536000')
    expect((await visitPlain(trusted.server.host, domain)).headers['strict-transport-security']).toBeUndefined()
  })
  it('is not ordered twice within an hour, and says when it may be', async () => {
    const orders = acme.requests.filter(({ kind }) => kind === 'new-order').length
    await expect(trusted.pipeline.act({ kind: 'renew-certificate', siteId: domain })).rejects.toThrow(/less than an hour ago. The next one is possible at \d\d:\d\d UTC/)
    expect(acme.requests.filter(({ kind }) => kind === 'new-order')).toHaveLength(orders)
  })
  it('gets another one when a person asks, and it is served', async () => {
    const before = await trusted.servedSerial(domain)
    await trusted.forgetLastOrder(domain)
    await trusted.pipeline.act({ kind: 'renew-certificate', siteId: domain })
    expect(await trusted.servedSerial(domain)).not.toBe(before)
    expect((await trusted.attemptOf(domain, 'renewed')).retryAt).toBeNull()
  })
  it('is renewed when the authority asks for it (ARI), long before its end', async () => {
    const before = await trusted.servedSerial(domain)
    const asked = Date.now()
    await acme.suggestRenewal(await on(trusted.server, `cat /var/lib/homeport/certificates/${domain}.pem`), { start: new Date(Date.now() - 7200_000), end: new Date(Date.now() - 3600_000) })
    // An authority is asked every few hours; it may have been asked just now, and once more while this is undone.
    await on(trusted.server, `while [ "$(systemctl show --property=ActiveState --value homeport-certificates.service)" = activating ]; do sleep 0.1; done; sed -i '/^ari_retry_after/d' /var/lib/homeport/acme/renewal/*.conf`)
    // Its advice is not forgotten when the order that it leads to fails.
    acme.answerOrdersWith({ status: 500, type: 'serverInternal', detail: 'Busy' })
    await trusted.lookNow(domain)
    await trusted.attemptOf(domain, 'authority-down').finally(() => acme.answerOrdersWith(null))
    await trusted.forgetLastOrder(domain)
    await trusted.lookNow(domain)
    await trusted.careUntil(domain, ({ attempts }) => attempts[0]?.code === 'renewed' && attempts[0].at > asked).catch(async (error: unknown) => {
      const questions = acme.requests.filter(({ kind }) => kind === 'renewal-info' || kind === 'new-order').map(({ kind, status, atMs }) => `${new Date(atMs).toISOString()} ${kind} ${status}`)
      throw new Error(`asked at ${new Date(asked).toISOString()}:\n${questions.join('\n')}\n${await on(trusted.server, 'cat /var/lib/homeport/acme/renewal/*.conf')}`, { cause: error })
    })
    expect(await trusted.servedSerial(domain)).not.toBe(before)
  })
})

describe('a site whose domain does not lead here', () => {
  const waiting = 'waiting.example.test'
  it('says that the name has no address, spends no order and keeps the others as they are', async () => {
    const orders = acme.requests.filter(({ kind }) => kind === 'new-order').length
    await trusted.pipeline.addUpload(waiting, page)
    expect(await trusted.attemptOf(waiting, 'dns-missing')).toMatchObject({ detail: expect.stringContaining(waiting) as string, retryAt: expect.any(Number) as number })
    expect(acme.requests.filter(({ kind }) => kind === 'new-order')).toHaveLength(orders)
    expect(await trusted.servedSerial(domain)).not.toBe('')
    expect((await visit(trusted.server.host, waiting)).status).toBe(200)
    expect((await visitPlain(trusted.server.host, waiting)).status).toBe(302)
  })
  it('says that nobody answers for the name', async () => {
    // Nothing listens on port 80 there: only the authority can tell whether that is this server behind an address translation.
    acme.dns.set(waiting, { a: [acme.dns.address] })
    await trusted.lookNow(waiting)
    expect((await trusted.attemptOf(waiting, 'unreachable')).detail).toMatch(/refused|connect/i)
  })
  it('gets its certificate by itself when the name leads here', async () => {
    trusted.pointHere(waiting)
    await trusted.forgetLastOrder(waiting)
    await trusted.lookNow(waiting)
    await trusted.careUntil(waiting, (care) => care.trusted)
    expect(await trusted.servedSerial(waiting)).not.toBe('')
  })
  it('leaves nothing of its renewals when it is removed', async () => {
    await trusted.pipeline.apply({ kind: 'remove-site', siteId: waiting, data: 'delete' })
    await expect.poll(() => on(trusted.server, `find /var/lib/homeport/acme /var/lib/homeport/certificates /var/lib/homeport/renewals -name '*${waiting}*'`), { timeout: 10_000 }).toBe('')
  })
})

describe('an authority that does not do its part', () => {
  const failing = 'failing.example.test'
  beforeAll(async () => {
    trusted.pointHere(failing)
    acme.answerOrdersWith({ status: 429, type: 'rateLimited', detail: 'too many certificates already issued, retry after 2100-01-01 00:00:00 UTC', retryAfter: 3600 })
    await trusted.pipeline.addUpload(failing, page)
  })
  const tryAgain = async (): Promise<void> => {
    await trusted.forgetLastOrder(failing)
    await trusted.lookNow(failing)
  }
  it('has a limit: its end is known and kept', async () => {
    const attempt = await trusted.attemptOf(failing, 'rate-limited')
    // Nobody is locked out for years by a word of an authority.
    expect(attempt.retryAt).toBeGreaterThan(Date.now() + 7 * 86_400_000)
    expect(attempt.retryAt).toBeLessThan(Date.now() + 9 * 86_400_000)
    expect(attempt.detail).toContain('too many certificates')
    acme.answerOrdersWith(null)
  })
  it('is down: said, with the time of the next attempt', async () => {
    await acme.down()
    try {
      await tryAgain()
      const attempt = await trusted.attemptOf(failing, 'authority-down')
      expect(attempt.retryAt).toBeGreaterThan(Date.now())
    } finally {
      await acme.up()
    }
  })
  it('has an error of its own', async () => {
    acme.answerOrdersWith({ status: 500, type: 'serverInternal', detail: 'The database is away' })
    await tryAgain()
    const { attempts } = await trusted.careUntil(failing, ({ attempts: [last] }) => last?.detail.includes('The database is away') === true)
    expect(attempts[0]).toMatchObject({ code: 'authority-down', retryAt: expect.any(Number) as number })
    acme.answerOrdersWith(null)
  })
  it('refuses for a CAA record', async () => {
    acme.answerOrdersWith({ status: 403, type: 'caa', detail: 'CAA record for failing.example.test prevents issuance' })
    await tryAgain()
    expect((await trusted.attemptOf(failing, 'caa')).detail).toContain('prevents issuance')
    acme.answerOrdersWith(null)
  })
  it('finds a full disk, and says so', async () => {
    await on(trusted.server, 'cp -a /var/lib/homeport/acme /root/acme && mount -t tmpfs -o size=64k tmpfs /var/lib/homeport/acme && cp -a /root/acme/accounts /var/lib/homeport/acme/ && { dd if=/dev/zero of=/var/lib/homeport/acme/full 2>/dev/null || true; }')
    try {
      await tryAgain()
      expect((await trusted.attemptOf(failing, 'disk-full')).retryAt).toBeGreaterThan(Date.now())
    } finally {
      await on(trusted.server, 'umount --lazy /var/lib/homeport/acme && rm -rf /root/acme')
    }
  })
  it('has forgotten the account: a new one is made, and the certificate comes', async () => {
    await acme.forget()
    await trusted.useAuthority()
    await tryAgain()
    await trusted.careUntil(failing, (care) => care.trusted, 60_000)
    expect(await trusted.servedSerial(failing)).not.toBe('')
  })
})

describe('a certificate of one’s own', () => {
  const own = 'example.org'
  const read = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
  it('is served as it is, and never renewed', async () => {
    await trusted.pipeline.addUpload(own, page)
    const secret = await keepSecret(await trusted.pipeline.session(), { kind: 'certificate', chain: read('leaf.pem') + read('middle.pem') + read('root.pem'), key: read('leaf.key'), names: [own] }, resources)
    await trusted.pipeline.apply({ kind: 'change-site-certificate', siteId: own, certificate: { kind: 'own', secret }, hsts: false })
    expect(await trusted.careUntil(own, ({ attempts }) => attempts[0]?.code === 'installed')).toMatchObject({ kind: 'own', renewAt: null, trusted: false })
    expect((await visit(trusted.server.host, own)).names).toEqual([own, '*.example.org'])
    expect(await trusted.pipeline.leftToDo()).toEqual([])
  })
  it('is left as it is while the clock of the server says that a new one is not valid yet', async () => {
    const before = (await trusted.status(own)).certificate?.notAfter
    // What a server whose clock is a day late sees of a certificate of today.
    await on(trusted.server, `cd /root && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -subj /CN=later -addext subjectAltName=DNS:${own} \\
      -not_before "$(date -u -d '1 day' +%Y%m%d%H%M%SZ)" -not_after "$(date -u -d '9 days' +%Y%m%d%H%M%SZ)" -keyout later.key -out later.pem 2>/dev/null && cat later.pem later.key > "$(ls /var/lib/homeport/secrets/*.key)"`)
    await trusted.lookNow(own)
    expect((await trusted.attemptOf(own, 'clock')).detail).toMatch(/valid from .* UTC and this server's clock says .* UTC/)
    expect((await trusted.status(own)).certificate?.notAfter).toBe(before)
    expect((await visit(trusted.server.host, own)).names).toEqual([own, '*.example.org'])
  })
  it('leaves no secret behind when it is not used any more', async () => {
    await trusted.pipeline.apply({ kind: 'change-site-certificate', siteId: own, certificate: { kind: 'automatic' }, hsts: false })
    expect(await on(trusted.server, 'ls /var/lib/homeport/secrets')).toBe('')
    // The one that is served stays until there is a better one.
    expect((await visit(trusted.server.host, own)).names).toEqual([own, '*.example.org'])
  })
})

describe('damage on the disk', () => {
  const domain = 'failing.example.test'
  it('is mended without another order: a certificate that was cut short is still in the store of certbot', async () => {
    const orders = acme.requests.filter(({ kind }) => kind === 'new-order').length
    // While a look is under way, which began with the certificate whole.
    await on(trusted.server, `touch /var/lib/homeport/renewals/requests/all; systemctl start --no-block homeport-certificates.service
      timeout 60 bash -c 'until pgrep -f "^[d]ocker run .*--name homeport-certificates .* automatic$"; do sleep 0.05; done' && truncate -s 100 /var/lib/homeport/certificates/${domain}.pem`)
    await trusted.lookNow(domain)
    // Two runs at most: the one that was under way, and the one after it.
    await expect.poll(async () => (await trusted.status(domain)).certificate?.selfSigned, { timeout: 60_000 }).toBe(false)
    expect(await trusted.servedSerial(domain)).not.toBe('')
    expect(acme.requests.filter(({ kind }) => kind === 'new-order')).toHaveLength(orders)
  })
})

describe('a wildcard', () => {
  it('is proved by a record in a real name server, by RFC 2136', async () => {
    const zone = 'wild.test'
    const nameServer = await startNameServer({ zone, records: [`@ 0 A ${trusted.server.host}`] })
    try {
      await acme.dns.forward(zone, nameServer)
      const { tsig } = nameServer
      const secret = await keepSecret(await trusted.pipeline.session(), { kind: 'dns-account', provider: 'rfc2136', fields: { server: nameServer.address, port: '53', name: tsig.name, algorithm: tsig.algorithm, secret: tsig.secret } }, resources)
      const { certificates } = (await trusted.pipeline.facts()).spec ?? { certificates: null }
      if (certificates === null) throw new Error('There is no spec.')
      await trusted.pipeline.apply({ kind: 'change-certificates', certificates: { ...certificates, dnsAccounts: [{ id: 'd0000000a', label: 'Knot', provider: 'rfc2136', secret }] } })
      await trusted.pipeline.addUpload(zone, page)
      await trusted.pipeline.apply({ kind: 'change-site-certificate', siteId: zone, certificate: { kind: 'dns', account: 'd0000000a', wildcard: true }, hsts: false })
      await expect.poll(async () => (await visit(trusted.server.host, zone)).names, { timeout: 90_000, interval: 500 }).toContain(`*.${zone}`)
      expect((await trusted.handshake(zone)).subjectaltname).toContain(`DNS:*.${zone}`)
      await trusted.careUntil(zone, (care) => care.kind === 'dns' && care.trusted)
    } finally {
      await trusted.pipeline.apply({ kind: 'remove-site', siteId: zone, data: 'delete' })
      await nameServer.stop()
    }
  })
  it('is proved at Hetzner by a plugin of ours, as certbot finds it: one record is set beside others, and removed', async () => {
    const image = (await on(trusted.server, 'cut -d" " -f1 /etc/homeport/certificates/images')).split('\n')[0] ?? ''
    const fixture = readFileSync(new URL('fixtures/hetzner.py', import.meta.url), 'utf8')
    const asked = JSON.parse(await on(trusted.server, `docker run --rm -i --read-only --tmpfs /tmp --volume /usr/local/lib/homeport/certificates:/homeport/certificates:ro --entrypoint python3 ${image} -`, fixture)) as unknown[]
    const records = [{ value: '"proof"' }]
    const change = (action: string, body: object): unknown => ['POST', `/zones/example.org/rrsets/_acme-challenge.a/TXT/actions/${action}`, 'Bearer a-token', body]
    expect(asked.filter((one) => Array.isArray(one) && one[0] === 'POST')).toEqual([change('add_records', { records, ttl: 60 }), change('remove_records', { records })])
    expect(asked.at(-1)).toContain('this account at Hetzner has none for _acme-challenge.example.net')
  })
})

describe('an account that the authority wants to know', () => {
  it('is refused with a wrong key and works with the right one', async () => {
    const choosy = await startAcme({ needsExternalAccount: true })
    try {
      const name = 'eab.example.test'
      choosy.dns.set(name, { a: [trusted.server.host] })
      trusted.pointHere(name)
      const use = async (hmac: string): Promise<void> => {
        const secret = await keepSecret(await trusted.pipeline.session(), { kind: 'eab', hmac }, resources)
        await trusted.pipeline.apply({ kind: 'change-certificates', certificates: { authority: { kind: 'custom', directory: choosy.directory, bundle: choosy.bundle, eab: { keyId: choosy.eab?.keyId ?? '', secret } }, dnsAccounts: (await trusted.pipeline.facts()).spec?.certificates.dnsAccounts ?? [] } })
      }
      await use('d3JvbmctaG1hYy1rZXktMTIzNDU2Nzg')
      await trusted.pipeline.addUpload(name, page)
      await trusted.attemptOf(name, 'account-refused')
      await use(choosy.eab?.hmac ?? '')
      expect((await trusted.careUntil(name, ({ attempts }) => attempts[0]?.code === 'issued', 60_000)).authority).toBe(choosy.directory)
    } finally {
      await choosy.stop()
      await trusted.useAuthority()
    }
  })
})

describe('alerts', () => {
  it('can be tried: they reach a webhook and a mailbox from the server itself', async () => {
    const login = { user: 'alerts', password: 'p w"ö' }
    const [mail, webhook] = await Promise.all([startMailCatcher({ login }), startWebhookCatcher()])
    try {
      const session = await trusted.pipeline.session()
      const alerts = {
        webhook: await keepSecret(session, { kind: 'webhook', url: webhook.url }, resources),
        mail: { to: 'me@example.org', from: 'server@example.org', host: mail.host, port: mail.port, security: 'none', user: login.user, password: await keepSecret(session, { kind: 'smtp-password', password: login.password }, resources) },
      } as const
      await trusted.pipeline.apply({ kind: 'change-alerts', alerts })
      const run = await trusted.pipeline.act({ kind: 'test-alert' })
      expect(run.steps[0]?.output).toEqual(expect.arrayContaining(['The alert was sent by webhook.', 'The alert was sent by mail.']))
      expect((await mail.waitFor(1))[0]).toMatchObject({ to: ['me@example.org'], user: login.user, subject: expect.stringContaining('Test') as string })
      expect((await webhook.waitFor(1))[0]?.body).toMatchObject({ source: 'homeport', text: expect.stringContaining('This is a test') as string })
    } finally {
      await Promise.all([mail.stop(), webhook.stop()])
    }
  })
})

describe('a server that is restored', () => {
  it('gets its certificates again from its spec and its data alone', async () => {
    const site = 'failing.example.test'
    const spec = await on(trusted.server, 'cat /etc/homeport/spec.json')
    const data = await on(trusted.server, `tar -C /srv -cz homeport/${site} | base64 -w0`)
    const restored = await startServer()
    const pipeline = Pipeline.to(restored)
    try {
      const onlyThis = JSON.parse(spec) as { sites: { id: string }[] }
      await on(restored, 'install -d /etc/homeport && cat > /etc/homeport/spec.json', JSON.stringify({ ...onlyThis, sites: onlyThis.sites.filter(({ id }) => id === site) }))
      await on(restored, `base64 -d | tar -C /srv -xz`, data)
      acme.dns.set(site, { a: [restored.host] })
      await pipeline.apply({ kind: 'set-up' })
      // Packages come from outside, and outside does not know the names of the test.
      await useResolver(restored, acme.dns.address)
      // The server's own timer may have looked before, and found nothing by the names from outside.
      await on(restored, `systemctl stop homeport-certificates.service; rm -f /var/lib/homeport/renewals/state/${site}.json`)
      await (await pipeline.session()).run({ name: 'request-certificate', script: resources.text('commands/request-certificate.sh'), args: [site] })
      await expect.poll(async () => describeNow(await pipeline.facts(), resources).sites[0]?.care?.trusted, { timeout: 60_000, interval: 500 }).toBe(true)
    } finally {
      pipeline.close()
      await restored.stop()
      trusted.pointHere(site)
    }
  })
})

describe('certificates of a minute', () => {
  it('are renewed by the timer, and when renewals fail the server alerts by itself', async () => {
    const hasty = await startAcme({ validitySeconds: 60 })
    const webhook = await startWebhookCatcher()
    try {
      const name = 'hasty.example.test'
      hasty.dns.set(name, { a: [trusted.server.host] })
      trusted.pointHere(name)
      await trusted.pipeline.apply({ kind: 'change-alerts', alerts: { webhook: await keepSecret(await trusted.pipeline.session(), { kind: 'webhook', url: webhook.url }, resources), mail: null } })
      await trusted.useAuthority(hasty)
      await trusted.pipeline.addUpload(name, page)
      // Five minutes are long for a certificate of one.
      await on(trusted.server, 'mkdir -p /run/systemd/system/homeport-certificates.timer.d && printf "[Timer]\\nOnActiveSec=1\\nOnUnitInactiveSec=3\\nRandomizedDelaySec=0\\nAccuracySec=1\\n" >/run/systemd/system/homeport-certificates.timer.d/hasty.conf && systemctl daemon-reload && systemctl restart homeport-certificates.timer')
      await trusted.careUntil(name, ({ attempts }) => attempts[0]?.code === 'renewed', 80_000)
      await hasty.down()
      const alerts = await webhook.waitFor(1, 100_000)
      expect(alerts[0]?.body).toMatchObject({ sites: expect.arrayContaining([name]) as string[], text: expect.stringMatching(/has not been renewed.*authority-down/s) as string })
      expect((await visit(trusted.server.host, name)).status).toBe(200)
    } finally {
      await on(trusted.server, 'rm -rf /run/systemd/system/homeport-certificates.timer.d && systemctl daemon-reload && systemctl restart homeport-certificates.timer')
      await Promise.all([hasty.stop(), webhook.stop()])
    }
    // Both are waited for, one after the other.
  }, 300_000)
})
