/** What strangers try with a mail server: relaying, smuggling, and names that are more than names. */
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { readQueue } from '../../../src/main/mail/queue.ts'
import type { MailCatcher } from '../../testbed/index.ts'
import { arrivalOf, hostname, subjectOf, type MailWorld } from '../mail-world.ts'
import { on, resources } from '../pipeline.ts'

export interface Abused { readonly world: MailWorld; readonly target: MailCatcher; readonly victim: MailCatcher }

/** Envelopes of nmap's smtp-open-relay and of swaks' manual, and some more; each asks for mail to a stranger. */
function relayEnvelopes(server: string): readonly (readonly [from: string, to: string])[] {
  const victim = 'someone@victim.test'
  return [
    ['', victim], ['spam@sender.test', victim], ['spam', victim], ['spam@localhost', victim], [`spam@[${server}]`, victim], [`spam@${hostname}`, victim], ['info@example.test', victim], ['postmaster@localhost', victim],
    [`spam@${hostname}`, `someone%victim.test@[${server}]`], [`spam@${hostname}`, `someone%victim.test@${hostname}`], ['spam@sender.test', 'someone%victim.test@example.test'], [`spam@${hostname}`, '"someone@victim.test"'],
    [`spam@${hostname}`, '"someone%victim.test"'], [`spam@${hostname}`, `someone@victim.test@[${server}]`], [`spam@${hostname}`, `"someone@victim.test"@[${server}]`], [`spam@${hostname}`, `someone@victim.test@${hostname}`],
    [`spam@${hostname}`, `@[${server}]:someone@victim.test`], [`spam@${hostname}`, `@${hostname}:someone@victim.test`], ['spam@sender.test', '@example.test:someone@victim.test'], [`spam@${hostname}`, 'victim.test!someone'],
    [`spam@${hostname}`, `victim.test!someone@[${server}]`], [`spam@${hostname}`, `victim.test!someone@${hostname}`], ['spam@sender.test', 'victim.test!someone@example.test'],
    ['spam@sender.test', 'someone@victim.test (info@example.test)'], ['spam@sender.test', `SRS0=AAAA=AA=victim.test=someone@${hostname}`], ['spam@sender.test', `srs0+aaaa=aa=victim.test=someone@${hostname}`],
    ['spam@sender.test', `SRS1=AAAA=victim.test==AAAA=AA=victim.test=someone@${hostname}`], ['spam@sender.test', 'SRS0=AAAA=AA=victim.test=someone@strict.example.test'],
  ]
}

export function describeAbuse(abused: () => Abused): void {
  describe('a stranger', () => {
    it('relays nothing, from outside or from the server itself, by IPv4 or IPv6', async () => {
      const { world, victim } = abused()
      // The test server has it switched off, as its own host may.
      await on(world.server, 'sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.lo.disable_ipv6=0 && systemctl restart homeport-mail.service')
      const places = [{ host: world.server.host }, { on: '127.0.0.1' }, { on: '::1' }]
      const accepted: string[] = []
      for (const place of places) {
        for (const [from, to] of relayEnvelopes(world.server.host)) {
          const said = 'host' in place ? await askOutside(place.host, from, to) : await askInside(world, place.on, from, to)
          if (said.rcpt.startsWith('250') || !/^[45]\d\d/.test(said.rcpt)) accepted.push(`${'host' in place ? 'outside' : place.on}: <${from}> to <${to}>: ${said.rcpt}`)
        }
      }
      expect(accepted).toEqual([])
      // In the same way what may come in does come in.
      expect((await askOutside(world.server.host, 'joe@sender.test', 'info@example.test')).rcpt).toMatch(/^250/)
      for (const host of ['127.0.0.1', '::1']) expect((await askInside(world, host, 'joe@sender.test', 'info@example.test')).rcpt).toMatch(/^250/)
      expect(victim.mails).toEqual([])
    }, 240_000)

    it('relays nothing from a container of this server', async () => {
      const { world } = abused()
      const image = await on(world.server, `docker image ls --format '{{.Repository}}:{{.Tag}}' homeport/mail`)
      const said = await on(world.server, `docker run --rm --entrypoint bash ${image} -c '${bashTalk}' talk ${words([world.server.host, 'EHLO x.test', 'MAIL FROM:<a@sender.test>', 'RCPT TO:<someone@victim.test>'])}`)
      expect(said).toMatch(/554 5\.7\.1 .*Relay access denied/)
    })

    it('smuggles no second message behind the end of the first', async () => {
      const { world, target } = abused()
      const before = target.mails.length
      const ends = ['\n.\n', '\r\n.\n', '\n.\r\n', '\r.\r', '\r\n.\r', '\n.\r', '\r.\n', '\r.\r\n', '\r\n\0.\r\n', '\r\n.\r\r\n']
      for (const [index, end] of ends.entries()) {
        const smuggled = `MAIL FROM:<admin@example.test>\r\nRCPT TO:<info@example.test>\r\nDATA\r\nFrom: admin@example.test\r\nSubject: smuggled ${index}\r\n\r\nI am not who I am`
        await sendRaw(world.server.host, `From: joe@sender.test\r\nSubject: outer ${index}\r\n\r\nHello${end}${smuggled}\r\n.\r\n`)
      }
      const done = subjectOf()
      await world.write({ from: 'joe@sender.test', to: 'info@example.test', subject: done })
      await arrivalOf(target, done)
      const subjects = target.mails.slice(before).map(({ subject }) => subject)
      expect(subjects.filter((subject) => subject.startsWith('smuggled'))).toEqual([])
    }, 120_000)

    it('gets no second header or command into what is forwarded', async () => {
      const { world, target } = abused()
      for (const to of ['info@example.test>\r\nRCPT TO:<someone@victim.test', 'info@example.test\nBcc: x@victim.test', '|touch /tmp/owned@example.test', '/etc/passwd', ':include:/etc/passwd', '"| touch /tmp/owned"@example.test', '$(touch${IFS}/tmp/owned)@example.test']) {
        await askOutside(world.server.host, 'joe@sender.test', to)
      }
      expect(await on(world.server, 'docker exec homeport-mail sh -c "ls /tmp /run" | grep owned || true')).toBe('')
      expect(target.mails.every(({ to }) => to.every((address) => address.endsWith('first.test')))).toBe(true)
    })

    it('learns nothing of who has an address by VRFY, EXPN or ETRN', async () => {
      const { world } = abused()
      const said = await talk(world.server.host, ['EHLO x.test', 'VRFY info', 'EXPN info', 'ETRN example.test'])
      expect(said.slice(2).every((answer) => /^(50[02]|45|55)/.test(answer))).toBe(true)
    })
  })

  describe('a full disk', () => {
    it('takes nothing and loses nothing: senders are asked to come again', async () => {
      const { world, target } = abused()
      await on(world.server, 'systemctl stop homeport-mail.service && mount -t tmpfs -o size=1000m tmpfs /var/lib/homeport/mail/queue && systemctl start homeport-mail.service')
      await expect(world.write({ from: 'joe@sender.test', to: 'info@example.test' })).rejects.toThrow(/452 4\.3\.1/)
      await on(world.server, 'systemctl stop homeport-mail.service && umount /var/lib/homeport/mail/queue && systemctl start homeport-mail.service')
      const subject = subjectOf()
      await world.write({ from: 'joe@sender.test', to: 'info@example.test', subject })
      await arrivalOf(target, subject)
      expect((await readQueue(await world.pipeline.session(), resources)).total).toBe(0)
    })
  })
}

interface Said { readonly mail: string; readonly rcpt: string }

async function askOutside(host: string, from: string, to: string): Promise<Said> {
  const [, , mail = '', rcpt = ''] = await talk(host, ['EHLO x.test', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'RSET'])
  return { mail, rcpt: /^[45]/.test(mail) ? mail : rcpt }
}

/** As `talk` below, where there is nothing but bash. */
const bashTalk = 'exec 3<>"/dev/tcp/$1/25"; answer() { while IFS= read -r -t 20 line <&3; do case $line in [0-9][0-9][0-9]-*) ;; *) printf "%s\\n" "$line"; return;; esac; done; }; answer; shift; for line in "$@"; do printf "%s\\r\\n" "$line" >&3; answer; done'
const words = (all: readonly string[]): string => all.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')

/** The same from the server's own console. */
async function askInside(world: MailWorld, host: string, from: string, to: string): Promise<Said> {
  const lines = [host, 'EHLO x.test', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`]
  const [, , mail = '', rcpt = ''] = (await on(world.server, `bash -c '${bashTalk}' talk ${words(lines)}`)).split('\n')
  return { mail, rcpt: /^[45]/.test(mail) ? mail : rcpt }
}

/** One line after the other, each once the one before was answered; gives the answers, the greeting first. */
async function talk(host: string, lines: readonly string[]): Promise<string[]> {
  const socket = connect({ host, port: 25 })
  const answers: string[] = []
  let text = ''
  try {
    const next = (): Promise<string> => new Promise((resolve, reject) => {
      const look = (): boolean => {
        const match = /^(?:\d{3}-.*\r?\n)*(\d{3} .*)\r?\n/.exec(text)
        if (match === null) return false
        text = text.slice(match[0].length)
        resolve(match[1] ?? '')
        return true
      }
      if (look()) return
      const onData = (data: Buffer): void => { text += data.toString('latin1'); if (look()) socket.off('data', onData) }
      socket.on('data', onData)
      socket.once('error', reject)
      socket.once('close', () => resolve('closed'))
      setTimeout(() => reject(new Error(`no answer to ${lines[answers.length - 1] ?? 'the connection'}`)), 20_000).unref()
    })
    answers.push(await next())
    for (const line of lines) {
      socket.write(`${line}\r\n`)
      answers.push(await next())
    }
    return answers
  } finally {
    socket.destroy()
  }
}

/** A whole transaction whose data is sent byte for byte. */
async function sendRaw(host: string, data: string): Promise<void> {
  const socket: Socket = connect({ host, port: 25 })
  socket.on('error', () => {})
  for (const line of ['EHLO x.test\r\n', 'MAIL FROM:<joe@sender.test>\r\n', 'RCPT TO:<info@example.test>\r\n', 'DATA\r\n', data, 'QUIT\r\n']) {
    await new Promise<void>((resolve) => { socket.once('data', () => resolve()); setTimeout(resolve, 4000).unref() })
    socket.write(line)
  }
  await sleep(500)
  socket.destroy()
}
