import type { Settings } from '../shared/contract.ts'
import type { KnownServer } from '../shared/connection.ts'
import { HomeportError } from '../shared/errors.ts'
import type { Handlers, Services } from './bridge/handlers.ts'
import { loadResources } from './resources.ts'
import { followServer, sleepUnless } from './server/live.ts'
import { gather } from './server/gather.ts'
import { followLogs } from './server/logs.ts'
import { cancelRun, watchRun } from './server/runs.ts'
import { ServerDesk } from './server/server-desk.ts'
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
  /** Null: secrets stay in memory. */
  readonly secretBox: SecretBox | null
  /** Folder of what lands on servers. */
  readonly resourcesDir: string
  /** Folder of the app itself. */
  readonly appDir: string
  /** Mail servers that show whether a server can send mail; well-known ones unless said. */
  readonly mailHosts?: readonly string[]
  /** Id of the server to show at the start. */
  readonly startAt?: string
}

/** Where most mail goes. A connection that opens is closed again; nothing is sent. */
const wellKnownMailHosts = ['gmail-smtp-in.l.google.com', 'mx1.mail.icloud.com']

/** Everything behind the contract, without a shell. */
export function createServices(environment: Environment): Services {
  const { conf } = environment
  const resources = loadResources(environment.resourcesDir)
  const secrets = openSecretStore(conf, environment.secretBox)
  const settings = openSettingsStore(conf)
  const servers = createServers({ store: openKnownServers(conf, (problem) => console.error(problem)), secrets })
  const desks = new Map<string, ServerDesk>()
  const deskOf = (serverId: string): ServerDesk => {
    const desk = desks.get(serverId) ?? new ServerDesk({ session: () => servers.session(serverId), resources, mailHosts: environment.mailHosts ?? wellKnownMailHosts })
    desks.set(serverId, desk)
    return desk
  }
  const handlers: Handlers = {
    'app.info': async () => ({
      version: environment.version, shell: environment.shell,
      keepsSecrets: secrets.isPersistent, secretsNote: secrets.isPersistent ? '' : secrets.note, canTryHere: hasThrowaway(environment.appDir),
      startAt: environment.startAt ?? null,
    }),
    'settings.get': async () => settings.get(),
    'settings.change': async (change) => settings.change(withoutUndefined(change)),

    'ssh.suggestions': () => servers.suggestions(),
    'servers.list': async () => servers.list(),
    'servers.connect': (input) => servers.connect(input),
    'servers.unlock': (input) => servers.unlock(input),
    'servers.rename': async (input) => servers.rename(input),
    'servers.install-own-key': ({ serverId }) => servers.installOwnKey(serverId),
    'servers.forget': async ({ serverId }) => {
      await servers.forget(serverId)
      desks.delete(serverId)
      return null
    },

    'server.preflight': ({ serverId }) => deskOf(serverId).preflight(),
    'server.plan': ({ serverId, edit }) => deskOf(serverId).plan(edit),
    'server.approve': async ({ serverId, planId }) => ({ runId: await deskOf(serverId).approve(planId) }),
    'server.act': async ({ serverId, action }) => ({ runId: await deskOf(serverId).act(action) }),
    'server.runs': async ({ serverId }) => [...(await gather(await servers.session(serverId), resources)).runs],
    'run.cancel': async ({ serverId, runId }) => {
      await cancelRun(await servers.session(serverId), runId, resources)
      return null
    },

    'run.watch': async ({ serverId, runId }, { signal, emit }) => {
      for await (const events of watchRun({ session: () => servers.session(serverId), runId, resources, signal, pause: pauseUnless(signal) })) await emit(events)
    },
    'server.live': async ({ serverId }, { signal, emit }) => {
      await followServer({
        session: () => servers.session(serverId), resources, signal, emit, pause: pauseUnless(signal),
        onStatus: (status) => servers.noteSeen(serverId, { at: Date.now(), os: status.os, sites: status.sites.length, isSetUp: status.isSetUp }),
      })
    },
    'logs.follow': async ({ serverId, source, lines }, { signal, emit }) => {
      for await (const batch of followLogs({ session: () => servers.session(serverId), source, lines, signal, pause: pauseUnless(signal) })) await emit(batch)
    },
    'upload.send': async ({ serverId, shape }, port) => serveUpload(shape, port, await servers.session(serverId), resources),

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
  return { handlers, close: async () => servers.close() }
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
