import { expect, test, vi } from 'vitest'
import { createServers, type ServersOptions } from '../../src/main/servers/servers.ts'
import type { ConnectOptions, ConnectOutcome } from '../../src/main/ssh/connect.ts'
import { Secret } from '../../src/main/ssh/secret.ts'
import type { SocketSession } from '../../src/main/ssh/session.ts'
import type { ConfFile } from '../../src/main/store/conf-file.ts'
import { openKnownServers } from '../../src/main/store/known-servers.ts'
import { memorySecrets, type SecretStore } from '../../src/main/store/secrets.ts'
import type { HostKey, Target } from '../../src/shared/connection.ts'
import { HomeportError } from '../../src/shared/errors.ts'

const jumpKey: HostKey = { host: 'jump.example', port: 22, type: 'ssh-ed25519', sha256: 'SHA256:jump' }
const serverKey: HostKey = { host: 'a.example', port: 22, type: 'ssh-ed25519', sha256: 'SHA256:server' }
const target: Target = { host: 'a.example', port: 22, user: 'root', auth: { kind: 'password' }, jump: { host: 'jump.example', port: 22, user: 'me', auth: { kind: 'agent' } } }

function session(): SocketSession {
  const unused = () => { throw new Error('not used here') }
  return { sudo: 'root', exchanges: 1, host: 'a.example', run: unused, open: unused, openSocket: unused, openDuplex: unused, onClosed: () => () => {}, close: () => {} }
}

function start(connect: NonNullable<ServersOptions['connect']>, secrets: SecretStore = memorySecrets()) {
  const content: Record<string, unknown> = {}
  const file: ConfFile = { path: '/nowhere/config.json', get: (key) => content[key], set: (key, value) => { content[key] = value } }
  return createServers({ store: openKnownServers(file, (problem) => { throw new Error(problem) }), secrets, connect })
}

/** Both hosts are unknown until their keys are pinned or agreed to, as `connect` has it. */
async function twoUnknownHosts({ hostKeys, acceptHostKey }: ConnectOptions): Promise<ConnectOutcome> {
  const accepted: HostKey[] = []
  for (const key of [jumpKey, serverKey]) {
    if (hostKeys.some((pinned) => pinned.sha256 === key.sha256)) continue
    if (acceptHostKey !== key.sha256) return { kind: 'host-key-unknown', key, accepted }
    accepted.push(key)
  }
  return { kind: 'connected', session: session(), accepted }
}

test('consent to a jump host is remembered until the server behind it is agreed to as well', async () => {
  const servers = start(twoUnknownHosts)
  const ask = (acceptHostKey?: string) => servers.connect({ target, secrets: {}, remember: false, ...(acceptHostKey === undefined ? {} : { acceptHostKey }) })
  expect(await ask()).toEqual({ kind: 'host-key-unknown', key: jumpKey })
  expect(await ask(jumpKey.sha256)).toEqual({ kind: 'host-key-unknown', key: serverKey })
  expect(servers.list()).toEqual([])
  const done = await ask(serverKey.sha256)
  expect(done.kind === 'connected' && new Set(done.server.hostKeys)).toEqual(new Set([jumpKey, serverKey]))
})

test('what was typed is used where the keychain is locked', async () => {
  const locked: SecretStore = { ...memorySecrets(), isPersistent: true, get: async () => { throw new HomeportError('secrets-unavailable', 'locked') } }
  const connect = vi.fn(async (_options: ConnectOptions): Promise<ConnectOutcome> => ({ kind: 'connected', session: session(), accepted: [] }))
  const servers = start(connect, locked)
  const added = await servers.connect({ target, secrets: { password: 'pw' }, remember: false })
  if (added.kind !== 'connected') throw new Error(added.kind)
  await servers.unlock({ serverId: added.server.id, secrets: { password: 'typed' }, remember: false })
  expect(connect.mock.lastCall?.[0].secrets).toEqual({ password: expect.any(Secret) })
  expect(connect.mock.lastCall?.[0].secrets.password?.reveal()).toBe('typed')
})

test('a login that needs a person says so, and an unknown server too', async () => {
  const connect = vi.fn(async (_options: ConnectOptions): Promise<ConnectOutcome> => ({ kind: 'connected', session: session(), accepted: [] }))
  const servers = start(connect)
  const added = await servers.connect({ target, secrets: {}, remember: false }, { name: 'Try it', isThrowaway: true })
  if (added.kind !== 'connected') throw new Error(added.kind)
  expect(added.server).toMatchObject({ name: 'Try it', isThrowaway: true })
  servers.close()
  connect.mockRejectedValueOnce(new HomeportError('password-needed', 'type it'))
  await expect(servers.session(added.server.id)).rejects.toMatchObject({ code: 'password-needed' })
  await expect(servers.session('cccccccc')).rejects.toMatchObject({ code: 'server-unknown' })
  servers.noteSeen(added.server.id, { at: 1, os: 'Debian', sites: 2, isSetUp: true })
  expect(servers.get(added.server.id).lastSeen).toMatchObject({ sites: 2 })
})
