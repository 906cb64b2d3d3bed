import { expect, test, vi } from 'vitest'
import { createServers, type Servers, type ServersOptions } from '../../src/main/servers/servers.ts'
import type { ConnectOptions, ConnectOutcome } from '../../src/main/ssh/connect.ts'
import { Secret } from '../../src/main/ssh/secret.ts'
import type { SocketSession } from '../../src/main/ssh/session.ts'
import type { ConfFile } from '../../src/main/store/conf-file.ts'
import { openKnownServers } from '../../src/main/store/known-servers.ts'
import type { SecretBox } from '../../src/main/store/secret-box.ts'
import { type KeptSecrets, openSecretStore } from '../../src/main/store/secrets.ts'
import type { HostKey, Target } from '../../src/shared/connection.ts'
import { HomeportError } from '../../src/shared/errors.ts'

const jumpKey: HostKey = { host: 'jump.example', port: 22, type: 'ssh-ed25519', sha256: 'SHA256:jump' }
const serverKey: HostKey = { host: 'a.example', port: 22, type: 'ssh-ed25519', sha256: 'SHA256:server' }
const target: Target = { host: 'a.example', port: 22, user: 'root', auth: { kind: 'password' }, jump: { host: 'jump.example', port: 22, user: 'me', auth: { kind: 'agent' } } }

/** What a server was told to do, in order. */
let told: string[] = []

function session(): SocketSession {
  const unused = () => { throw new Error('not used here') }
  return {
    sudo: 'root', exchanges: 1, host: 'a.example', open: unused, openSocket: unused, openDuplex: unused, onClosed: () => () => {}, close: () => {},
    run: async ({ name }) => { told.push(name); return { exitCode: 0, stdout: Buffer.alloc(0), stderr: '' } },
  }
}

const memoryFile = (content: Record<string, unknown> = {}): ConfFile => ({ path: '/nowhere/config.json', get: (key) => content[key], set: (key, value) => { content[key] = value } })
const secretsOf = (file: ConfFile, box: SecretBox | null = null) => openSecretStore(file, box, { vaultCost: 2 ** 10, patienceMs: 20 })

function start(connect: NonNullable<ServersOptions['connect']>, file = memoryFile(), secrets: KeptSecrets = secretsOf(file)) {
  told = []
  return createServers({ store: openKnownServers(file, (problem) => { throw new Error(problem) }), secrets, connect })
}

/** A server that lets everybody in. */
const welcome = () => vi.fn(async (_options: ConnectOptions): Promise<ConnectOutcome> => ({ kind: 'connected', session: session(), accepted: [] }))

const willing: SecretBox = { check: async () => null, seal: async (text) => `v11${text}`, open: async (sealed) => sealed.slice(3) }
const refusal = new HomeportError('secrets-unavailable', 'The keychain refused.')
/** Says that it could, and then does not: the person cancelled, or its password was wrong. */
const refusing: SecretBox = { ...willing, seal: async () => { throw refusal }, open: async () => { throw refusal } }

async function add(servers: Servers, password: string, remember: boolean) {
  const added = await servers.connect({ target, secrets: { password }, remember })
  if (added.kind !== 'connected') throw new Error(added.kind)
  return added
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
  const file = memoryFile()
  const first = start(welcome(), file, secretsOf(file, willing))
  const { server } = await add(first, 'pw', true)
  const connect = welcome()
  await start(connect, file, secretsOf(file, refusing)).unlock({ serverId: server.id, secrets: { password: 'typed' }, remember: false })
  expect(connect.mock.lastCall?.[0].secrets).toEqual({ password: expect.any(Secret) })
  expect(connect.mock.lastCall?.[0].secrets.password?.reveal()).toBe('typed')
})

test('a password in a keychain that does not open is left out, so that it is asked for, and stays there', async () => {
  const file = memoryFile()
  const { server } = await add(start(welcome(), file, secretsOf(file, willing)), 'pw', true)
  for (const box of [refusing, null]) {
    const connect = welcome()
    await start(connect, file, secretsOf(file, box)).session(server.id)
    expect(connect.mock.lastCall?.[0].secrets).toEqual({})
  }
  const connect = welcome()
  await start(connect, file, secretsOf(file, willing)).session(server.id)
  expect(connect.mock.lastCall?.[0].secrets.password?.reveal()).toBe('pw')
})

test('a keychain that refuses keeps nobody out: the login counts, and it is said that nothing was kept', async () => {
  const file = memoryFile()
  const servers = start(welcome(), file, secretsOf(file, refusing))
  const added = await add(servers, 'pw', true)
  expect(added).toMatchObject({ notKept: 'The keychain refused.', offerOwnKey: false })
  expect(await servers.unlock({ serverId: added.server.id, secrets: { password: 'pw' }, remember: true })).toMatchObject({ notKept: 'The keychain refused.' })
  expect(file.get('secrets')).toBeUndefined()
  expect(await servers.session(added.server.id)).toBeDefined()
})

test('no key is put on a server that could not be kept here', async () => {
  for (const box of [null, refusing]) {
    const file = memoryFile()
    const servers = start(welcome(), file, secretsOf(file, box))
    const { server } = await add(servers, 'pw', false)
    await expect(servers.installOwnKey(server.id)).rejects.toMatchObject({ code: 'secrets-unavailable' })
    expect(told).toEqual([])
    expect(servers.get(server.id).target.auth).toEqual({ kind: 'password' })
  }
})

test('a key is taken back from the server where the settings cannot be written', async () => {
  const file = memoryFile()
  const { set } = file
  const servers = start(welcome(), file, secretsOf(file, willing))
  const { server } = await add(servers, 'pw', true)
  Object.assign(file, { set: () => { throw new Error('ENOSPC: no space left on device') } })
  await expect(servers.installOwnKey(server.id)).rejects.toThrow('ENOSPC')
  expect(told).toEqual(['add-key', 'remove-key'])
  Object.assign(file, { set })
  expect(servers.get(server.id).target.auth).toEqual({ kind: 'password' })
  await servers.installOwnKey(server.id)
  expect(servers.get(server.id).target.auth).toEqual({ kind: 'own-key' })
})

test('a key is taken back by another line where the first was lost after it was written', async () => {
  const file = memoryFile()
  const lost = new HomeportError('connection-lost', 'The line was lost.')
  const servers = start(welcome(), file, secretsOf(file, willing))
  const { server } = await add(servers, 'pw', true)
  const live = await servers.session(server.id)
  const lines: string[] = []
  Object.assign(live, { run: async ({ name, input }: { name: string; input: string }) => { told.push(name); lines.push(input); throw lost } })
  const second = session()
  Object.assign(second, { run: async ({ name, input }: { name: string; input: string }) => { told.push(name); lines.push(input); return { exitCode: 0, stdout: Buffer.alloc(0), stderr: '' } } })
  // What is lost is lost for good: the next one that is asked for is another.
  vi.spyOn(servers, 'session').mockResolvedValueOnce(live).mockResolvedValueOnce(live).mockResolvedValue(second)
  await expect(servers.installOwnKey(server.id)).rejects.toBe(lost)
  expect(told).toEqual(['add-key', 'remove-key', 'remove-key'])
  expect(new Set(lines).size, 'exactly the line that was added').toBe(1)
  expect(servers.get(server.id).target.auth).toEqual({ kind: 'password' })
})

test('a key that could not be taken back is said, with where it is', async () => {
  const file = memoryFile()
  const servers = start(welcome(), file, secretsOf(file, willing))
  const { server } = await add(servers, 'pw', true)
  Object.assign(await servers.session(server.id), { run: async () => { throw new Error('The disk is full.') } })
  await expect(servers.installOwnKey(server.id)).rejects.toMatchObject({ message: expect.stringContaining('may still be on the server') as string, hint: expect.stringMatching(/ends in homeport@.* from ~\/\.ssh\/authorized_keys/) as string, detail: expect.stringContaining('The disk is full.') as string })
})

/** The file of settings refuses from the second time on that something is written. */
function fullAfter(file: ConfFile, writes: number): () => void {
  const { set } = file
  let done = 0
  Object.assign(file, { set: (key: string, value: unknown) => { if (++done === writes + 1) throw new Error('ENOSPC: no space left on device'); set(key, value) } })
  return () => { Object.assign(file, { set }) }
}

test('an own key that was there before stays, at hand and in the settings, where the new one could not be kept whole', async () => {
  const file = memoryFile()
  const secrets = secretsOf(file, willing)
  const connect = welcome()
  const servers = start(connect, file, secrets)
  const { server } = await add(servers, 'pw', true)
  await servers.installOwnKey(server.id)
  const before = (await secrets.get(server.id, 'ownKey'))?.reveal()
  expect(before).toContain('PRIVATE KEY')
  told = []
  const restore = fullAfter(file, 1)
  await expect(servers.installOwnKey(server.id)).rejects.toThrow('ENOSPC')
  restore()
  expect(told).toEqual(['add-key', 'remove-key'])
  expect((await secrets.get(server.id, 'ownKey'))?.reveal()).toBe(before)
  await servers.unlock({ serverId: server.id, secrets: {}, remember: false })
  expect(connect.mock.lastCall?.[0].secrets.ownKey?.reveal(), 'what is at hand').toBe(before)
})

test('no own key is left in the settings where there was none before', async () => {
  const file = memoryFile()
  const secrets = secretsOf(file, willing)
  const servers = start(welcome(), file, secrets)
  const { server } = await add(servers, 'pw', true)
  const restore = fullAfter(file, 1)
  await expect(servers.installOwnKey(server.id)).rejects.toThrow('ENOSPC')
  restore()
  expect(secrets.has(server.id, 'ownKey')).toBe(false)
  expect(servers.get(server.id).target.auth).toEqual({ kind: 'password' })
})

test('a new key that the settings hold for good is not taken back', async () => {
  const file = memoryFile()
  const secrets = secretsOf(file, willing)
  const servers = start(welcome(), file, secrets)
  const { server } = await add(servers, 'pw', true)
  const { set } = file
  let isFull = false
  Object.assign(file, { set: (key: string, value: unknown) => { if (isFull) throw new Error('ENOSPC: no space left on device'); set(key, value); isFull = true } })
  await expect(servers.installOwnKey(server.id)).rejects.toThrow('ENOSPC')
  expect(told).toEqual(['add-key'])
})

test('what a passphrase protects is asked for before a server is called, and once in a run', async () => {
  const file = memoryFile()
  const kept = secretsOf(file)
  await kept.protect(new Secret('four words nobody says'))
  const { server } = await add(start(welcome(), file, kept), 'pw', true)

  const connect = welcome()
  const secrets = secretsOf(file)
  const servers = start(connect, file, secrets)
  await expect(servers.session(server.id)).rejects.toMatchObject({ code: 'secrets-locked' })
  await expect(add(servers, 'pw', true)).rejects.toMatchObject({ code: 'secrets-locked' })
  expect(connect).not.toHaveBeenCalled()
  await secrets.open(new Secret('four words nobody says'))
  await servers.session(server.id)
  expect(connect.mock.lastCall?.[0].secrets.password?.reveal()).toBe('pw')

  secrets.lock()
  servers.forgetTyped()
  servers.close()
  await expect(servers.session(server.id)).rejects.toMatchObject({ code: 'secrets-locked' })
  expect(await servers.unlock({ serverId: server.id, secrets: { password: 'typed' }, remember: false })).toMatchObject({ notKept: null })
})

test('a key of its own that cannot be opened now is said to be locked, and not to be gone', async () => {
  const file = memoryFile()
  const servers = start(welcome(), file, secretsOf(file, willing))
  const { server } = await add(servers, 'pw', true)
  await servers.installOwnKey(server.id)
  await expect(start(welcome(), file, secretsOf(file, refusing)).session(server.id)).rejects.toBe(refusal)
})

test('a login that needs a person says so, and an unknown server too', async () => {
  const connect = welcome()
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
