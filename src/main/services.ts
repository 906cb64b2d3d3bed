import type { Settings } from '../shared/contract.ts'
import type { KnownServer } from '../shared/connection.ts'
import { HomeportError } from '../shared/errors.ts'
import type { Handlers, Services } from './bridge/handlers.ts'
import { loadResources } from './resources.ts'
import { followServer, sleepUnless } from './server/live.ts'
import { gather } from './server/gather.ts'
import { publicResolvers } from './dns/resolvers.ts'
import { gitHostKeys, makeDeployKey } from './server/deploy-key.ts'
import { FilesDesk } from './files/files-desk.ts'
import { DownloadTokens } from './files/tokens.ts'
import { hashSitePassword } from './server/site-password.ts'
import { watchDns } from './server/dns-watch.ts'
import { keepSecret } from './server/keep-secret.ts'
import { followMail } from './mail/activity.ts'
import { actOnQueue, readQueue } from './mail/queue.ts'
import { checkReach } from './mail/reach.ts'
import { checkSmarthost } from './mail/smarthost.ts'
import { readStatistics } from './mail/statistics.ts'
import { sendTestMail } from './mail/test-mail.ts'
import { watchMailDns } from './server/mail-dns.ts'
import { followLogs } from './server/logs.ts'
import { cancelRun, watchRun } from './server/runs.ts'
import { ServerDesk } from './server/server-desk.ts'
import { readStorage } from './server/storage.ts'
import { readUnits } from './server/units.ts'
import { secretHandlers } from './servers/secret-handlers.ts'
import { readStatuses } from './servers/statuses.ts'
import { sayError } from './bridge/standard-error.ts'
import { createServers, type Servers } from './servers/servers.ts'
import type { ConfFile } from './store/conf-file.ts'
import { openKnownServers } from './store/known-servers.ts'
import type { SecretBox } from './store/secret-box.ts'
import { openSecretStore } from './store/secrets.ts'
import { openSettingsStore } from './store/settings.ts'
import { hasThrowaway, startThrowaway, stopThrowaway, type ThrowawayServer } from './try/throwaway.ts'
import { serveUpload } from './upload/upload-stream.ts'

/** What a shell gives to the services: everything that differs between the two. */
export interface Environment {
  readonly shell: 'electron' | 'web'
  readonly version: string
  readonly conf: ConfFile
  /** The system's keychain; null where there is none. */
  readonly secretBox: SecretBox | null
  /** Folder of what lands on servers. */
  readonly resourcesDir: string
  /** Folder of the app itself. */
  readonly appDir: string
  /** Mail servers that show whether a server can send mail; well-known ones unless said. */
  readonly mailHosts?: readonly string[]
  /** Name servers to ask about sites' names; well-known public ones unless said. */
  readonly resolvers?: readonly string[]
  /** Id of the server to show at the start. */
  readonly startAt?: string
}

/** Where most mail goes. A connection that opens is closed again; nothing is sent. */
const wellKnownMailHosts = ['gmail-smtp-in.l.google.com', 'mx1.mail.icloud.com']

/** Everything behind the contract, without a shell. */
export function createServices(environment: Environment): Services {
  const { conf, resolvers = publicResolvers, mailHosts = wellKnownMailHosts } = environment
  const resources = loadResources(environment.resourcesDir)
  const secrets = openSecretStore(conf, environment.secretBox)
  const settings = openSettingsStore(conf)
  const servers = createServers({ store: openKnownServers(conf, sayError), secrets })
  const desks = new Map<string, ServerDesk>()
  const deskOf = (serverId: string): ServerDesk => {
    const desk = desks.get(serverId) ?? new ServerDesk({ session: () => servers.session(serverId), resources, mailHosts })
    desks.set(serverId, desk)
    return desk
  }
  const fileDesks = new Map<string, FilesDesk>()
  const filesOf = (serverId: string): FilesDesk => {
    const desk = fileDesks.get(serverId) ?? new FilesDesk(() => servers.session(serverId), resources)
    fileDesks.set(serverId, desk)
    return desk
  }
  /** Names of the mail servers that were seen, by server: one may take mail for another's domain. */
  const mailNames = new Map<string, string | undefined>()
  const downloads = new DownloadTokens()
  const handlers: Handlers = {
    'app.info': async () => ({
      version: environment.version, shell: environment.shell,
      canTryHere: hasThrowaway(environment.appDir),
      startAt: environment.startAt ?? null,
    }),
    'settings.get': async () => settings.get(),
    'settings.change': async (change) => settings.change(withoutUndefined(change)),

    ...secretHandlers(secrets, servers),
    'ssh.suggestions': () => servers.suggestions(),
    'servers.list': async () => servers.list(),
    'servers.connect': (input) => servers.connect(input),
    'servers.unlock': (input) => servers.unlock(input),
    'servers.rename': async (input) => servers.rename(input),
    'servers.install-own-key': ({ serverId }) => servers.installOwnKey(serverId),
    'servers.forget': async ({ serverId }) => {
      await servers.forget(serverId)
      desks.delete(serverId)
      fileDesks.get(serverId)?.close()
      fileDesks.delete(serverId)
      return null
    },

    'server.preflight': ({ serverId }) => deskOf(serverId).preflight(),
    'server.plan': ({ serverId, edit }) => deskOf(serverId).plan(edit),
    'server.approve': async ({ serverId, planId }) => {
      const runId = await deskOf(serverId).approve(planId)
      filesOf(serverId).close()
      return { runId }
    },
    'server.act': async ({ serverId, action }) => ({ runId: await deskOf(serverId).act(action) }),
    'server.runs': async ({ serverId }) => [...(await gather(await servers.session(serverId), resources, { updates: 'without' })).runs],
    'server.units': async ({ serverId }) => await readUnits(await servers.session(serverId), resources),
    'server.storage': async ({ serverId }) => await readStorage(await servers.session(serverId), resources),
    'server.keep-secret': async ({ serverId, secret }) => ({ id: await keepSecret(await servers.session(serverId), secret, resources) }),
    'server.make-deploy-key': async ({ serverId }) => await makeDeployKey(await servers.session(serverId), resources),
    'server.git-host-keys': async ({ serverId, url }) => ({ keys: await gitHostKeys(await servers.session(serverId), url, resources) }),
    'passwords.hash': async ({ password }) => ({ hash: await hashSitePassword(password) }),
    'servers.statuses': async () => {
      const found = await readStatuses(servers, resources)
      for (const { serverId, status } of found) if (status !== null) mailNames.set(serverId, status.mail?.hostname)
      return found
    },
    'files.list': ({ serverId, siteId, path }) => filesOf(serverId).list(siteId, path),
    'files.read': ({ serverId, siteId, path }) => filesOf(serverId).read(siteId, path),
    'files.write': ({ serverId, siteId, ...change }) => filesOf(serverId).write(siteId, change),
    'files.make-folder': async ({ serverId, siteId, path }) => { await filesOf(serverId).makeFolder(siteId, path); return null },
    'files.rename': async ({ serverId, siteId, path, to }) => { await filesOf(serverId).rename(siteId, path, to); return null },
    'files.mend-names': async ({ serverId, siteId, path }) => ({ mended: await filesOf(serverId).mendNames(siteId, path) }),
    'files.delete': async ({ serverId, siteId, paths }) => { await filesOf(serverId).delete(siteId, paths); return null },
    'files.trash': ({ serverId, siteId }) => filesOf(serverId).trash(siteId),
    'files.restore': ({ serverId, siteId, id }) => filesOf(serverId).restore(siteId, id),
    'files.empty-trash': async ({ serverId, siteId }) => { await filesOf(serverId).emptyTrash(siteId); return null },
    'files.download': async ({ serverId, siteId, paths }) => {
      const offered = await filesOf(serverId).download(siteId, paths)
      return { token: downloads.offer(offered), name: offered.name }
    },
    'mail.settings': async ({ serverId }) => (await gather(await servers.session(serverId), resources, { updates: 'without' })).spec?.mail ?? null,
    'mail.reach': async ({ serverId }) => await checkReach(await servers.session(serverId), resources, mailHosts),
    'mail.check-smarthost': async ({ serverId, smarthost, password }) => { await checkSmarthost(await servers.session(serverId), { ...smarthost, password }, resources); return null },
    'mail.queue': async ({ serverId }) => await readQueue(await servers.session(serverId), resources),
    'mail.queue-act': async ({ serverId, verb, ids }) => { await actOnQueue(await servers.session(serverId), resources, verb, ids); return null },
    'mail.statistics': async ({ serverId }) => await readStatistics(await servers.session(serverId), resources),
    'run.cancel': async ({ serverId, runId }) => {
      await cancelRun(await servers.session(serverId), runId, resources)
      return null
    },

    'run.watch': async ({ serverId, runId }, { signal, emit }) => {
      for await (const events of watchRun({ session: () => servers.session(serverId), runId, resources, signal, pause: pauseUnless(signal) })) await emit(events)
    },
    'server.live': async ({ serverId }, { signal, emit }) => {
      await followServer({
        session: () => servers.session(serverId), resources, signal, emit, pause: pauseUnless(signal), resolvers,
        onStatus: (status) => {
          mailNames.set(serverId, status.mail?.hostname)
          servers.noteSeen(serverId, { at: Date.now(), os: status.os, sites: status.sites.length, isSetUp: status.isSetUp })
        },
      })
    },
    'logs.follow': async ({ serverId, source, lines }, { signal, emit }) => {
      for await (const batch of followLogs({ session: () => servers.session(serverId), source, lines, signal, pause: pauseUnless(signal) })) await emit(batch)
    },
    'mail.activity': async ({ serverId, events }, { signal, emit }) => {
      for await (const batch of followMail({ session: () => servers.session(serverId), events, signal, pause: pauseUnless(signal) })) await emit(batch)
    },
    'mail.test': async ({ serverId, to }, { signal, emit }) => {
      await sendTestMail({ session: () => servers.session(serverId), resources, to, signal, emit, pause: pauseUnless(signal) })
    },
    'mail.dns': async ({ serverId, domain }, { signal, emit }) => {
      await watchMailDns({ session: await servers.session(serverId), domain, resources, signal, emit, resolvers, others: [...mailNames].flatMap(([id, name]) => (id === serverId || name === undefined ? [] : [name])) })
    },
    'dns.watch': async ({ serverId, siteId }, { signal, emit }) => {
      await watchDns({ session: await servers.session(serverId), siteId, resources, signal, emit, resolvers })
    },
    'upload.send': ({ serverId, ...what }, port) => serveUpload(what, port, { session: () => servers.session(serverId), resources, pause: pauseUnless(port.signal) }),

    'files.upload': async ({ serverId, siteId, ...what }, port) => { await filesOf(serverId).upload(siteId, what, port, pauseUnless(port.signal)) },
    'try.start': async (_input, { signal, emit }) => {
      const tell = (message: string): void => { emit({ kind: 'progress', message }).catch(() => {}) }
      const found = await startThrowaway(environment.appDir, tell, signal)
      await emit({ kind: 'ready', server: await connectThrowaway(servers, found) })
    },
    'try.stop': async ({ serverId }) => {
      if (!servers.get(serverId).isThrowaway) throw new HomeportError('not-allowed', 'This is not the throwaway server of this computer.', { hint: 'Only the throwaway server can be removed this way.' })
      await servers.forget(serverId)
      await stopThrowaway(environment.appDir)
      return null
    },
  }
  return { handlers, download: (token) => downloads.take(token), close: async () => servers.close() }
}

/** Its key was made on this computer and its host key read from it directly: there is nothing for a person to compare. */
async function connectThrowaway(servers: Servers, found: ThrowawayServer): Promise<KnownServer> {
  const target = { host: found.host, port: found.port, user: found.user, auth: { kind: 'key-file', path: found.privateKeyPath } } as const
  const stale = servers.list().find((server) => server.isThrowaway && server.target.host === found.host && !server.hostKeys.some((key) => key.sha256 === found.hostKeySha256))
  if (stale !== undefined) await servers.forget(stale.id)
  const result = await servers.connect({ target, secrets: {}, remember: false, acceptHostKey: found.hostKeySha256 }, { name: 'Test server on this computer', isThrowaway: true })
  if (result.kind === 'connected') return result.server
  throw new HomeportError('host-key-changed', 'The test server is not the one that was started.', { hint: 'Start the test server again.' })
}

/** Waits longer with each try, up to ten seconds; the end of the stream ends the waiting. */
function pauseUnless(signal: AbortSignal): (attempt: number) => Promise<void> {
  return (attempt) => sleepUnless(signal, Math.min(10_000, 500 * 2 ** attempt))
}

function withoutUndefined(change: { colorScheme?: Settings['colorScheme'] | undefined }): Partial<Settings> {
  return change.colorScheme === undefined ? {} : { colorScheme: change.colorScheme }
}
