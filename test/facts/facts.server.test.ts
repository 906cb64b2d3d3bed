import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { probePort } from '../../src/main/server/reach.ts'
import { readSections } from '../../src/main/facts/sections.ts'
import { askServer, gatherFacts, gatherScript, installDocker, layOutSites, leaveServer, mustExec, reachServer, type ReachedServer } from './reached-server.ts'

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

  it('tells of folders without end only the newest and the one that is served', async () => {
    const [id, served] = ['site1.example.org', '0000000000000000000000000000000000000001']
    // What somebody with SFTP makes in a minute or two.
    await mustExec(reached.server, `cd /srv/homeport/${id}/releases && perl -e 'for (1 .. 8000) { mkdir sprintf("%040x", $_ + 0xf0000) or die $! } utime 1, 1, "${served}"'`)
    const sections = readSections(await askServer(reached.session))
    expect(sections.sections.get('sites')?.content.length).toBeLessThan(20_000)
    const facts = await gatherFacts(reached.session)
    await mustExec(reached.server, `find /srv/homeport/${id}/releases -mindepth 1 -name '00000000000000000000000000000000000f*' -delete`)
    expect(facts.failures.has('sites')).toBe(false)
    expect(facts.sites.get(id)?.releases.filter((release) => release.current).map((release) => release.id)).toEqual([served])
    expect(facts.sites.get(id)?.releases.length).toBeLessThan(50)
    expect(facts.sites.get('site2.example.org')?.releases).toHaveLength(2)
  })

  it('looks for versions in no folder that a link leads to', async () => {
    await mustExec(reached.server, `cd /srv/homeport/site3.example.org && mv releases kept && mkdir -p /root/others/${'a'.repeat(40)} && ln -s /root/others releases`)
    const facts = await gatherFacts(reached.session)
    await mustExec(reached.server, 'cd /srv/homeport/site3.example.org && rm releases && mv kept releases')
    expect([facts.failures.has('sites'), facts.sites.get('site3.example.org')?.releases]).toEqual([false, []])
  })

  it('is held up by nothing that is no file, and takes in nothing that is too large', async () => {
    const key = '/var/lib/homeport/mail/keys/dkim.pub'
    const [state, pulled] = ['/var/lib/homeport/renewals/state', '/var/lib/homeport/sites/site2.example.org/pull.state']
    await mustExec(reached.server, `mkdir -p ${key.replace('/dkim.pub', '')} ${state}
      mkfifo ${key} ${pulled}.new && mv ${pulled}.new ${pulled}
      ln -s /dev/zero ${state}/site1.example.org.json && truncate -s 5G ${state}/site2.example.org.json /var/lib/homeport/certificates/site2.example.org.pem`)
    const beganAt = Date.now()
    const facts = await gatherFacts(reached.session)
    expect(Date.now() - beganAt).toBeLessThan(20_000)
    expect([facts.mailKey, facts.spec?.sites.length, facts.sites.get('site1.example.org')?.pull?.ok, facts.sites.get('site2.example.org')?.pull]).toEqual([null, 3, true, null])
    expect([...facts.files.keys()].filter((path) => path.startsWith(state) || path.endsWith('site2.example.org.pem'))).toEqual([])
    await mustExec(reached.server, `rm ${key} && ln -s /dev/zero ${key}`)
    expect((await gatherFacts(reached.session)).mailKey).toBeNull()
    await mustExec(reached.server, `rm -r ${key} ${state} ${pulled} && head -c 300 /dev/zero | tr '\\0' A > ${key}`)
    expect((await gatherFacts(reached.session)).mailKey).toBe('A'.repeat(300))
    await layOutSites(reached.server, 3)
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
    // Whoever makes an image says of it what they like, and as much.
    const labels = Array.from({ length: 50 }, (_, index) => `k${index}="${'x'.repeat(40_000)}"`)
    await mustExec(reached.server, 'docker build --quiet --tag homeport/talkative:1 -', `FROM nginx:1.28\nLABEL homeport.site=a ${labels.join(' \\\n ')}\n`)
    const first = await gatherFacts(reached.session)
    expect([...first.failures]).toEqual([])
    const answer = readSections(await askServer(reached.session, { updates: 'without' }))
    expect(answer.sections.get('docker.images')?.content.toString().includes('{"homeport.site":"a"}')).toBe(true)
    expect(answer.sections.get('docker.images')?.content.length).toBeLessThan(10_000)
    expect(first.docker.images.has('homeport/talkative:1')).toBe(true)
    expect(first.docker.containers.map(({ name, labels }) => [name, labels]).sort()).toEqual([['homeport-site1.example.org', { homeport: '1', 'homeport.hash': 'abc' }], ['shop', {}]])
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
    // What was not asked any more is not known either.
    expect([facts.docker.version, [...facts.failures.keys()].sort(), facts.spec?.sites.length]).toEqual([null, ['docker.containers', 'docker.images', 'docker.networks', 'docker.version'], 50])
    expect((await gatherFacts(reached.session)).docker.version).not.toBeNull()
  })
})
