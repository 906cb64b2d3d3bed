/** Whoever took over the container that gets certificates: what root makes of what he writes, and what he sees. */
import { beforeAll, expect, it } from 'vitest'
import { keepSecret } from '../../../src/main/server/keep-secret.ts'
import type { Home } from '../home.ts'
import { on, resources } from '../pipeline.ts'

const site = 'walls-certs.example.test'
const certificates = '/var/lib/homeport/certificates'
const kept = '/var/lib/homeport/renewals'

/** docker as the server's scripts find it: what would start Homeport's program in that container starts a shell instead. */
const docker = `#!/bin/bash
words=()
for word in "$@"; do
  case $word in
    python3) words+=(sh) ;;
    /homeport/certificates) words+=(-c "$EVIL" sh) ;;
    *) words+=("$word") ;;
  esac
done
exec /usr/bin/docker "\${words[@]}"
`

/** Plays attackers in the container of certbot, started by the server's own script with the very same arguments. */
export function describeCertificateWalls(theHome: () => Home): void {
  const root = (script: string, input = ''): Promise<string> => on(theHome().server, script, input)
  /** What he says, and what root says of it; his last word is the group for which the container was started. */
  const takeOver = (evil: string): Promise<string> => root('EVIL=$(cat) PATH=/tmp/walls-certs:$PATH /usr/local/lib/homeport/renew-certificates 2>&1 || true', evil)
  /** What the desk answers to lines of his in the container for `group`. */
  const asked = async (group: string, questions: string): Promise<string[]> => {
    const said = await takeOver(`for group; do :; done; [ "$group" = ${group} ] || exit 0\nask() { echo "$@"; read -r answer; echo "answer: $answer" >&2; }\ncd /tmp\n${questions}`)
    return said.split('\n').flatMap((line) => (line.startsWith('answer: ') ? [line.slice(8)] : []))
  }
  const pair = (names: string, more = ''): string => `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -subj /CN=evil -addext subjectAltName=${names} ${more} -keyout key -out chain 2>/dev/null; chain=$(base64 -w0 chain); key=$(base64 -w0 key)\n`

  beforeAll(async () => {
    await theHome().here.addUpload(site, { 'index.html': 'x' })
    // Its own turns would put right what is played here.
    await root('systemctl stop homeport-certificates.timer homeport-certificates.service')
    await root('install -d /tmp/walls-certs && cat >/tmp/walls-certs/docker && chmod 755 /tmp/walls-certs/docker', docker)
  })

  it('is data where the time of the next look is read: no command in it is run', async () => {
    // A name that is set there: of another one the shell would only complain.
    const command = "config[$(touch /root/walls-ran)]"
    await takeOver(`echo '${command}' >/certificates/next; echo '${command}' >/state/../next; echo '@ next ${command}'; read -r answer; true`)
    await root(`rm -f ${certificates}/requests/* ${kept}/requests/*; /usr/local/lib/homeport/renew-certificates --if-due 2>&1 || true`)
    expect(await root('ls /root/walls-ran 2>/dev/null || true')).toBe('')
    // Nor would it be, had it come there.
    await root(`rm -f ${kept}/requests/*; echo '${command}' >${kept}/next; EVIL=true PATH=/tmp/walls-certs:$PATH /usr/local/lib/homeport/renew-certificates --if-due 2>&1 || true; rm -f ${kept}/next`)
    expect(await root('ls /root/walls-ran 2>/dev/null || true')).toBe('')
  })

  it('leads root by no link: no file is emptied, and none is read in the place of another', async () => {
    await root(`mkdir -p /root/walls-prey && echo precious >/root/walls-prey/${site}`)
    const plants = [`${site}.pem`, `${site}.pem.key`, 'trusted.map', 'account.map', `state/${site}.json`, 'next'].map((name) => `ln -sfn /etc/shadow /certificates/${name}; ln -sfn /etc/shadow /${name}`)
    await takeOver(`for folder in /certificates/requests /requests /state /served; do rm -rf $folder; ln -sfn /root/walls-prey $folder; done 2>/dev/null; ln -s /etc/shadow /state/x /served/x /requests/x; ${plants.join('; ')}`)
    await (await theHome().here.session()).run({ name: 'request-certificate', script: resources.text('commands/request-certificate.sh'), args: [site] })
    await root(`/usr/local/lib/homeport/self-signed ${site} ${site}`)
    expect(await root(`cat /root/walls-prey/${site}`)).toBe('precious')
    expect(await root(`find ${certificates} ${kept} -type l`)).toBe('')
  })

  it('has no secret of others, no key of a certificate that is served, and no socket', async () => {
    const secret = await keepSecret(await theHome().here.session(), { kind: 'variable', value: 'of-another-part' }, resources)
    const key = (await root(`sed -n 2p ${certificates}/${site}.pem.key`)).trim()
    const seen = await takeOver('for mount in $(cut -d" " -f5 /proc/self/mountinfo); do case $mount in / | /proc* | /sys* | /dev*) ;; *) printf "\\nmount %s\\n" $mount; find $mount -type s; find $mount -type f -exec cat {} + ;; esac; done 2>/dev/null')
    await root(`rm -f /var/lib/homeport/secrets/${secret}.key`)
    expect(seen).toContain('mount /config')
    expect(seen).not.toContain('of-another-part')
    expect(seen).not.toContain(key)
    expect(seen).not.toMatch(/\.sock$/m)
    expect([...new Set(seen.split('\n').flatMap((line) => (line.startsWith('mount ') ? [line.slice(6)] : [])))].toSorted()).toEqual([
      '/acme', '/alerts', '/config', '/etc/hostname', '/etc/hosts', '/etc/letsencrypt', '/etc/resolv.conf', '/homeport/certificates', '/noted.json', '/requests', '/secrets', '/served', '/state', '/tmp', '/var/lib/letsencrypt'])
  })

  it('is an ordinary user without an account, whom the firewall knows by his number', async () => {
    expect((await takeOver('id -u >&2')).split('\n').filter((line) => /^\d+$/.test(line))).toEqual(expect.arrayContaining(['65526']))
    expect(await root('getent passwd 65526; stat -c "%u %a" /var/lib/homeport/acme')).toBe('65526 700')
  })

  it('brings no certificate but one that fits', async () => {
    const before = await root(`cat ${certificates}/${site}.pem ${certificates}/${site}.pem.key`)
    expect(await asked('automatic', [
      `${pair('DNS:other.example.test')}ask @ install ${site} $chain $key`,
      `${pair(`DNS:${site}`)}ask @ install ${site} $chain $(openssl genpkey -algorithm ED25519 | base64 -w0)`,
      `ask @ install ${site} $(cat chain key | base64 -w0) $key`,
      `ask @ install ${site} $chain $(cat key key | base64 -w0)`,
      `ask @ install other.example.test $chain $key`,
      `ask @ install ../${site} $chain $key`,
      `ask @ install ${site} '$(touch /root/walls-ran)' $key`,
      `${pair(`DNS:${site}`, '-not_before 20200101000000Z -not_after 20200201000000Z')}ask @ install ${site} $chain $key`,
    ].join('\n'))).toEqual(['it is not for walls-certs.example.test.', 'it is not for this key.', 'it is more than certificates.', 'its key is not one key.']
      .map((reason) => `failed The certificate is refused: ${reason}`)
      .concat(Array.from({ length: 3 }, () => 'failed The server refuses this.'), 'failed The certificate is refused: it has expired.'))
    expect(await asked('closing', `${pair(`DNS:${site}`)}ask @ install ${site} $chain $key`)).toEqual(['failed The server refuses this.'])
    expect(await root(`cat ${certificates}/${site}.pem ${certificates}/${site}.pem.key; ls /root/walls-ran 2>/dev/null || true`)).toBe(before)
    expect(await asked('automatic', `${pair(`DNS:${site}`)}ask @ install ${site} $chain $key`)).toEqual(['done'])
    expect(await root(`openssl x509 -noout -subject -in ${certificates}/${site}.pem; docker exec homeport-proxy true`)).toContain('evil')
  })

  it('is not believed about sites, names and times that are not its own, whatever it says and however long', async () => {
    const content = 'e30K'
    expect(await asked('automatic', [
      `ask @ state ../../etc/cron.d/x ${content}`, `ask @ state other.example.test ${content}`, `ask @ taken ../next`, 'ask @ trusted bank.example', `ask @ noted ${content}`, 'ask @ next 0', 'ask @ account x', 'ask @ eval id',
      "ask '@ state *'", `printf '@ state ${site} '; head -c 700000 /dev/zero | tr '\\0' A; ask`,
    ].join('\n'))).toEqual(Array.from({ length: 10 }, () => 'failed The server refuses this.'))
    expect(await asked('closing', `ask @ trusted bank.example; ask @ next 9999999999999; ask @ account ${'a'.repeat(43)}`)).toEqual(['done', 'failed The server refuses this.', 'failed The server refuses this.'])
    expect(await root(`cat ${certificates}/trusted.map; ls ${kept}/state`)).not.toMatch(/bank|other/)
  })

  it('can be mended by nobody but root: what is known of people is not for every user of the server', async () => {
    for (const path of ['certificates/certificates.json', 'alerts/alerts.json']) expect(await root(`setpriv --reuid=homeport --regid=homeport --clear-groups cat /etc/homeport/${path} 2>&1 || true`)).toContain('Permission denied')
  })

  it('leaves a server on which nothing is to be done', async () => {
    await theHome().here.apply({ kind: 'remove-site', siteId: site, data: 'delete' })
    await root('rm -rf /tmp/walls-certs /root/walls-prey /root/walls-ran; systemctl start homeport-certificates.timer')
    expect(await theHome().here.leftToDo()).toEqual([])
  })
}
