/** Whoever took over the mail server's container: what he sees of others, and what root makes of what he leaves. */
import { describe, expect, it } from 'vitest'
import { keepSecret } from '../../../src/main/server/keep-secret.ts'
import type { MailCatcher } from '../../testbed/index.ts'
import { arrivalOf, hostname, subjectOf, type MailWorld } from '../mail-world.ts'
import { on, resources } from '../pipeline.ts'

export function describeMailWalls(those: () => { readonly world: MailWorld; readonly target: MailCatcher }): void {
  const root = (script: string): Promise<string> => on(those().world.server, script)
  const inside = (script: string): Promise<string> => root(`docker exec homeport-mail bash -c '${script}' 2>&1 || true`)

  describe('whoever took over the mail server’s container', () => {
    it('sees the certificate that it shows and the passwords that it uses, and nothing of others', async () => {
      const secret = await keepSecret(await those().world.pipeline.session(), { kind: 'variable', value: 'of-another-part' }, resources)
      await root('systemctl restart homeport-mail.service')
      const used = await root("cut -d' ' -f2 /etc/homeport/mail/logins | sort -u | sed 's/$/.key/'")
      expect(used).toMatch(/^s[0-9a-f]{32}\.key$/m)
      expect(used).not.toContain(secret)
      expect(await inside('ls /secrets | sort; ls /certificates')).toBe(`${used}\n${hostname}.pem\n${hostname}.pem.key`)
      const mounts = await inside('cut -d" " -f5 /proc/self/mountinfo | grep -vE "^/(proc|sys|dev)|^/$" | sort -u')
      expect(mounts.split('\n')).toEqual(['/certificates', '/config', '/etc/hostname', '/etc/hosts', '/etc/resolv.conf', '/etc/ssl/certs', '/keys', '/run', '/secrets', '/tmp', '/var/lib/postfix', '/var/spool/postfix'])
      await root(`rm -f /var/lib/homeport/secrets/${secret}.key`)
    })

    it('changes no key, and leads root by no link', async () => {
      const keys = '/var/lib/homeport/mail/keys'
      const before = await root(`sha256sum ${keys}/*.key ${keys}/dkim.pub`)
      await inside(`for file in /keys/dkim.key /keys/dkim.pub /keys/srs.key /certificates/x /secrets/x /config/aliases; do echo evil >"$file"; ln -sfn /etc/shadow "$file"; done`)
      expect(await root(`sha256sum ${keys}/*.key ${keys}/dkim.pub; find ${keys} /run/homeport /etc/homeport -type l`)).toBe(before)
      // As an older image could have left it.
      await root(`echo precious >/root/prey; ln -sfn /root/prey ${keys}/dkim.pub; ln -sfn /root/prey ${keys}/dkim.key.new; systemctl restart homeport-mail.service`)
      expect(await root(`rm -f /root/prey.new; cat /root/prey; sha256sum ${keys}/*.key ${keys}/dkim.pub`)).toBe(`precious\n${before}`)
    })

    it('is no user of the server, and where mail goes is not for every user to read', async () => {
      const { world } = those()
      const owners = (): Promise<string> => root('find /var/lib/homeport/mail/queue /var/lib/homeport/mail/state -printf "%U\\n%G\\n" | sort -u')
      expect((await owners()).split('\n').filter((id) => !/^(0|6552\d)$/.test(id))).toEqual([])
      // What an older image left becomes theirs.
      await root('systemctl stop homeport-mail.service; chown -R --from=65520 901 /var/lib/homeport/mail/queue; chown -R --from=:65520 :901 /var/lib/homeport/mail/queue; chown -R --from=:65521 :902 /var/lib/homeport/mail/queue; systemctl start homeport-mail.service')
      expect((await owners()).split('\n').filter((id) => !/^(0|6552\d)$/.test(id))).toEqual([])
      for (const name of ['aliases', 'refused', 'logins', 'domains']) expect(await root(`setpriv --reuid=homeport --regid=homeport --clear-groups cat /etc/homeport/mail/${name} 2>&1 || true`)).toContain('Permission denied')
      expect(await world.pipeline.leftToDo()).toEqual([])
    })
  })

  describe('an address by which bounces come back', () => {
    it('has a proof of eight letters; one of four, as they were once, counts for as long as bounces are under way', async () => {
      const { world, target } = those()
      const subject = subjectOf()
      await world.write({ from: 'joe@sender.example.net', to: 'info@example.test', subject })
      const { from } = await arrivalOf(target, subject)
      expect(from).toMatch(/^SRS0=[^=]{8}=/)
      const short = from.replace(/^(SRS0=[^=]{4})[^=]{4}/, '$1')
      const bounce = (to: string): Promise<void> => world.write({ envelope: { from: '', to: [to] }, from: 'mailer-daemon@first.test', to })
      await expect(bounce(short)).rejects.toThrow(/User unknown/)
      await bounce(from)
      const since = '/var/lib/homeport/mail/keys/srs.since'
      await root(`touch ${since}; systemctl restart homeport-mail.service`)
      await bounce(short)
      await root(`touch -d "23 days ago" ${since}; systemctl restart homeport-mail.service`)
      await expect(bounce(short)).rejects.toThrow(/User unknown/)
    })
  })
}
