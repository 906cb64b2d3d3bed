/** Programs of the server's own sites send mail: as their site's own domains, signed, and as nobody else. */
import { describe, expect, it } from 'vitest'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { followMail } from '../../../src/main/mail/activity.ts'
import { keepSecret } from '../../../src/main/server/keep-secret.ts'
import { dkimSelector, type MailEvent } from '../../../src/shared/mail.ts'
import type { Source } from '../../../src/shared/spec.ts'
import type { MailCatcher } from '../../testbed/index.ts'
import { appSource, draftOf } from '../app-site.ts'
import { arrivalOf, hostname, subjectOf, type MailWorld } from '../mail-world.ts'
import { on, resources, untilListens } from '../pipeline.ts'

/** Two sites that send, of which the second reaches no Internet. */
export const sendingSites = ['app.example.net', 'quiet.example.net'] as const
type Sending = (typeof sendingSites)[number]

/** Adds the sites; their image comes from the wide world. */
export async function addSendingSites(world: MailWorld): Promise<void> {
  for (const domain of sendingSites) await addSendingSite(world, domain)
}
export async function addSendingSite(world: MailWorld, domain: Sending): Promise<void> {
  const password = await keepSecret(await world.pipeline.session(), { kind: 'mail-login' }, resources)
  await world.pipeline.addSite({ ...draftOf(domain, sendingSource(domain, password)), ...(domain === 'app.example.net' ? { www: true } : {}) })
}

function sendingSource(domain: Sending, password: string): Source {
  return appSource({ VERSION: domain }, { mail: { password, ...(domain === 'app.example.net' ? { variables: { host: 'mail__options__host' } } : {}) }, ...(domain === 'quiet.example.net' ? { internet: false } : {}) })
}

/** What a program is told of sending: the environment of its container. */
async function environmentOf(world: MailWorld, site: Sending): Promise<Record<string, string>> {
  const text = await on(world.server, `docker exec ${await containerOf(world, site)} env`)
  return Object.fromEntries(text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}
const containerOf = async (world: MailWorld, site: Sending): Promise<string> => `homeport-${site}-${await on(world.server, `awk '$1 == "${site}" { print $2 }' /var/lib/homeport/live/live.map`)}`

interface Job { readonly host: string; readonly port?: number; readonly user?: string; readonly password?: string; readonly tls?: boolean; readonly from: string; readonly to: string; readonly message: string }
const client = `
import json, smtplib, ssl, sys
job = json.loads(sys.argv[1])
try:
    smtp = smtplib.SMTP(job['host'], job.get('port', 587), timeout=10)
    smtp.ehlo('program')
    if job.get('tls', True):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        smtp.starttls(context=context)
    if 'user' in job:
        smtp.login(job['user'], job['password'])
    smtp.sendmail(job['from'], [job['to']], job['message'].encode())
    print('sent')
except smtplib.SMTPRecipientsRefused as refused:
    print(refused.recipients[job['to']])
except (smtplib.SMTPException, OSError) as error:
    print(type(error).__name__, error)
`

/** Does in the network of a site's container what a program there could do. */
export async function sendFrom(world: MailWorld, site: Sending, job: Job): Promise<string> {
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
  return await on(world.server, `docker run --rm -i --network container:${await containerOf(world, site)} --entrypoint python3 ${resources.images.certbot.ref.replace(/^docker\.io\//, '').replace(/@.*/, '')} - ${quoted(JSON.stringify(job))}`, client)
}

export const letterOf = (from: string, subject: string): string => `From: ${from}\r\nTo: anna@first.test\r\nSubject: ${subject}\r\n\r\nHello\r\n`

/** How a site's program logs in, as its environment says. */
export async function loginOf(world: MailWorld, site: Sending): Promise<Pick<Job, 'host' | 'user' | 'password'>> {
  const { SMTP_USER = '', SMTP_PASSWORD = '' } = await environmentOf(world, site)
  return { host: hostname, user: SMTP_USER, password: SMTP_PASSWORD }
}

export function describeSending(given: () => { readonly world: MailWorld; readonly target: MailCatcher }): void {
  describe('a program of a site', () => {
    it('is told how to send, and its mail arrives as it was sent, signed by its own domain', async () => {
      const { world, target } = given()
      const told = await environmentOf(world, 'app.example.net')
      expect(told).toMatchObject({ mail__options__host: hostname, SMTP_PORT: '587', SMTP_USER: 'app.example.net', SMTP_FROM: 'noreply@app.example.net' })
      const subject = subjectOf()
      const job = { host: told['mail__options__host'] ?? '', user: told['SMTP_USER'] ?? '', password: told['SMTP_PASSWORD'] ?? '', from: told['SMTP_FROM'] ?? '', to: 'anna@first.test' }
      expect(await sendFrom(world, 'app.example.net', { ...job, message: letterOf('"Anna\'s shop, Ltd." <Shop@APP.example.net>', subject) })).toBe('sent')
      const arrived = await arrivalOf(target, subject)
      expect(arrived).toMatchObject({ from: 'noreply@app.example.net', to: ['anna@first.test'] })
      const key = (await world.pipeline.facts()).mailKey
      const { results } = await dkimVerify(arrived.raw, { resolver: async (name: string) => [[name === `${dkimSelector(hostname)}._domainkey.app.example.net` ? `v=DKIM1; k=rsa; p=${key ?? ''}` : `v=DKIM1; p=`]] })
      expect(results).toMatchObject([{ signingDomain: 'app.example.net', status: { result: 'pass', aligned: 'app.example.net' } }])
      expect(results[0]?.signingHeaders?.keys).toMatch(/From.*Subject/i)
      // As one of its site's other names, to an alias of this server, without TLS, and with nothing but a text.
      const bare = subjectOf()
      expect(await sendFrom(world, 'app.example.net', { ...job, tls: false, from: 'kim@www.app.example.net', to: 'info@example.test', message: `Subject: ${bare}\r\n\r\nHello\r\n` })).toBe('sent')
      const forwarded = await arrivalOf(target, bare)
      expect(forwarded.from).toBe('kim@www.app.example.net')
      expect(forwarded.raw.toString()).toMatch(/^From: kim@www\.app\.example\.net\r?$/m)
    })

    it('sends from a network that leads nowhere else', async () => {
      const { world, target } = given()
      const told = await environmentOf(world, 'quiet.example.net')
      const subject = subjectOf()
      expect(await sendFrom(world, 'quiet.example.net', { host: told['SMTP_HOST'] ?? '', user: 'quiet.example.net', password: told['SMTP_PASSWORD'] ?? '', from: 'a@quiet.example.net', to: 'anna@first.test', message: letterOf('a@quiet.example.net', subject) })).toBe('sent')
      expect((await arrivalOf(target, subject)).from).toBe('a@quiet.example.net')
    })

    it('sends as nobody else, whatever it says', async () => {
      const { world, target } = given()
      const [told, other] = await Promise.all([environmentOf(world, 'app.example.net'), environmentOf(world, 'quiet.example.net')])
      const before = target.mails.length
      const own = { host: hostname, user: 'app.example.net', password: told['SMTP_PASSWORD'] ?? '', from: 'noreply@app.example.net', to: 'anna@first.test', message: letterOf('noreply@app.example.net', 'own') }
      const { user: _user, password: _password, ...unknown } = own
      const tries: readonly (readonly [string, Job, RegExp])[] = [
        ['without a login', unknown, /554.*Access denied/],
        ['with a wrong password', { ...own, password: 'x' }, /535/],
        ["with another site's user", { ...own, user: 'quiet.example.net' }, /535/],
        ['with a login of another site, as that site', { ...own, user: 'quiet.example.net', password: other['SMTP_PASSWORD'] ?? '', from: 'a@quiet.example.net', message: letterOf('a@quiet.example.net', 'other') }, /not owned by user/],
        ['with a login of another site, as this site', { ...own, user: 'quiet.example.net', password: other['SMTP_PASSWORD'] ?? '' }, /not owned by user/],
        ['as another site', { ...own, from: 'a@quiet.example.net' }, /not owned by user/],
        ['as a stranger', { ...own, from: 'ceo@bank.test' }, /not owned by user/],
        ['as a domain below its own', { ...own, from: 'a@sub.app.example.net' }, /not owned by user/],
        ['as the mail server', { ...own, from: `postmaster@${hostname}` }, /not owned by user/],
        ['as nobody', { ...own, from: '' }, /has to say as whom/],
        ...['a@quiet.example.net', 'ceo@bank.test', '<ceo@bank.test>', 'noreply@app.example.net, ceo@bank.test', 'ceo@bank.test, noreply@app.example.net', '"ceo@bank.test" <a@quiet.example.net>', 'ceo@bank.test <noreply@app.example.net>', '<ceo@bank.test> <noreply@app.example.net>',
          'noreply@app.example.net (x) <ceo@bank.test>', '"a\\" <ceo@bank.test>" <noreply@app.example.net', 'group: ceo@bank.test, noreply@app.example.net;', '"noreply@app.example.net"@bank.test', 'a@app.example.net.bank.test', 'a@appxexample.net', 'a@bank.test\r\n <noreply@app.example.net>',
          'noreply@app.example.net\r\nFrom: ceo@bank.test', 'noreply@app.example.net\r\nResent-From: ceo@bank.test', ''].map((from): readonly [string, Job, RegExp] => [`from ${JSON.stringify(from)}`, { ...own, message: letterOf(from, 'forged') }, /5\.7\.1 This site may send only/]),
        ['with a blank before the colon', { ...own, message: 'To: anna@first.test\r\nFrom : ceo@bank.test\r\nSubject: forged\r\n\r\nHello\r\n' }, /5\.7\.1 This site may send only/],
      ]
      // The door of the other site has an address of this server too: by the way that leads outside.
      const atDoorOfOther: readonly (readonly [string, Job])[] = [
        ['as that site', { ...own, host: '10.213.0.33', from: 'a@quiet.example.net', message: letterOf('a@quiet.example.net', 'other') }],
        ['as itself, in the name of that site', { ...own, host: '10.213.0.33', message: letterOf('a@quiet.example.net', 'other') }],
        ['with its login', { ...own, host: '10.213.0.33', user: 'quiet.example.net', password: other['SMTP_PASSWORD'] ?? '', from: 'a@quiet.example.net', message: letterOf('a@quiet.example.net', 'other') }],
      ]
      const accepted: string[] = []
      const expectRefusal = async (what: string, job: Job, refusal: RegExp): Promise<void> => {
        const said = await sendFrom(world, 'app.example.net', job)
        if (!refusal.test(said)) accepted.push(`${what}: ${said}`)
      }
      for (const [what, job, refusal] of tries) await expectRefusal(what, job, refusal)
      for (const [what, job] of atDoorOfOther) await expectRefusal(`at the door of another site, ${what}`, job, /timed out/)
      // Where somebody took the firewall's table away the door itself refuses.
      await on(world.server, 'nft delete table inet homeport')
      try {
        for (const [what, job] of atDoorOfOther) await expectRefusal(`at the door of another site without the firewall, ${what}`, job, /554.*Access denied/)
      } finally {
        await on(world.server, 'systemctl reload homeport-firewall.service')
      }
      expect(accepted).toEqual([])
      // Right after, and in the same way, what is its own is taken.
      const subject = subjectOf()
      expect(await sendFrom(world, 'app.example.net', { ...own, message: letterOf('noreply@app.example.net', subject) })).toBe('sent')
      await arrivalOf(target, subject)
      expect(target.mails.slice(before).map((mail) => mail.subject)).toEqual([subject])
    }, 240_000)

    it('is the only one who finds that door', async () => {
      const { world } = given()
      expect(await on(world.server, "ss -Hltn 'sport = :587' | awk '{ print $4 }' | sort")).toBe('10.213.0.17:587\n10.213.0.33:587')
      expect(await on(world.server, 'stat -c %a /var/lib/homeport/mail/keys/dkim.key; docker exec homeport-mail stat -c "%a %U" /run/postfix/passwords')).toBe('600\n600 postfix')
    })

    it('is named where a person watches', async () => {
      const { world } = given()
      const stop = new AbortController()
      const isForged = ({ kind, answer }: MailEvent): boolean => kind === 'refused' && answer === 'This site may send only as one address of its own domains'
      const events: MailEvent[] = []
      for await (const batch of followMail({ session: () => world.pipeline.session(), events: 500, signal: stop.signal, pause: () => Promise.resolve() })) {
        events.push(...batch)
        if (events.some(({ kind, peer }) => kind === 'received' && peer === 'app.example.net') && events.some(isForged)) stop.abort()
      }
      expect(JSON.stringify(events)).not.toContain('header From')
    })

    it('keeps nobody else from mail when its network or its password is away', async () => {
      const { world, target } = given()
      const secret = await on(world.server, `awk '$1 == "quiet.example.net" { print "/var/lib/homeport/secrets/" $2 }' /etc/homeport/mail/logins`)
      await on(world.server, `mv ${secret}.key ${secret}.away && ip addr del 10.213.0.17/28 dev homeport1 && systemctl restart homeport-mail.service`)
      const subject = subjectOf()
      await world.write({ from: 'joe@sender.example.net', to: 'info@example.test', subject })
      await arrivalOf(target, subject)
      expect(await on(world.server, "ss -Hltn 'sport = :587' | awk '{ print $4 }'; docker logs homeport-mail 2>&1 | grep -c -e 'Nothing can be sent by 10.213.0.17' -e 'The program of quiet.example.net cannot send' || true")).toBe('10.213.0.33:587\n2')
      await on(world.server, `mv ${secret}.away ${secret}.key && ip addr add 10.213.0.17/28 dev homeport1 && systemctl reload homeport-mail.service`)
      await expect.poll(() => on(world.server, "ss -Hltn 'sport = :587' | awk '{ print $4 }' | sort"), { timeout: 10_000 }).toBe('10.213.0.17:587\n10.213.0.33:587')
    })

    it('keeps nobody else from mail where another program has the port', async () => {
      const { world, target } = given()
      await on(world.server, "systemctl stop homeport-mail.service; systemd-run --quiet --unit=squatter-587 python3 -c 'import socket, time; s = socket.create_server((\"\", 587)); time.sleep(300)'")
      await untilListens(world.server, 587)
      await on(world.server, 'systemctl start homeport-mail.service')
      const subject = subjectOf()
      await world.write({ from: 'joe@sender.example.net', to: 'info@example.test', subject })
      await arrivalOf(target, subject)
      expect(await on(world.server, "docker logs homeport-mail 2>&1 | grep -c 'another program has port 587'")).toBe('2')
      expect(await world.pipeline.leftToDo()).toEqual([expect.stringContaining('mail-config/homeport-mail')])
      await on(world.server, 'systemctl stop squatter-587.service')
      await world.apply({ kind: 'set-up' })
      await expect.poll(() => on(world.server, "ss -Hltn 'sport = :587' | awk '{ print $4 }' | sort"), { timeout: 10_000 }).toBe('10.213.0.17:587\n10.213.0.33:587')
      expect(await world.pipeline.leftToDo()).toEqual([])
    })

    it('keeps mail on while it sends, and leaves nothing when its site goes', async () => {
      const { world, target } = given()
      await expect(world.apply({ kind: 'remove-mail' })).rejects.toThrow(/Switch that off first/)
      for (const siteId of sendingSites) await world.apply({ kind: 'remove-site', siteId, data: 'delete' })
      expect(await on(world.server, "ss -Hltn 'sport = :587'; cat /etc/homeport/mail/logins; ls /etc/homeport/mail | grep -e from -e senders; ls /var/lib/homeport/secrets; docker exec homeport-mail ls /run/postfix")).toBe('main.cf\nmaster.cf')
      expect(await world.pipeline.leftToDo()).toEqual([])
      const subject = subjectOf()
      await world.write({ from: 'joe@sender.example.net', to: 'info@example.test', subject })
      await arrivalOf(target, subject)
    })
  })
}
