/** Mail that is judged by its content and sealed (rspamd), in the place of the two small programs that look at signatures. */
import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authenticate } from 'mailauth'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { dkimSelector } from '../../src/shared/mail.ts'
import type { MailCatcher } from '../testbed/index.ts'
import { arrivalOf, hostname, MailWorld, subjectOf } from './mail-world.ts'
import { on } from './pipeline.ts'
import { addSendingSite, letterOf, loginOf, sendFrom } from './sections/mail-sending.ts'

let world: MailWorld
let target: MailCatcher
let senders: MailCatcher
const site = 'app.example.net'
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const signed = (domainName: string) => ({ domainName, keySelector: 'key', privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() })
const sendersKey = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`
const ownKey = async (): Promise<string> => `v=DKIM1; k=rsa; p=${(await world.pipeline.facts()).mailKey ?? ''}`

beforeAll(async () => {
  world = await MailWorld.start([{ domain: 'example.test', aliases: [{ name: 'info', targets: ['anna@first.test'] }] }], (one) => addSendingSite(one, site), { rspamd: true })
  target = await world.startTarget('first.test')
  senders = await world.startTarget('sender.example.net', 'guarded.example.net')
  for (const domain of ['sender.example.net', 'guarded.example.net', 'stranger.example.org']) world.acme.dns.set(`key._domainkey.${domain}`, { txt: [sendersKey] })
  world.acme.dns.set('_dmarc.guarded.example.net', { txt: ['v=DMARC1; p=reject'] })
})
afterAll(async () => {
  await world?.stop()
  await Promise.all([target?.stop(), senders?.stop()])
})

it('leaves nothing for a second plan to do', async () => expect(await world.pipeline.leftToDo()).toEqual([]))

describe('a message that is forwarded', () => {
  it('is sealed, and keeps the signature of its sender', async () => {
    const subject = subjectOf()
    await world.write({ from: 'joe@sender.example.net', to: 'info@example.test', subject, dkim: signed('sender.example.net') })
    const { raw } = await arrivalOf(target, subject)
    const own = await ownKey()
    const keys: Readonly<Record<string, string>> = { 'key._domainkey.sender.example.net': sendersKey, [`${dkimSelector(hostname)}._domainkey.${hostname}`]: own }
    const resolver = async (name: string, type: string): Promise<string[][]> => {
      const found = type === 'TXT' ? keys[name] : undefined
      if (found === undefined) throw Object.assign(new Error(name), { code: 'ENOTFOUND' })
      return [[found]]
    }
    const found = await authenticate(raw, { ip: '192.0.2.1', helo: hostname, mta: 'first.test', sender: 'joe@sender.example.net', resolver })
    expect(found.arc).toMatchObject({ status: { result: 'pass' } })
    expect(found.dkim.results.map(({ signingDomain, status }) => [signingDomain, status.result])).toEqual([['sender.example.net', 'pass']])
    expect(raw.toString()).toMatch(new RegExp(`^ARC-Authentication-Results: i=1;\\s+${hostname};[^]*dkim=pass`, 'm'))
    // Nothing else was added: no mark, no score.
    expect(raw.toString()).not.toMatch(/^X-(Spam|Rspamd)/im)
  })

  it('is refused where it looks like spam, and the sender is told so', async () => {
    await expect(world.write({ from: 'joe@sender.example.net', to: 'info@example.test', text: 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X' })).rejects.toThrow(/5\.7\.1 .*(spam|Gtube)/i)
  })
})

describe('a sender whose domain wants everything unsigned refused', () => {
  it('is refused at the door, even where its servers are allowed to send, and whatever the message says of itself', async () => {
    world.acme.dns.set('guarded.example.net', { txt: ['v=spf1 +all'] })
    const headers = { 'Authentication-Results': `${hostname}; dkim=pass header.d=guarded.example.net; dmarc=pass header.from=guarded.example.net` }
    for (const more of [{}, { headers }, { dkim: signed('stranger.example.org') }]) await expect(world.write({ from: 'joe@guarded.example.net', to: 'info@example.test', ...more })).rejects.toThrow(/5\.7\.1 .*DMARC policy/)
  })
  it('comes through with a valid signature', async () => {
    const subject = subjectOf()
    await world.write({ from: 'joe@guarded.example.net', to: 'info@example.test', subject, dkim: signed('guarded.example.net') })
    expect((await arrivalOf(target, subject)).to).toEqual(['anna@first.test'])
  })
})

it('signs what a program of a site sends, and refuses what pretends to come from another', async () => {
  const login = await loginOf(world, site)
  const subject = subjectOf()
  expect(await sendFrom(world, site, { ...login, from: `kim@${site}`, to: 'anna@first.test', message: letterOf(`Kim <kim@${site}>`, subject) })).toBe('sent')
  const { results } = await dkimVerify((await arrivalOf(target, subject)).raw, { resolver: async () => [[await ownKey()]] })
  expect(results).toMatchObject([{ signingDomain: site, status: { result: 'pass', aligned: site } }])
  expect(await sendFrom(world, site, { ...login, from: `kim@${site}`, to: 'anna@first.test', message: letterOf('ceo@bank.test', 'forged') })).toMatch(/This site may send only/)
})

it('keeps nothing of a message', async () => {
  const subject = subjectOf()
  await world.write({ from: 'joe@sender.example.net', to: 'info@example.test', subject, text: 'Zanzibar' })
  await arrivalOf(target, subject)
  expect(await on(world.server, `docker logs homeport-mail 2>&1 | grep -c -e ${subject.slice(5)} -e Zanzibar; grep -rlF Zanzibar /var/lib/homeport/mail | grep -v /queue/ || true`)).toBe('0')
})

it('is started anew as a whole where it ends, and nothing that was taken is lost', async () => {
  const before = await on(world.server, 'systemctl show --property=NRestarts --value homeport-mail.service')
  // From outside of the container, which ends with it.
  await on(world.server, `pkill --signal KILL --full '^rspamd: main'`)
  await expect.poll(async () => Number(await on(world.server, 'systemctl show --property=NRestarts --value homeport-mail.service')), { timeout: 30_000 }).toBeGreaterThan(Number(before))
  await expect.poll(async () => await on(world.server, 'systemctl is-active homeport-mail.service || true'), { timeout: 60_000 }).toBe('active')
  const subject = subjectOf()
  await world.write({ from: 'joe@sender.example.net', to: 'info@example.test', subject })
  await arrivalOf(target, subject)
})

it('does not pass for running where it cannot start', async () => {
  await on(world.server, 'cp /etc/homeport/mail/rspamd.conf.override /root/kept && echo "}" >>/etc/homeport/mail/rspamd.conf.override')
  expect(await on(world.server, 'timeout 60 systemctl restart homeport-mail.service; systemctl is-active homeport-mail.service; systemctl stop homeport-mail.service')).toMatch(/^(failed|activating|inactive)/)
  await on(world.server, 'cp /root/kept /etc/homeport/mail/rspamd.conf.override && systemctl start homeport-mail.service')
  const subject = subjectOf()
  await world.write({ from: 'joe@sender.example.net', to: 'info@example.test', subject })
  await arrivalOf(target, subject)
})
