import type { Action } from '../../../src/shared/edit.ts'
import { HomeportError } from '../../../src/shared/errors.ts'
import { effectiveChanges } from '../../../src/shared/plan.ts'
import type { FakeCalls } from './bridge.ts'
import { planOf } from './plans.ts'
import { secretCalls } from './secrets.ts'
import { fakeStorage } from './storage.ts'
import { fakeUnits } from './units.ts'
import { adoptedPreflight, blockedPreflight, finePreflight } from './preflights.ts'
import { earlierRuns, play } from './runs.ts'

function titleOf(action: Action): string {
  const what = 'unit' in action ? action.unit : 'siteId' in action ? action.siteId : ''
  return `${'verb' in action ? action.verb : action.kind.replaceAll('-', ' ')} ${what}`.trim()
}

export const calls: FakeCalls = {
  'app.info': () => ({ version: '0.1.0', shell: 'electron', canTryHere: true, startAt: null }),
  'settings.get': (world) => world.settings,
  'settings.change': (world, change) => (world.settings = { ...world.settings, ...(change.colorScheme === undefined ? {} : { colorScheme: change.colorScheme }) }),
  ...secretCalls,
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
    return { kind: 'connected', server, offerOwnKey: target.auth.kind === 'password', notKept: null }
  },
  'servers.unlock': (world, { serverId, secrets }) => {
    if (secrets.password !== 'secret') throw new HomeportError('auth-failed', 'The server did not accept the password.', { hint: 'Check it and try again.' })
    world.unlocked.add(serverId)
    return { server: world.server(serverId), notKept: null }
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
    world.planned.set(plan.id, edit)
    return plan
  },
  'server.approve': (world, { serverId, planId }) => {
    if (serverId.startsWith('busy')) throw new HomeportError('run-in-progress', 'Another change of this server is running, by anna@laptop.', { hint: 'Watch it, and continue when it has ended.' })
    const plan = world.plans.get(planId)
    if (plan === undefined) throw new HomeportError('plan-unknown', 'This plan is not known any more.', { hint: 'Look at the new plan.' })
    if (planId.startsWith('pause-site') && planId.endsWith('-0')) throw new HomeportError('plan-stale', 'The server changed since this plan was made.', { hint: 'Look at the new plan.' })
    const fails = planId.includes('add-site') && plan.title.includes('fail')
    const edit = world.planned.get(planId)
    return { runId: play(world, serverId, plan.title, effectiveChanges(plan).map((change) => ({ id: change.id, title: change.title })), fails, () => { if (edit !== undefined) world.apply(serverId, edit) }) }
  },
  'server.act': (world, { serverId, action }) => ({ runId: play(world, serverId, titleOf(action), [{ id: 'action', title: titleOf(action) }], action.kind === 'pull-site') }),
  'server.make-deploy-key': (world, { serverId }) => {
    world.reach(serverId)
    return { secret: `s${'0'.repeat(32)}`, publicKey: `ssh-ed25519 ${'A'.repeat(68)}` }
  },
  'server.git-host-keys': (world, { serverId, url }) => {
    world.reach(serverId)
    return { keys: [{ publicKey: `ssh-ed25519 ${'B'.repeat(68)}`, sha256: 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU', knownAs: url.includes('github') ? 'GitHub' : null }] }
  },
  'passwords.hash': () => ({ hash: `$2b$05$${'a'.repeat(53)}` }),
  'server.keep-secret': (world, { serverId, secret }) => {
    world.reach(serverId)
    if (secret.kind === 'certificate' && !secret.chain.includes('BEGIN CERTIFICATE')) throw new HomeportError('input-invalid', 'This is not a certificate in PEM form.', { hint: 'Paste the certificate from BEGIN CERTIFICATE to END CERTIFICATE.', fields: { chain: 'This is not a certificate in PEM form.' } })
    if (secret.kind === 'certificate' && secret.key.includes('OTHER')) throw new HomeportError('input-invalid', 'Key and certificate do not fit together.', { hint: 'Choose the key that was made with this certificate.', fields: { key: 'This key belongs to another certificate.' } })
    return { id: `s${(world.plans.size + 10).toString(16).padStart(32, '0')}` }
  },
  'servers.statuses': (world) => {
    if (world.scenario === 'no-statuses') throw new HomeportError('internal', 'The servers could not be asked.', { hint: 'Try again.', detail: 'EMFILE: too many open files' })
    return world.servers.map(({ id }) => {
      try { return { serverId: id, status: world.status(id), problem: null } } catch (error) { return { serverId: id, status: null, problem: error instanceof Error ? error.message : String(error) } }
    })
  },
  'server.runs': (world, { serverId }) => { world.reach(serverId); return serverId.startsWith('quiet') ? [] : earlierRuns(serverId) },
  'server.units': (world, { serverId }) => { world.reach(serverId); return fakeUnits(world.status(serverId).sites.map(({ site }) => site)) },
  'server.storage': (world, { serverId }) => { world.reach(serverId); return fakeStorage(world.scenario, world.status(serverId).sites.map(({ site }) => site)) },
  'files.list': (world, { serverId, path }) => { world.reach(serverId); return world.files.list(path) },
  'files.read': (world, { path }) => world.files.read(path),
  'files.write': (world, { path, text, version }) => world.files.write(path, text, version),
  'files.make-folder': (world, { path }) => { world.files.makeFolder(path); return null },
  'files.rename': (world, { path, to }) => { world.files.rename(path, to); return null },
  'files.mend-names': (world) => ({ mended: world.files.mendNames() }),
  'files.delete': (world, { paths }) => { world.files.delete(paths); return null },
  'files.trash': (world) => world.files.trash(),
  'files.restore': (world, { id }) => world.files.restore(id),
  'files.empty-trash': (world) => { world.files.emptyTrash(); return null },
  'files.download': (_world, { paths }) => ({ token: 'played', name: paths[0] ?? '' }),
  'mail.settings': (world, { serverId }) => { world.reach(serverId); return world.mail.settings },
  'mail.reach': (world, { serverId }) => { world.reach(serverId); return world.scenario === 'mail-blocked' ? { takenBy: null, incoming: 'unknown', outgoing: 'blocked' } : world.scenario === 'mail-taken' ? { takenBy: 'exim4', incoming: 'unknown', outgoing: 'open' } : { takenBy: null, incoming: 'open', outgoing: 'open' } },
  'mail.check-smarthost': (_world, { smarthost, password }) => {
    if (password === 'wrong') throw new HomeportError('smarthost-refused', `${smarthost.host} did not accept the user and the password.`, { hint: 'Type them again as the provider of the smarthost shows them.', detail: '535 5.7.8 Authentication failed', fields: { password: 'It was not accepted.' } })
    return null
  },
  'mail.queue': (world, { serverId }) => { world.reach(serverId); return { mails: world.mail.queue, total: world.mail.queue.length } },
  'mail.queue-act': (world, { verb, ids }) => { world.mail.actOnQueue(verb, ids); return null },
  'mail.statistics': () => ({ day: { received: 214, delivered: 236, deferred: 7, bounced: 2, refused: 91 }, month: { received: 6120, delivered: 6544, deferred: 203, bounced: 41, refused: 2804 }, since: Date.now() - 20 * 86_400_000 }),
  'run.cancel': (world, { runId }) => { const run = world.runs.get(runId); if (run !== undefined) run.cancelled = true; return null },
}
