/** Mail through Homeport's mail server, beside a bare postfix with the same alias on the same server. */
import { MailWorld } from '../server/mail-world.ts'
import { on } from '../server/pipeline.ts'
import { asMb } from './clock.ts'
import { readProcesses } from './memory.ts'
import { atMost, shown, type Line } from './table.ts'

const part = 'Mail'
/** What one address may send in a minute stands just above. */
const mails = 900
const limitBytes = 60_000_000
const sinkPort = 2525
/** A little longer than postfix keeps a process that has nothing to do (postconf(5), max_idle). */
const restMs = 130_000

/** Everything that the comparison needs of a postfix, and no more. */
const bareConfig = [
  'compatibility_level = 3.10', 'maillog_file = /dev/stdout', 'myhostname = bare.example.test', 'mydestination =', 'mynetworks =', 'local_transport = error:none', 'alias_maps =', 'alias_database =', 'local_recipient_maps =',
  'smtpd_relay_restrictions = reject_unauth_destination', 'virtual_alias_domains = example.test', 'virtual_alias_maps = inline:{info@example.test=anna@sink.test}', 'smtpd_client_event_limit_exceptions = 127.0.0.0/8', '',
].join('\n')

/** Both get the same mails in turn, so that what else goes on at this computer meets both. */
export async function measureMail(rounds: number, say: (text: string) => void): Promise<Line[]> {
  say('Setting up a server that forwards mail')
  const world = await MailWorld.start([{ domain: 'example.test', aliases: [{ name: 'info', targets: ['anna@sink.test'] }] }])
  try {
    const image = await on(world.server, "docker image ls --format '{{.Repository}}:{{.Tag}}' homeport/mail")
    world.acme.dns.set('sink.test', { a: ['192.0.2.99'] })
    await on(world.server, `iptables -t nat -A OUTPUT -p tcp -d 192.0.2.99 --dport 25 -j REDIRECT --to-ports ${sinkPort}`)
    await startBare(world, image)
    const times = { ours: [] as number[], bare: [] as number[] }
    for (let round = 0; round < rounds; round++) {
      say(`${mails} mails through each, round ${round + 1} of ${rounds}`)
      times.ours.push(await send(world, 25, '/var/lib/homeport/mail/queue'))
      times.bare.push(await send(world, 2526, '/var/lib/bare'))
      // What one address may send is counted anew each minute; who comes for the first time waits at the door.
      if (round < rounds - 1) await new Promise((resolve) => setTimeout(resolve, 61_000))
    }
    say('Waiting until it is at rest')
    await new Promise((resolve) => setTimeout(resolve, restMs))
    const idle = (await readProcesses(world.server)).filter(({ container }) => container === 'homeport-mail')
    const [ours, bare] = [middle(times.ours), middle(times.bare)]
    return [
      atMost(part, 'time for the same mails: Homeport / bare postfix', ours / bare, 1 / 0.9, (value) => value.toFixed(2)),
      shown(part, 'of that: SRS, signatures and policies are looked at, postscreen is in front', `${Math.round(mails / (ours / 1000))} mails a second; bare ${Math.round(mails / (bare / 1000))}`),
      atMost(part, `at rest, resident, shared pages counted in each of ${idle.length} processes`, idle.reduce((sum, { rss }) => sum + rss, 0), limitBytes, asMb),
    ]
  } finally {
    await world.stop()
  }
}

async function startBare(world: MailWorld, image: string): Promise<void> {
  const { server } = world
  await on(server, `mkdir -p /etc/bare /var/lib/bare && cat >/etc/bare/main.cf && sed -e 's/^smtp  *inet.*/2526 inet n - n - - smtpd/' -e '/^smtpd .*pass/d' /etc/homeport/mail/master.cf >/etc/bare/master.cf`, bareConfig)
  await on(server, `docker run --detach --name bare --network host --log-driver journald --env MAIL_CONFIG=/config --volume /etc/bare:/config:ro --volume /var/lib/bare:/var/spool/postfix ${image} postfix start-fg`)
  await on(server, `docker run --detach --name sink --network host --log-driver none ${image} smtp-sink -u postfix 0.0.0.0:${sinkPort} 200`)
  await on(server, "bash -c 'for _ in {1..100}; do : </dev/tcp/127.0.0.1/2526 && exit 0; sleep 0.1; done 2>/dev/null; exit 1'")
}

/** Milliseconds from the first mail until the queue is empty again. */
async function send(world: MailWorld, port: number, queue: string): Promise<number> {
  const said = await on(world.server, `bash -c '
    began=$EPOCHREALTIME
    docker exec sink smtp-source -s 10 -m ${mails} -l 2000 -d -f joe@sender.test -t info@example.test 127.0.0.1:${port}
    while [ -n "$(find ${queue}/incoming ${queue}/active ${queue}/deferred -type f -print -quit)" ]; do sleep 0.02; done
    echo "$began $EPOCHREALTIME"'`)
  const [from = 0, to = 0] = said.split(' ').map(Number)
  return (to - from) * 1000
}

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
