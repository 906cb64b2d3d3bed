import { expect, it } from 'vitest'
import { readFixture } from './fixture.ts'

const releases = { trixie: { version: '13', systemd: 257, docker: '26.1.5+dfsg1' }, bookworm: { version: '12', systemd: 252, docker: '20.10.24+dfsg1' } }

for (const distribution of ['trixie', 'bookworm'] as const) {
  const expected = releases[distribution]

  it(`reads a fresh ${distribution}: no Docker, no Homeport, nothing that failed but the updates that it does not know yet`, async () => {
    const facts = await readFixture(`${distribution}-fresh`)
    expect(facts.system).toMatchObject({
      kernelName: 'Linux', architecture: 'amd64', systemdVersion: expected.systemd, virtualization: 'docker', cloudInit: 'absent', ipv6: true, rebootRequired: false, outgoingMail: null,
      distribution: { id: 'debian', version: expected.version, codename: distribution },
    })
    expect(facts.system.memoryTotalBytes).toBeGreaterThan(facts.system.memoryAvailableBytes)
    expect(facts.system.diskTotalBytes).toBeGreaterThan(facts.system.diskAvailableBytes)
    expect(facts.serverTimeMs).toBeGreaterThan(Date.UTC(2025, 0))
    expect(facts.apt).toMatchObject({ isThere: true, lockedBy: null, isBroken: false, pendingUpdates: null })
    expect(facts.apt.installed.get('openssh-server')).toMatch(/^1:/)
    expect(facts.listeners).toContainEqual({ protocol: 'tcp', address: '0.0.0.0', port: 22, process: 'sshd' })
    expect(facts.docker).toMatchObject({ version: null, clientVersion: null, origin: 'none', containers: [] })
    expect([facts.spec, facts.owned, facts.activeRun, facts.proxyLoaded, facts.runs, facts.sites.size, facts.units.size]).toEqual([null, null, null, null, [], 0, 0])
    expect([...facts.failures.keys()]).toEqual(['updates'])
  })

  it(`reads Docker on ${distribution} from the engine itself`, async () => {
    const { docker, listeners, units } = await readFixture(`${distribution}-set-up`)
    expect(docker).toMatchObject({ version: expected.docker, clientVersion: expected.docker, origin: 'distribution', liveRestore: false })
    expect(docker.containers).toContainEqual(expect.objectContaining({ name: 'homeport-site1.example.org', state: 'created', labels: expect.objectContaining({ homeport: '1', 'homeport.hash': 'abc' }) as object, publishedPorts: [] }))
    const shop = docker.containers.find((container) => container.name === 'shop')
    expect(shop).toMatchObject({ image: 'nginx:1.28', state: 'running', publishedPorts: [8080] })
    expect(shop?.labels['homeport'], 'a foreign label with a comma in it').toBeUndefined()
    const { id, digest } = docker.images.get('nginx:1.28') ?? {}
    expect([id, digest]).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{64}$/), expect.stringMatching(/^sha256:[0-9a-f]{64}$/)])
    expect(docker.images.get(`nginx@${digest}`)).toEqual({ id, digest })
    expect(docker.networks.get('homeport-site1.example.org')).toEqual({ subnet: '10.90.1.0/24', isInternal: true, labels: { homeport: '1' } })
    expect(listeners).toContainEqual({ protocol: 'tcp', address: '0.0.0.0', port: 8080, process: 'docker-proxy' })
    expect(units.get('docker.service')).toMatchObject({ active: 'active', sub: 'running', unitFile: 'enabled' })
  })

  it(`does not wake an engine on ${distribution} that somebody stopped`, async () => {
    const { docker, units } = await readFixture(`${distribution}-docker-stopped`)
    expect(docker).toMatchObject({ version: null, clientVersion: expected.docker, containers: [] })
    expect(units.get('docker.service')?.active).toBe('inactive')
  })

  it(`reads what Homeport left on ${distribution}`, async () => {
    const facts = await readFixture(`${distribution}-set-up`)
    expect(facts.spec?.sites.map((site) => site.id)).toEqual(['site1.example.org', 'site2.example.org'])
    expect(Object.keys(facts.owned?.resources ?? {})).toEqual(['unit/homeport-site1.example.org.service', 'unit/homeport-site2.example.org.service'])
    expect([...facts.users]).toEqual(['homeport-pull'])
    expect(facts.sysctl.get('net.ipv4.tcp_keepalive_time')).toMatch(/^\d+$/)
    expect(facts.proxyLoaded).toBe(`${'0'.repeat(63)}9`)
    expect(facts.apt.pendingUpdates).toBeGreaterThanOrEqual(0)
    expect([...facts.failures]).toEqual([])
  })

  it(`reads units on ${distribution}, with the next pull on the wall clock`, async () => {
    const { units } = await readFixture(`${distribution}-set-up`)
    expect(units.get('homeport-site1.example.org.service')).toMatchObject({ active: 'active', sub: 'running', unitFile: 'disabled', needsReload: false, restarts: 0 })
    expect(units.get('homeport-site2.example.org.service')).toMatchObject({ active: 'inactive', sub: 'dead', since: null })
    const timer = units.get('homeport-site1.example.org-pull.timer')
    expect(timer).toMatchObject({ active: 'active', sub: 'waiting' })
    // Ten minutes from its start, or from when systemd last read its units anew: apt made it do so while Docker was installed.
    const waitMs = (timer?.nextElapse ?? 0) - (timer?.since ?? 0)
    expect(waitMs).toBeGreaterThanOrEqual(599_000)
    expect(waitMs).toBeLessThan(660_000)
    expect([...units.keys()].filter((name) => name.startsWith('homeport-'))).toHaveLength(7)
  })

  it(`takes nothing on ${distribution} for a site, a version or a link that is not one`, async () => {
    const { sites } = await readFixture(`${distribution}-set-up`)
    expect([...sites.keys()].sort()).toEqual(['site1.example.org', 'site2.example.org'])
    expect(sites.get('site1.example.org')?.releases.map(({ id, current }) => [id, current]).sort()).toEqual([[`${'0'.repeat(39)}1`, true], ['u20260102030405-0123abcd', false]])
    expect(sites.get('site2.example.org')?.releases.map(({ current }) => current)).toEqual([false, false])
    expect(sites.get('site1.example.org')?.pull).toMatchObject({ ok: true, subject: '@@ files 0 -', author: 'Ada <ada@example.org>', error: null })
  })

  it(`reads small files of ${distribution} whole, large and binary ones as a hash, secrets not at all`, async () => {
    const { files } = await readFixture(`${distribution}-set-up`)
    expect(files.get('/etc/homeport/proxy/haproxy.cfg')).toMatchObject({ content: 'global\n', mode: 0o644, uid: 0, gid: 0 })
    expect(files.get('/etc/homeport/proxy/second-name.cfg')?.content, 'a second name of the same file').toBe('global\n')
    expect(files.get('/usr/local/lib/homeport/pull')?.mode).toBe(0o755)
    expect(files.get('/etc/homeport/proxy/hosts.map')).toEqual({ content: null, sha256: expect.stringMatching(/^[0-9a-f]{64}$/), mode: 0o644, uid: 0, gid: 0 })
    expect(files.get('/etc/homeport/proxy/binary')?.content).toBeNull()
    const paths = [...files.keys()]
    for (const path of ['/etc/docker/daemon.json', '/etc/sysctl.d/60-homeport.conf', '/etc/systemd/system/docker.service.d/homeport.conf', '/var/lib/homeport/sites/site1.example.org/pull.state', '/etc/systemd/system/homeport-site2.example.org-pull.timer']) expect(paths).toContain(path)
    expect(paths.filter((path) => path.endsWith('.key') || path === '/etc/homeport/proxy/link' || path.startsWith('/srv'))).toEqual([])
  })

  it(`reads the runs of ${distribution}`, async () => {
    const { runs } = await readFixture(`${distribution}-set-up`)
    expect(runs.map(({ runId, outcome }) => [runId, outcome])).toEqual([['20260101000002-00000002', 'interrupted'], ['20260101000001-00000001', 'succeeded']])
  })
}
