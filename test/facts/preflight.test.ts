import { beforeAll, describe, expect, it } from 'vitest'
import type { PreflightCheck } from '../../src/shared/preflight.ts'
import { checkNames, isBlocked } from '../../src/shared/preflight.ts'
import type { AptFacts, ContainerFact, DockerFacts, Facts, Listener, SystemFacts } from '../../src/main/facts/facts.ts'
import { assessPreflight } from '../../src/main/facts/preflight.ts'
import type { FromHere, Reach } from '../../src/main/facts/preflight-network.ts'
import { readFixture } from './fixture.ts'

let fresh: Facts
beforeAll(async () => {
  const facts = await readFixture('trixie-fresh')
  fresh = { ...facts, system: { ...facts.system, virtualization: 'kvm', outgoingMail: true } }
})

const refused: ReadonlyMap<80 | 443, Reach> = new Map([[80, 'refused'], [443, 'refused']])
function check(name: PreflightCheck['name'], facts: Facts, fromHere: Partial<FromHere> = {}): PreflightCheck {
  const found = assessPreflight(facts, { timeMs: facts.serverTimeMs, reach: refused, ...fromHere }).checks.find((entry) => entry.name === name)
  if (found === undefined) throw new Error(`no check ${name}`)
  return found
}
const withSystem = (system: Partial<SystemFacts>): Facts => ({ ...fresh, system: { ...fresh.system, ...system } })
const withApt = (apt: Partial<AptFacts>): Facts => ({ ...fresh, apt: { ...fresh.apt, ...apt } })
const withDocker = (docker: Partial<DockerFacts>): Facts => ({ ...fresh, docker: { ...fresh.docker, ...docker } })
const container = (values: Partial<ContainerFact>): ContainerFact => ({ name: 'shop', image: 'shop', state: 'running', labels: {}, publishedPorts: [], ...values })
const listener = (process: string, port: number, address = '0.0.0.0'): Listener => ({ protocol: 'tcp', address, port, process })

it('is fine with a fresh Debian 13 in every check, in the order of the list, and says nothing to do', () => {
  const preflight = assessPreflight(fresh, { timeMs: fresh.serverTimeMs, reach: refused })
  expect(preflight.checks.map(({ name }) => name)).toEqual([...checkNames])
  expect(preflight.checks.filter(({ state, advice }) => state !== 'fine' || advice !== '')).toEqual([])
  expect([preflight.adopted, preflight.activeRun, isBlocked(preflight)]).toEqual([null, null, false])
})

it.each([
  ['debian', '12', 'fine'], ['debian', '13', 'fine'], ['debian', '11', 'blocker'], ['debian', '', 'blocker'], ['ubuntu', '22.04', 'fine'], ['ubuntu', '24.04', 'fine'],
  ['ubuntu', '25.04', 'fine'], ['ubuntu', '25.10', 'fine'], ['ubuntu', '26.04', 'fine'], ['ubuntu', '20.04', 'blocker'], ['ubuntu', '26.10', 'blocker'], ['fedora', '43', 'blocker'], ['alpine', '3.22', 'blocker'],
] as const)('takes %s %s as %s', (id, version, state) => {
  expect(check('distribution', withSystem({ distribution: { id, version, codename: '', name: `${id} ${version}` } }))).toMatchObject({ state, found: `${id} ${version}` })
})
it('tells Debian testing, which has no version, from one that is too old', () => {
  const advice = (version: string): string => check('distribution', withSystem({ distribution: { id: 'debian', version, codename: '', name: '' } })).advice
  expect([advice('').includes('newer'), advice('11').includes('too old')]).toEqual([true, true])
})
it('refuses another kernel by its name', () => expect(check('distribution', withSystem({ kernelName: 'FreeBSD' }))).toMatchObject({ state: 'blocker', advice: expect.stringContaining('FreeBSD') as string }))

it.each([['amd64', 'fine'], ['arm64', 'fine'], ['i386', 'blocker'], ['riscv64', 'blocker'], ['', 'blocker']] as const)('takes the architecture "%s" as %s', (architecture, state) => expect(check('architecture', withSystem({ architecture })).state).toBe(state))
it.each([[null, 'blocker'], [248, 'blocker'], [249, 'fine'], [257, 'fine']] as const)('takes systemd %s as %s', (systemdVersion, state) => expect(check('systemd', withSystem({ systemdVersion })).state).toBe(state))

it.each([
  ['kvm', 'fine', ''], ['none', 'fine', ''], ['vmware', 'fine', ''], ['openvz', 'blocker', 'KVM'], ['lxc', 'blocker', 'KVM'], ['docker', 'warning', 'vanish'],
  ['podman', 'warning', 'vanish'], ['systemd-nspawn', 'warning', 'vanish'], ['wsl', 'warning', 'Windows'], ['unknown', 'warning', 'KVM'],
] as const)('takes the virtualization %s as %s', (virtualization, state, word) => {
  expect(check('virtualization', withSystem({ virtualization }))).toMatchObject({ state, advice: expect.stringContaining(word) as string })
})

const mib = 1024 * 1024
it.each([[400, 'blocker'], [460, 'warning'], [700, 'warning'], [960, 'fine'], [4000, 'fine']] as const)('takes %s MB of memory as %s', (size, state) => expect(check('memory', withSystem({ memoryTotalBytes: size * mib })).state).toBe(state))
it.each([[1900, 'blocker'], [3000, 'warning'], [6000, 'fine']] as const)('takes %s MB of free disk as %s', (size, state) => expect(check('disk', withSystem({ diskAvailableBytes: size * mib })).state).toBe(state))

it.each([
  [0, 'fine', 'The same as here'], [20_000, 'fine', '20 seconds behind this computer'], [-45_000, 'warning', '45 seconds ahead of this computer'],
  [301_000, 'blocker', '5 minutes behind this computer'], [-7_200_000, 'blocker', '2 hours ahead of this computer'], [365 * 86_400_000, 'blocker', '365 days behind this computer'],
] as const)('takes a clock that is %s ms behind as %s', (behindMs, state, found) => expect(check('clock', fresh, { timeMs: fresh.serverTimeMs + behindMs })).toMatchObject({ state, found }))

describe('ports', () => {
  it.each([
    [[listener('apache2', 80, '*'), listener('apache2', 443, '*')], 'Ports 80 and 443 are taken by the Apache web server', 'systemctl disable --now apache2'],
    [[listener('nginx', 80), listener('nginx', 80, '::')], 'Port 80 is taken by the nginx web server', 'systemctl disable --now nginx'],
    [[listener('haproxy', 443)], 'Port 443 is taken by an haproxy that is not Homeport\'s', 'haproxy'],
    [[listener('myapp', 80, '127.0.0.1')], 'Port 80 is taken by the program "myapp"', 'Stop that program'],
    [[listener('', 80)], 'Port 80 is taken by an unknown program', 'Stop that program'],
  ])('names who takes them: %j', (listeners, found, advice) => {
    expect(check('ports', { ...fresh, listeners })).toMatchObject({ state: 'blocker', found, advice: expect.stringContaining(advice) as string })
  })
  it('names the container behind a published port', () => {
    const facts = { ...withDocker({ containers: [container({ publishedPorts: [443] })] }), listeners: [listener('docker-proxy', 443)] }
    expect(check('ports', facts)).toMatchObject({ state: 'blocker', found: 'Port 443 is taken by the Docker container "shop"', advice: expect.stringContaining('docker stop shop') as string })
  })
  it('knows its own proxy', () => {
    const facts = { ...withDocker({ containers: [container({ name: 'homeport-proxy', labels: { homeport: '1' } })] }), listeners: [listener('haproxy', 80), listener('haproxy', 443)] }
    expect(check('ports', facts)).toMatchObject({ state: 'fine', found: 'In use by Homeport\'s own web server' })
  })
  it('is not fooled by a foreign container of that name', () => {
    const facts = { ...withDocker({ containers: [container({ name: 'homeport-proxy' })] }), listeners: [listener('haproxy', 80)] }
    expect(check('ports', facts).state).toBe('blocker')
  })
  it('does not mind UDP, and mail for the server itself', () => expect(check('ports', { ...fresh, listeners: [{ ...listener('x', 443), protocol: 'udp' }, listener('exim4', 25, '127.0.0.1')] }).state).toBe('fine'))
  it('does not mind Homeport’s own mail server', () => expect(check('ports', { ...fresh, listeners: [listener('master', 25)], units: new Map([['homeport-mail.service', { name: 'homeport-mail.service', active: 'active', sub: 'running', since: null, restarts: 0, unitFile: 'enabled', needsReload: false, nextElapse: null }]]) }).state).toBe('fine'))
  it('stops where the kernel has no IPv6, which the proxy listens on', () => expect(check('ports', withSystem({ ipv6: false }))).toMatchObject({ state: 'blocker', found: expect.stringContaining('IPv6') as string, advice: expect.stringContaining('ipv6.disable=1') as string }))
  it('mentions a mail server', () => expect(check('ports', { ...fresh, listeners: [listener('master', 25)] })).toMatchObject({ state: 'warning', found: expect.stringContaining('port 25') as string }))
  it('does not call ports free that it could not see', () => expect(check('ports', { ...fresh, listeners: [], failures: new Map([['listeners', 'ss: command not found']]) })).toMatchObject({ state: 'warning', found: 'Unknown' }))
})

it.each([
  ['none', null, null, 'fine', 'installs it'], ['distribution', '26.1.5+dfsg1', '26.1.5+dfsg1', 'fine', '26.1.5'], ['docker', '25.0.0', '25.0.0', 'fine', '25.0.0'],
  ['distribution', '20.10.24+dfsg1', '20.10.24+dfsg1', 'warning', '20.10.24'], ['docker', '24.0.7', '24.0.7', 'warning', '24.0.7'], ['other', '24.0.7', '24.0.7', 'blocker', 'by hand'],
  ['snap', '28.1.1', '28.1.1', 'blocker', 'snap'], ['podman', null, null, 'blocker', 'Podman'], ['distribution', null, '26.1.5', 'warning', 'not running'], ['docker', null, null, 'warning', 'does not run'],
] as const)('takes Docker from %s with engine %s and program %s as %s', (origin, version, clientVersion, state, word) => {
  expect(check('docker', withDocker({ origin, version, clientVersion }))).toMatchObject({ state, found: expect.stringContaining(word) as string })
})
it('says that foreign containers stop for a moment when Docker is updated', () => {
  const containers = [container({}), container({ state: 'exited' }), container({ labels: { homeport: '1' } })]
  expect(check('docker', withDocker({ origin: 'distribution', version: '20.10.24', clientVersion: '20.10.24', containers })).advice).toContain('A container that is not Homeport\'s will be stopped')
})

it.each([
  [{ lockedBy: 'unattended-upgr' }, 'blocker', 'security updates'], [{ lockedBy: 'apt-get' }, 'blocker', 'installing or updating software'], [{ lockedBy: 'odd' }, 'blocker', '"odd"'], [{ lockedBy: '' }, 'blocker', 'another program'],
  [{ isBroken: true }, 'warning', 'cut off'], [{ isThere: false }, 'blocker', 'not there'],
] as const)('takes the package manager with %j as %s', (apt, state, word) => expect(check('package-manager', withApt(apt))).toMatchObject({ state, found: expect.stringContaining(word) as string }))

it.each([['done', 'fine'], ['absent', 'fine'], ['disabled', 'fine'], ['running', 'blocker'], ['error', 'warning']] as const)('takes a first start that is %s as %s', (cloudInit, state) => expect(check('first-boot', withSystem({ cloudInit })).state).toBe(state))
it('mentions a pending restart', () => expect(check('reboot', withSystem({ rebootRequired: true })).state).toBe('warning'))

it.each([[true, 'fine'], [null, 'fine'], [false, 'warning']] as const)('takes outgoing mail %s as %s', (outgoingMail, state) => expect(check('outgoing-mail', withSystem({ outgoingMail })).state).toBe(state))
it('gives the advice for the provider where there is one', () => expect(check('outgoing-mail', withSystem({ outgoingMail: false }), { mailAdvice: 'Open a ticket.' }).advice).toBe('Open a ticket.'))

it.each([
  ['open', 'open', 'fine', 'answer'], ['refused', 'refused', 'fine', 'No firewall'], ['timeout', 'refused', 'warning', 'port 80'], ['refused', 'unreachable', 'warning', 'port 443'], ['timeout', 'timeout', 'warning', 'ports 80 and 443'],
] as const)('takes %s on 80 and %s on 443 as %s', (http, https, state, word) => {
  expect(check('reachable', fresh, { reach: new Map([[80, http], [443, https]]) })).toMatchObject({ state, found: expect.stringContaining(word) as string })
})

it('finds an earlier set-up, to be taken over as it is', async () => {
  const facts = { ...(await readFixture('trixie-set-up')), activeRun: '20260101000001-00000001' }
  expect(assessPreflight(facts, { timeMs: facts.serverTimeMs, reach: refused })).toMatchObject({ adopted: { revision: 7, sites: ['site1.example.org', 'site2.example.org'] }, activeRun: '20260101000001-00000001' })
})
