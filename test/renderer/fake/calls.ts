import { HomeportError } from '../../../src/shared/errors.ts'
import { effectiveChanges } from '../../../src/shared/plan.ts'
import type { FakeCalls } from './bridge.ts'
import { planOf } from './plans.ts'
import { adoptedPreflight, blockedPreflight, finePreflight } from './preflights.ts'
import { earlierRuns, play } from './runs.ts'

export const calls: FakeCalls = {
  'app.info': (world) => ({ version: '0.1.0', shell: 'electron', keepsSecrets: world.scenario !== 'no-keychain', secretsNote: world.scenario === 'no-keychain' ? 'This computer has no keychain that Homeport can use, so passwords are forgotten when the app ends.' : '', canTryHere: true, startAt: null }),
  'settings.get': (world) => world.settings,
  'settings.change': (world, change) => (world.settings = { ...world.settings, ...(change.colorScheme === undefined ? {} : { colorScheme: change.colorScheme }) }),
  'ssh.suggestions': () => ({
    hosts: [{ alias: 'harbour', host: '203.0.113.10', port: 22, user: 'root', keyPath: '~/.ssh/id_ed25519', jumpAlias: null }, { alias: 'inner', host: '10.0.0.5', port: 2222, user: 'anna', keyPath: '~/.ssh/id_work', jumpAlias: 'harbour' }],
    keyPaths: ['~/.ssh/id_ed25519', '~/.ssh/id_work'], agent: true,
  }),
  'servers.list': (world) => { if (world.scenario === 'broken') throw new Error('ENOSPC: no space left on device'); return world.servers },
  'servers.connect': (world, { target, secrets, acceptHostKey }) => {
    if (target.host === 'nowhere.example.org') throw new HomeportError('host-not-found', 'There is no server named nowhere.example.org.', { hint: 'Check the spelling, or use the IP address that your provider shows.', detail: 'getaddrinfo ENOTFOUND nowhere.example.org' })
    if (target.host === 'changed.example.org') world.reach('attic0001')
    if (acceptHostKey === undefined) return { kind: 'host-key-unknown', key: { host: target.host, port: target.port, type: 'ssh-ed25519', sha256: 'SHA256:Nf1bZqEwVh4dKx0JcS2r9mUuTt6AaPpLl8Yy3Gg5Oo7' } }
    if (target.auth.kind === 'key-file' && target.auth.path.includes('work') && secrets.passphrase === undefined) throw new HomeportError('passphrase-needed', 'The key file is protected by a passphrase.', { hint: 'Type the passphrase of the key below.' })
    if (target.user !== 'root' && secrets.sudoPassword === undefined) throw new HomeportError('sudo-needs-password', `${target.user} may become administrator, but the server asks for a password.`, { hint: 'Type the password of this user below.' })
    if (target.auth.kind === 'password' && secrets.password !== 'secret') throw new HomeportError('auth-failed', 'The server did not accept the password.', { hint: 'Check user and password. Your provider may have mailed a first one.' })
    const server = { ...world.server('fresh0001'), target }
    world.servers = world.servers.map((known) => (known.id === server.id ? server : known))
    return { kind: 'connected', server, offerOwnKey: target.auth.kind === 'password' }
  },
  'servers.unlock': (world, { serverId, secrets }) => {
    if (secrets.password !== 'secret') throw new HomeportError('auth-failed', 'The server did not accept the password.', { hint: 'Check it and try again.' })
    world.unlocked.add(serverId)
    return world.server(serverId)
  },
  'servers.rename': (world, { serverId, name }) => {
    world.servers = world.servers.map((server) => (server.id === serverId ? { ...server, name } : server))
    return world.server(serverId)
  },
  'servers.install-own-key': (world, { serverId }) => {
    world.servers = world.servers.map((server) => (server.id === serverId ? { ...server, target: { ...server.target, auth: { kind: 'own-key' } } } : server))
    return world.server(serverId)
  },
  'servers.forget': (world, { serverId }) => { world.servers = world.servers.filter((server) => server.id !== serverId); return null },
  'try.stop': (world, { serverId }) => { world.servers = world.servers.filter((server) => server.id !== serverId); return null },
  'server.preflight': (world, { serverId }) => {
    world.reach(serverId)
    return serverId.startsWith('blocked') ? blockedPreflight : serverId.startsWith('adopted') ? adoptedPreflight : serverId.startsWith('busy') ? { ...finePreflight, activeRun: '20261122170000-beefbeef' } : finePreflight
  },
  'server.plan': (world, { serverId, edit }) => {
    world.reach(serverId)
    const isSetUp = world.setUp.has(serverId) || serverId.startsWith('adopted') || serverId.startsWith('harbour')
    const plan = planOf(edit, isSetUp, edit.kind === 'pause-site' && world.plans.has(`pause-site-${edit.siteId}-0`) ? 1 : 0)
    world.plans.set(plan.id, plan)
    return plan
  },
  'server.approve': (world, { serverId, planId }) => {
    if (serverId.startsWith('busy')) throw new HomeportError('run-in-progress', 'Another change of this server is running, by anna@laptop.', { hint: 'Watch it, and continue when it has ended.' })
    const plan = world.plans.get(planId)
    if (plan === undefined) throw new HomeportError('plan-unknown', 'This plan is not known any more.', { hint: 'Look at the new plan.' })
    if (planId.startsWith('pause-site') && planId.endsWith('-0')) throw new HomeportError('plan-stale', 'The server changed since this plan was made.', { hint: 'Look at the new plan.' })
    const fails = planId.includes('add-site') && plan.title.includes('fail')
    return { runId: play(world, serverId, plan.title, effectiveChanges(plan).map((change) => ({ id: change.id, title: change.title })), fails) }
  },
  'server.act': (world, { serverId, action }) => ({ runId: play(world, serverId, 'Restart', [{ id: 'restart', title: `${action.kind.replace('-', ' the ')}` }], action.kind === 'pull-site') }),
  'server.runs': (world, { serverId }) => { world.reach(serverId); return serverId.startsWith('quiet') ? [] : earlierRuns(serverId) },
  'run.cancel': (world, { runId }) => { const run = world.runs.get(runId); if (run !== undefined) run.cancelled = true; return null },
}
