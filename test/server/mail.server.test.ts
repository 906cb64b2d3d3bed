/** Mail that is forwarded by a real server, from real SMTP to real SMTP. */
import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { readQueue, actOnQueue } from '../../src/main/mail/queue.ts'
import { readStatistics } from '../../src/main/mail/statistics.ts'
import { sendTestMail } from '../../src/main/mail/test-mail.ts'
import { followMail } from '../../src/main/mail/activity.ts'
import { effectiveChanges } from '../../src/shared/plan.ts'
import type { MailEvent, MailTestEvent } from '../../src/shared/mail.ts'
import { startMailCatcher, type MailCatcher } from '../testbed/index.ts'
import { arrivalOf, hostname, MailWorld, subjectOf } from './mail-world.ts'
import { visit } from './visitor.ts'
import { on, resources, untilListens } from './pipeline.ts'
import { checkSmarthost } from '../../src/main/mail/smarthost.ts'
import { keepSecret } from '../../src/main/server/keep-secret.ts'
import { checkReach } from '../../src/main/mail/reach.ts'
import { describeAbuse } from './sections/mail-abuse.ts'
import { describeMailWalls } from './sections/mail-walls.ts'
import { addSendingSites, describeSending } from './sections/mail-sending.ts'

let world: MailWorld
let first: MailCatcher
let second: MailCatcher
let senders: MailCatcher
let victim: MailCatcher
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const signed = (domainName: string) => ({ domainName, keySelector: 'key', privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() })

beforeAll(async () => {
  world = await MailWorld.start([
    {
      domain: 'example.test', catchAll: ['rest@first.test'],
      aliases: [
        { name: 'info', targets: ['anna@first.test', 'ben@second.test'] },
        { name: 'off', targets: ['anna@first.test'], disabled: true },
        { name: 'team', targets: ['info@example.test', 'kim@strict.example.test'] },
      ],
    },
    { domain: 'strict.example.test', aliases: [{ name: 'kim', targets: ['kim@second.test'] }, { name: 'lost', targets: ['nobody@second.test'] }] },
  ], addSendingSites)
  first = await world.startTarget('first.test')
  second = await world.startTarget('second.test')
  senders = await world.startTarget('sender.example.net', 'guarded.example.net')
  victim = await world.startTarget('victim.test')
  second.refuseRecipient('nobody@second.test')
  // Not below .test, which the library that looks for these keys keeps from the DNS (RFC 6761).
  for (const domain of ['sender.example.net', 'guarded.example.net', 'stranger.example.org']) world.acme.dns.set(`key._domainkey.${domain}`, { txt: [`v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`] })
  world.acme.dns.set('_dmarc.guarded.example.net', { txt: ['v=DMARC1; p=reject'] })
})
afterAll(async () => {
  await world?.stop()
  await Promise.all([first?.stop(), second?.stop(), senders?.stop(), victim?.stop()])
})

const session = () => world.pipeline.session()

it('leaves nothing for a second plan to do', async () => expect(await world.pipeline.leftToDo()).toEqual([]))

describe('mail for an alias', () => {
  it('goes to all its targets, from an address of this server, by which bounces find back to the sender', async () => {
    const subject = subjectOf()
    await world.write({ from: 'joe@sender.example.net', to: 'info@example.test', subject })
    const [there, andThere] = await Promise.all([arrivalOf(first, subject), arrivalOf(second, subject)])
    expect([there.to, andThere.to]).toEqual([['anna@first.test'], ['ben@second.test']])
    expect(there.from).toMatch(/^SRS0=[^@]+=sender\.example\.net=joe@mail\.example\.test$/)
    const bounce = subjectOf()
    await world.write({ envelope: { from: '', to: [there.from] }, from: 'mailer-daemon@first.test', to: there.from, subject: bounce })
    expect(await arrivalOf(senders, bounce)).toMatchObject({ from: '', to: ['joe@sender.example.net'] })
  })

  it('has the signature of its sender still valid at the target', async () => {
    const subject = subjectOf()
    await world.write({ from: 'joe@sender.example.net', to: 'info@example.test', subject, dkim: signed('sender.example.net') })
    const { results } = await dkimVerify((await arrivalOf(first, subject)).raw, { resolver: async () => [[`v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`]] })
    expect(results.map((result: { status: { result: string } }) => result.status.result)).toEqual(['pass'])
  })

  it('arrives with anything after a +, by another alias, and in any case of letters', async () => {
    const subject = subjectOf()
    await world.write({ from: 'joe@sender.example.net', to: 'TEAM+news@Example.test', subject })
    expect((await arrivalOf(first, subject)).to).toEqual(['anna@first.test'])
    expect((await arrivalOf(second, subject)).to.toSorted()).toEqual(['ben@second.test', 'kim@second.test'])
  })

  it('arrives without a sender, as bounces do', async () => {
    const subject = subjectOf()
    await world.write({ envelope: { from: '', to: ['kim@strict.example.test'] }, from: 'mailer-daemon@sender.example.net', to: 'kim@strict.example.test', subject })
    expect(await arrivalOf(second, subject)).toMatchObject({ from: '', to: ['kim@second.test'] })
  })

  it('is refused where the alias is switched off, whatever the catch-all says', async () => {
    for (const to of ['off@example.test', 'off+x@example.test']) await expect(world.write({ from: 'joe@sender.example.net', to })).rejects.toThrow(/5\.2\.1 .*switched off/)
  })
})

describe('mail that no alias takes', () => {
  it('goes where the catch-all leads', async () => {
    const subject = subjectOf()
    await world.write({ from: 'joe@sender.example.net', to: 'whoever@example.test', subject })
    expect((await arrivalOf(first, subject)).to).toEqual(['rest@first.test'])
  })
  it('is refused where there is none', async () => {
    await expect(world.write({ from: 'joe@sender.example.net', to: 'whoever@strict.example.test' })).rejects.toThrow(/5\.1\.1 .*User unknown/)
  })
})

describe('a sender whose domain wants everything unsigned refused', () => {
  it('is refused at the door, with the reason', async () => {
    await expect(world.write({ from: 'joe@guarded.example.net', to: 'info@example.test' })).rejects.toThrow(/5\.7\.1 .*DMARC policy for guarded\.example\.net/)
  })
  it.each([
    ['', hostname], ['in capitals ', hostname.toUpperCase()], ['with a comment ', `(it is I) ${hostname} 1`], ['as somebody else’s ', 'mail.sender.example.net'],
  ])('is refused %swhere the message says of itself that it was found right', async (_how, name) => {
    const headers = { 'Authentication-Results': `${name}; dkim=pass header.d=guarded.example.net header.i=@guarded.example.net; dmarc=pass header.from=guarded.example.net` }
    await expect(world.write({ from: 'joe@guarded.example.net', to: 'info@example.test', headers })).rejects.toThrow(/5\.7\.1 .*DMARC policy/)
    // Signed, but by another domain.
    await expect(world.write({ from: 'joe@guarded.example.net', to: 'info@example.test', headers, dkim: signed('stranger.example.org') })).rejects.toThrow(/5\.7\.1 .*DMARC policy/)
  })
  it('comes through with a valid signature', async () => {
    const subject = subjectOf()
    await world.write({ from: 'joe@guarded.example.net', to: 'info@example.test', subject, dkim: signed('guarded.example.net') })
    expect((await arrivalOf(first, subject)).to).toEqual(['anna@first.test'])
  })
})

describe('a bounce', () => {
  it('goes to the sender, without the message', async () => {
    const subject = subjectOf()
    await world.write({ from: 'joe@sender.example.net', to: 'lost@strict.example.test', subject, text: 'a secret' })
    await expect.poll(() => senders.mails.find((mail) => mail.raw.includes(subject))?.to, { timeout: 20_000 }).toEqual(['joe@sender.example.net'])
    expect(senders.mails.find((mail) => mail.raw.includes(subject))?.raw.toString()).not.toContain('a secret')
  })
})

describe('TLS', () => {
  it('has the trusted certificate of the mail server’s name', async () => {
    await world.apply({ kind: 'change-certificates', certificates: { authority: { kind: 'custom', directory: world.acme.directory, bundle: world.acme.bundle }, dnsAccounts: [] } })
    await expect.poll(async () => await on(world.server, `grep -c '"trusted": true' /var/lib/homeport/renewals/state/${hostname}.json || true`), { timeout: 60_000 }).toBe('1')
    const subject = subjectOf()
    // Whatever process answers, at the latest after its idle time, has the new one.
    await expect.poll(async () => { try { await world.write({ from: 'joe@sender.example.net', to: 'info@example.test', subject }, { ca: world.acme.root }); return 'taken' } catch (error) { return String(error) } }, { timeout: 120_000, interval: 2000 }).toBe('taken')
    await arrivalOf(first, subject)
  })
})

describe('a policy that asks others to encrypt (MTA-STS)', () => {
  const name = 'mta-sts.strict.example.test'
  const policy = async () => await visit(world.server.host, name, '/.well-known/mta-sts.txt')
  it('is read by its own name, with a trusted certificate, and nowhere else', async () => {
    world.acme.dns.set(name, { a: [world.server.host] })
    await world.apply({ kind: 'change-mail-domain', domain: 'strict.example.test', mtaSts: { mode: 'enforce', others: ['mx2.example.test'] } })
    expect(await world.pipeline.leftToDo()).toEqual([])
    expect(await policy()).toMatchObject({ status: 200, headers: { 'content-type': 'text/plain' }, body: `version: STSv1\nmode: enforce\nmx: ${hostname}\nmx: mx2.example.test\nmax_age: 604800\n` })
    await expect.poll(async () => await on(world.server, `grep -c '"trusted": true' /var/lib/homeport/renewals/state/${name}.json || true`), { timeout: 60_000 }).toBe('1')
    expect((await visit(world.server.host, hostname, '/.well-known/mta-sts.txt')).status).toBe(503)
    expect((await visit(world.server.host, name, '/')).status).toBe(503)
  })
  it('is another one when it is changed, and goes with all that it brought', async () => {
    await world.apply({ kind: 'change-mail-domain', domain: 'strict.example.test', mtaSts: { mode: 'testing' } })
    expect((await policy()).body).toBe(`version: STSv1\nmode: testing\nmx: ${hostname}\nmax_age: 86400\n`)
    await world.apply({ kind: 'change-mail-domain', domain: 'strict.example.test' })
    expect(await world.pipeline.leftToDo()).toEqual([])
    await expect.poll(() => on(world.server, `find /etc/homeport /var/lib/homeport/certificates /var/lib/homeport/acme -name '*${name}*'`), { timeout: 15_000 }).toBe('')
  })
})

describe('what cannot be delivered now', () => {
  it('waits in the queue with the reason, and goes out when it is tried again', async () => {
    first.refuseWith({ code: 451, text: '4.3.0 Come back later' })
    const subject = subjectOf()
    await world.write({ from: 'joe@sender.example.net', to: 'waiting@example.test', subject })
    const waiting = async () => (await readQueue(await session(), resources)).mails.filter(({ to }) => to.some(({ address }) => address === 'rest@first.test'))
    await expect.poll(async () => (await waiting())[0], { timeout: 20_000 }).toMatchObject({ queue: 'deferred', to: [{ address: 'rest@first.test', reason: expect.stringContaining('Come back later') as string }] })
    first.refuseWith(null)
    await actOnQueue(await session(), resources, 'retry', (await waiting()).map(({ id }) => id))
    await arrivalOf(first, subject)
    await expect.poll(waiting, { timeout: 20_000 }).toEqual([])
  })
  it('can be deleted', async () => {
    first.refuseWith({ code: 451, text: '4.3.0 Come back later' })
    await world.write({ from: 'joe@sender.example.net', to: 'waiting@example.test' })
    await expect.poll(async () => (await readQueue(await session(), resources)).mails.length, { timeout: 20_000 }).toBe(1)
    await actOnQueue(await session(), resources, 'delete', (await readQueue(await session(), resources)).mails.map(({ id }) => id))
    expect(await readQueue(await session(), resources)).toEqual({ mails: [], total: 0 })
    first.refuseWith(null)
  })
})

describe('mail that waits when the mail server is to go', () => {
  it('is sent on first, where that is wanted', async () => {
    first.refuseWith({ code: 451, text: '4.3.0 Come back later' })
    const subject = subjectOf()
    await world.write({ from: 'joe@sender.example.net', to: 'waiting@example.test', subject })
    await expect.poll(async () => (await readQueue(await session(), resources)).mails[0]?.queue, { timeout: 20_000 }).toBe('deferred')
    const plan = await world.pipeline.desk.plan({ kind: 'uninstall', userData: 'keep', mail: 'send' })
    expect(effectiveChanges(plan)[0]).toMatchObject({ id: 'mail/send', reason: expect.stringMatching(/^1 message waits to be sent on, since \d{4}-/) as string })
    first.refuseWith(null)
    const { run } = await world.pipeline.follow(await world.pipeline.start({ title: 'Send', files: new Map(), steps: [{ id: 'mail/send', title: 'Send', script: effectiveChanges(plan)[0]?.script ?? '' }] }))
    expect(run.outcome).toBe('succeeded')
    await arrivalOf(first, subject)
    expect((await world.pipeline.facts()).mailData).toEqual({ waiting: 0, oldest: null })
  })
})

describe('a person who watches', () => {
  it('sees what came, where it went, and what was refused', async () => {
    const subject = subjectOf()
    await world.write({ from: 'joe@sender.example.net', to: 'info@example.test', subject })
    await expect(world.write({ from: 'joe@sender.example.net', to: 'nobody@strict.example.test' })).rejects.toThrow()
    await arrivalOf(second, subject)
    const stop = new AbortController()
    const events: MailEvent[] = []
    for await (const batch of followMail({ session, events: 2000, signal: stop.signal, pause: async () => {} })) {
      events.push(...batch)
      // Both answers to the last mail may stand in the journal after what was refused meanwhile.
      const last = events.findLast(({ kind }) => kind === 'received')?.queueId
      if (events.some(({ kind, to }) => kind === 'refused' && to === 'nobody@strict.example.test') && events.filter(({ kind, queueId }) => kind === 'delivered' && queueId === last).length === 2) break
    }
    expect(events).toContainEqual(expect.objectContaining({ kind: 'received', from: 'joe@sender.example.net', isEncrypted: true }))
    expect(events).toContainEqual(expect.objectContaining({ kind: 'delivered', to: 'ben@second.test', alias: 'info@example.test', status: '2.0.0', from: 'joe@sender.example.net' }))
    expect(events).toContainEqual(expect.objectContaining({ kind: 'refused', to: 'off@example.test', status: '5.2.1' }))
    expect(events).toContainEqual(expect.objectContaining({ kind: 'refused', from: 'joe@guarded.example.net', status: '5.7.1' }))
    expect(events).toContainEqual(expect.objectContaining({ kind: 'bounced', to: 'nobody@second.test', status: '5.1.1', answer: expect.stringContaining('nobody of that name') as string }))
    expect(events).toContainEqual(expect.objectContaining({ kind: 'deferred', to: 'rest@first.test', status: '4.3.0' }))
    expect(JSON.stringify(events)).not.toContain(subject)
    const { day, month, since } = await readStatistics(await session(), resources)
    expect(day).toEqual(month)
    expect(since).toBeGreaterThan(Date.now() - 3600_000)
    const count = (kind: MailEvent['kind']): number => events.filter((event) => event.kind === kind).length
    expect(day).toEqual({ received: count('received'), delivered: count('delivered'), deferred: count('deferred'), bounced: count('bounced'), refused: count('refused') })
  })

  it('follows a test mail to the answer of each receiving server', async () => {
    const send = async (to: string): Promise<MailTestEvent[]> => {
      const events: MailTestEvent[] = []
      await sendTestMail({ session, resources, to, signal: AbortSignal.timeout(60_000), pause: async () => {}, emit: async (event) => void events.push(event) })
      return events
    }
    const [sent, ...answers] = await send('info@example.test')
    expect(sent).toMatchObject({ kind: 'sent' })
    expect(answers.map((answer) => answer.kind === 'answer' && [answer.event.kind, answer.event.to]).toSorted()).toEqual([['delivered', 'anna@first.test'], ['delivered', 'ben@second.test']])
    expect(await send('lost@strict.example.test')).toMatchObject([{ kind: 'sent' }, { kind: 'answer', event: { kind: 'bounced', status: '5.1.1' }, meaning: expect.stringContaining('does not know this address') as string }])
    expect(await send('off@example.test')).toMatchObject([{ kind: 'problem' }])
  })
})

describeAbuse(() => ({ world, target: first, victim }))
// Before the last of the sites that send is gone.
describeMailWalls(() => ({ world, target: first }))
describeSending(() => ({ world, target: first }))

it('takes a new alias without a restart', async () => {
  const before = await on(world.server, 'systemctl show --property=ExecMainStartTimestampMonotonic homeport-mail.service')
  await world.apply({ kind: 'change-mail-aliases', domain: 'strict.example.test', put: [{ name: 'new', targets: ['new@second.test'] }], remove: [], isWhole: false })
  const subject = subjectOf()
  await world.write({ from: 'joe@sender.example.net', to: 'new@strict.example.test', subject })
  expect((await arrivalOf(second, subject)).to).toEqual(['new@second.test'])
  expect(await on(world.server, 'systemctl show --property=ExecMainStartTimestampMonotonic homeport-mail.service')).toBe(before)
  expect(await world.pipeline.leftToDo()).toEqual([])
})

it('ends what goes in a circle between two forwarders', async () => {
  const headers = Array.from({ length: 35 }, (_, index) => `Received: from a${index}.test by b${index}.test; Mon, 23 Nov 2026 08:00:00 +0000`).join('\r\n')
  await expect(world.write({ envelope: { from: 'joe@sender.example.net', to: ['info@example.test'] }, raw: `${headers}\r\nFrom: joe@sender.example.net\r\nSubject: round and round\r\n\r\nHello\r\n` })).rejects.toThrow(/too many hops/)
})

it('asks strangers to come again, and takes their mail then, where that is wanted', async () => {
  await world.apply({ kind: 'change-mail', service: { hostname, greylist: true } })
  const mail = { from: 'joe@sender.example.net', to: 'info@example.test', subject: subjectOf() }
  await expect(world.write(mail)).rejects.toThrow(/450 4\.3\.2/)
  await world.write(mail)
  expect((await arrivalOf(first, mail.subject)).to).toEqual(['anna@first.test'])
  await world.apply({ kind: 'change-mail', service: { hostname } })
})

it('puts a flood from one sender off, and serves others meanwhile', async () => {
  const image = await on(world.server, "docker image ls --format '{{.Repository}}:{{.Tag}}' homeport/mail")
  await on(world.server, `docker run --rm --network host --entrypoint smtp-source ${image} -s 20 -m 1500 -l 200 -d -f flood@sender.example.net -t info@example.test 127.0.0.1:25 2>&1 || true`)
  const { day } = await readStatistics(await session(), resources)
  expect(day.received).toBeLessThan(1300)
  const subject = subjectOf()
  await world.write({ from: 'joe@sender.example.net', to: 'kim@strict.example.test', subject })
  expect((await arrivalOf(second, subject, 120_000)).to).toEqual(['kim@second.test'])
})

describe('a smarthost', () => {
  const name = 'smtp.provider.test'
  let provider: MailCatcher
  beforeAll(async () => {
    provider = await startMailCatcher({ security: 'starttls', names: [name], login: { user: 'kim', password: 'p "w$1' } })
    world.acme.dns.set(name, { a: [provider.host] })
    // As an administrator makes a server trust an authority.
    await on(world.server, 'cat >/usr/local/share/ca-certificates/provider.crt && update-ca-certificates >/dev/null', provider.authority ?? '')
  })
  afterAll(async () => provider?.stop())
  const address = () => ({ host: name, port: provider.port, security: 'starttls' as const, user: 'kim' })

  it('is asked by a real login before anything changes', async () => {
    const check = (more: object = {}) => session().then((one) => checkSmarthost(one, { ...address(), password: 'p "w$1', authority: provider.authority ?? '', ...more }, resources))
    await check()
    await expect(check({ password: 'wrong' })).rejects.toMatchObject({ code: 'smarthost-refused', fields: { password: expect.any(String) as string } })
    await expect(check({ security: 'tls' })).rejects.toMatchObject({ code: 'smarthost-refused', fields: { port: expect.any(String) as string } })
    await expect(check({ port: 9 })).rejects.toMatchObject({ code: 'smarthost-refused' })
    await expect(check({ authority: undefined })).rejects.toMatchObject({ code: 'smarthost-refused' })
  })

  it('takes all that leaves, with its login and over checked TLS', async () => {
    const password = await keepSecret(await session(), { kind: 'smtp-password', password: 'p "w$1' }, resources)
    const { plan } = await world.apply({ kind: 'change-mail', service: { hostname, smarthost: { ...address(), password } } })
    expect(JSON.stringify(plan)).not.toContain('p \\"w')
    const subject = subjectOf()
    await world.write({ from: 'joe@sender.example.net', to: 'info@example.test', subject })
    expect(await arrivalOf(provider, subject)).toMatchObject({ user: 'kim', isEncrypted: true, to: ['anna@first.test', 'ben@second.test'] })
    expect(await world.pipeline.leftToDo()).toEqual([])
  })

  it('gets nothing where its certificate is not right: the mail waits', async () => {
    world.acme.dns.set('other.provider.test', { a: [provider.host] })
    await world.apply({ kind: 'change-mail', service: { hostname, smarthost: { host: 'other.provider.test', port: provider.port, security: 'starttls' } } })
    await world.write({ from: 'joe@sender.example.net', to: 'kim@strict.example.test' })
    await expect.poll(async () => (await readQueue(await session(), resources)).mails[0]?.to[0]?.reason, { timeout: 20_000 }).toMatch(/certificate/i)
  })
})

describe('no mail any more', () => {
  it('leaves the queue and the key of the bounces, and nothing else', async () => {
    await world.apply({ kind: 'remove-mail' })
    expect(await on(world.server, `ls -d /etc/homeport/mail /etc/systemd/system/homeport-mail.service /usr/local/lib/homeport/mail-reload 2>/dev/null; docker ps -a --format '{{.Names}}' | grep mail; docker image ls --format '{{.Repository}}' | grep -e mail -e debian; ss -Hltn 'sport = :25'; ls /var/lib/homeport/certificates/*.pem 2>/dev/null || true`)).toBe('')
    expect(await on(world.server, 'ls /var/lib/homeport/mail')).toBe('keys\nqueue\nstate')
    expect(await world.pipeline.leftToDo()).toEqual([])
    const { mailData } = await world.pipeline.facts()
    expect(mailData?.waiting, 'what waited before').toBe(1)
    expect(mailData?.oldest).toBeGreaterThan(Date.now() - 3_600_000)
  })

  it('can be tried before it is turned on: whether mail comes and goes', async () => {
    const mailHosts = ['first.test']
    expect(await checkReach(await session(), resources, mailHosts)).toEqual({ takenBy: null, incoming: 'open', outgoing: 'open' })
    await on(world.server, 'iptables -A INPUT -p tcp --dport 25 -j DROP; iptables -A OUTPUT -p tcp --dport 25 -j DROP; iptables -A OUTPUT -d 192.0.2.0/24 -j DROP; iptables -t nat -F OUTPUT')
    const blocked = await checkReach(await session(), resources, mailHosts)
    expect(blocked).toMatchObject({ takenBy: null, outgoing: 'blocked' })
    expect(blocked.incoming).not.toBe('open')
    await on(world.server, "systemd-run --quiet --unit=squatter python3 -m http.server 25")
    await untilListens(world.server, 25)
    expect((await checkReach(await session(), resources, mailHosts)).takenBy).toBe('python3')
    await expect(world.apply({ kind: 'change-mail', service: { hostname } })).rejects.toThrow(/python3 takes mail on this server already/)
  })

  it('is kept with the keys, and a note, when Homeport is taken off', async () => {
    const key = await on(world.server, 'cat /var/lib/homeport/mail/keys/srs.key')
    const { plan } = await world.apply({ kind: 'uninstall', userData: 'delete' })
    expect(effectiveChanges(plan).find(({ id }) => id.startsWith('mail-data/'))?.reason).toMatch(/^1 message waits/)
    await expect.poll(() => on(world.server, 'find /var/lib/homeport 2>/dev/null || true'), { timeout: 15_000 }).toBe('')
    expect(await on(world.server, 'cat /srv/homeport-mail/*/keys/srs.key')).toBe(key)
    expect(await on(world.server, 'cd /srv/homeport-mail/*/queue && grep -ral kim@second.test maildrop incoming active deferred hold | wc -l')).toBe('1')
    expect(await on(world.server, 'stat -c "%a %U" /srv/homeport-mail; grep -c postsuper /srv/homeport-mail/*/README')).toBe('700 root\n1')
  })
})
