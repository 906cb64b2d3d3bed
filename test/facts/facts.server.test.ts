import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { probePort } from '../../src/main/server/reach.ts'
import { gatherFacts, gatherScript, installDocker, layOutSites, leaveServer, mustExec, reachServer, type ReachedServer } from './reached-server.ts'

/** Everything about the files of a server but what its own services write while it runs. */
const fingerprint = `find /etc /var/lib /usr/local /srv /root /run/homeport /var/spool -xdev ! -path '/var/lib/systemd/*' ! -path '/var/lib/docker*' ! -path '/var/lib/containerd*' ! -path '/root/.ssh*' \
  -printf '%p %y %m %U %G %s %T@ %C@ %l\\n' 2>/dev/null | sort; find /etc /var/lib/homeport /usr/local /srv -xdev -type f -exec sha256sum {} + | sort -k2`

/** Seconds of processor time in a line of bash's `times`: "0m0.120s 0m0.050s". */
function secondsOf(line: string): number {
  const parts = [...line.matchAll(/(\d+)m([\d.]+)s/g)]
  expect(parts).toHaveLength(2)
  return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0)
}

describe.each(['trixie', 'bookworm'] as const)('on %s', (distribution) => {
  let reached: ReachedServer
  beforeAll(async () => { reached = await reachServer(distribution) })
  afterAll(async () => { await leaveServer(reached) })

  it('finds a fresh server fresh, in one exchange', async () => {
    const exchanges = reached.session.exchanges
    const facts = await gatherFacts(reached.session)
    expect(reached.session.exchanges - exchanges).toBe(1)
    expect(facts).toMatchObject({ spec: null, owned: null, activeRun: null, system: { distribution: { id: 'debian', codename: distribution }, hostname: reached.server.name } })
    expect(Math.abs(facts.serverTimeMs - Date.now())).toBeLessThan(5000)
    expect([...facts.failures.keys()]).toEqual(['updates'])
  })

  it('changes nothing on a server that is set up, and leaves no process behind', async () => {
    await layOutSites(reached.server, 3)
    const before = await mustExec(reached.server, fingerprint)
    const facts = await gatherFacts(reached.session)
    expect(await mustExec(reached.server, fingerprint)).toBe(before)
    expect(before.length).toBeGreaterThan(10_000)
    expect(facts.spec?.sites).toHaveLength(3)
    expect(await mustExec(reached.server, 'pgrep -fc "[s]tarted_at=" || true')).toBe('0\n')
  })

  it('finds a run in progress by its unit', async () => {
    const id = '20260101000002-00000002'
    await mustExec(reached.server, `systemd-run --quiet --unit homeport-run --description 'Homeport run ${id}' sleep 60`)
    const during = await gatherFacts(reached.session)
    await mustExec(reached.server, 'systemctl stop homeport-run.service')
    const after = await gatherFacts(reached.session)
    expect([during.activeRun, during.runs.find((run) => run.runId === id)?.outcome]).toEqual([id, 'running'])
    expect([after.activeRun, after.runs.find((run) => run.runId === id)?.outcome]).toEqual([null, 'interrupted'])
  })

  it('names the process that holds a lock of dpkg', async () => {
    // dpkg locks with fcntl(2), which flock(1) does not use; struct flock: type, whence, start, length, pid.
    await mustExec(reached.server, `systemd-run --quiet --unit lock-holder perl -e 'use Fcntl; open(my $f, "+>", "/var/lib/dpkg/lock-frontend") or die; my $l = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0); fcntl($f, F_SETLK, $l) or die $!; sleep 60'; sleep 1`)
    const held = await gatherFacts(reached.session)
    await mustExec(reached.server, 'systemctl stop lock-holder')
    expect([held.apt.lockedBy, (await gatherFacts(reached.session)).apt.lockedBy]).toEqual(['perl', null])
  })

  it('sees packages that were left half configured', async () => {
    await mustExec(reached.server, `cp /var/lib/dpkg/status /root/status.kept && sed -i '/^Package: sudo$/,/^$/s/^Status: .*/Status: install ok half-configured/' /var/lib/dpkg/status`)
    const broken = await gatherFacts(reached.session)
    await mustExec(reached.server, 'mv /root/status.kept /var/lib/dpkg/status')
    expect([broken.apt.isBroken, (await gatherFacts(reached.session)).apt.isBroken]).toEqual([true, false])
  })

  it('tells whether mail servers outside can be reached, and does not wait long for silent ones', async () => {
    await mustExec(reached.server, `systemd-run --quiet --unit mail-stand-in perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 25, Listen => 5) or die; while (my $c = $s->accept) { close $c }'; sleep 1`)
    await mustExec(reached.server, 'iptables -I OUTPUT -d 192.0.2.0/24 -j DROP')
    const beganAt = Date.now()
    const open = await gatherFacts(reached.session, { mailHosts: ['192.0.2.1', '192.0.2.2', '127.0.0.1'] })
    const blocked = await gatherFacts(reached.session, { mailHosts: ['127.0.0.2', 'nowhere.invalid; reboot'] })
    expect(Date.now() - beganAt).toBeLessThan(10_000)
    await mustExec(reached.server, 'iptables -D OUTPUT -d 192.0.2.0/24 -j DROP; systemctl stop mail-stand-in')
    expect([open.system.outgoingMail, blocked.system.outgoingMail]).toEqual([true, false])
  })

  it('goes on without the programs that it asks, and says what is missing', async () => {
    const hidden = '/usr/bin/ss /usr/bin/dpkg-query /usr/bin/apt-get /usr/bin/systemctl'
    await mustExec(reached.server, `for f in ${hidden}; do mv "$(readlink -f "$f")" /root/; done`)
    const facts = await gatherFacts(reached.session)
    await mustExec(reached.server, `for f in ${hidden}; do mv /root/"\${f##*/}" "$f"; done`)
    expect([...facts.failures.keys()].sort()).toEqual(['listeners', 'packages', 'units', 'updates'])
    expect(facts.failures.get('listeners')).toContain('ss: command not found')
    expect(facts.apt.isThere).toBe(false)
    expect(facts.spec?.sites, 'what can be read is read').toHaveLength(3)
    expect((await gatherFacts(reached.session)).apt.isThere).toBe(true)
  })

  it('tells a firewall that swallows connections from a port without a program', async () => {
    await mustExec(reached.server, 'iptables -I INPUT -p tcp --dport 443 -j DROP')
    const swallowed = await probePort(reached.server.host, 443, 1500)
    await mustExec(reached.server, 'iptables -D INPUT -p tcp --dport 443 -j DROP')
    expect([swallowed, await probePort(reached.server.host, 443, 1500), await probePort(reached.server.host, 22, 1500)]).toEqual(['timeout', 'refused', 'open'])
  })

  it('asks the engine of Docker, computes updates once, and takes little of the processor with 50 sites', async () => {
    await layOutSites(reached.server, 50)
    await installDocker(reached.server)
    const first = await gatherFacts(reached.session)
    expect([...first.failures]).toEqual([])
    expect(first.docker.containers.map(({ name }) => name).sort()).toEqual(['homeport-site1.example.org', 'shop'])
    // What the script and its children used, by bash's own account; a busy machine does not change it.
    const used = await mustExec(reached.server, `cat > /root/gather.sh; bash -c 'bash /root/gather.sh "$1" > /dev/null; times' bash '${first.apt.updatesStamp}'; rm /root/gather.sh`, gatherScript)
    expect(secondsOf(used.trim().split('\n').at(-1) ?? '')).toBeLessThan(1)
    const second = await gatherFacts(reached.session, { previous: first })
    expect(second.apt.updatesStamp).toBe(first.apt.updatesStamp)
    expect(first.apt.pendingUpdates).not.toBeNull()
    expect([second.apt.pendingUpdates, second.apt.pendingSecurityUpdates]).toEqual([first.apt.pendingUpdates, first.apt.pendingSecurityUpdates])
    await mustExec(reached.server, 'touch /var/lib/dpkg/status')
    expect((await gatherFacts(reached.session, { previous: second })).apt.updatesStamp).not.toBe(first.apt.updatesStamp)
  })

  it('does not wait long for an engine that hangs, and reads the rest', async () => {
    await mustExec(reached.server, 'systemctl kill --signal=STOP docker.service')
    const beganAt = Date.now()
    const facts = await gatherFacts(reached.session)
    await mustExec(reached.server, 'systemctl kill --signal=CONT docker.service')
    expect(Date.now() - beganAt).toBeLessThan(20_000)
    expect([facts.docker.version, [...facts.failures.keys()], facts.spec?.sites.length]).toEqual([null, ['docker.version'], 50])
    expect((await gatherFacts(reached.session)).docker.version).not.toBeNull()
  })
})
