import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Conf from 'conf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Target } from '../../src/shared/connection.ts'
import { HomeportError } from '../../src/shared/errors.ts'
import { createServers, type Servers } from '../../src/main/servers/servers.ts'
import { openKnownServers } from '../../src/main/store/known-servers.ts'
import type { SecretBox } from '../../src/main/store/secret-box.ts'
import { openSecretStore } from '../../src/main/store/secrets.ts'
import { failureOf, forgivePenalties, setSshd, targetOf } from '../ssh/testbed-login.ts'
import { startDelayProxy, startServer, type TestServer } from '../testbed/index.ts'

let server: TestServer
let folder: string
/** Turns text around: enough to see whether something was sealed. */
const box: SecretBox = { check: async () => null, seal: async (text) => Buffer.from(text).reverse().toString('base64'), open: async (sealed) => Buffer.from(sealed, 'base64').reverse().toString() }

beforeAll(async () => {
  ;[server, folder] = await Promise.all([startServer(), mkdtemp(join(tmpdir(), 'homeport-servers-'))])
  await forgivePenalties(server)
  await setSshd(server, '01', 'PermitRootLogin yes\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\n')
  await server.setRootPassword('root pw')
  await server.addUser({ name: 'asked', password: 'asked pw', sudo: 'password' })
})
afterAll(async () => {
  await Promise.all([server?.stop(), rm(folder, { recursive: true, force: true })])
})

/** A Homeport, as it were started on the same computer; `name` names its folder. */
function start(name: string, secretBox: SecretBox | null = box): { servers: Servers; file: () => Promise<string> } {
  const conf = new Conf<Record<string, unknown>>({ cwd: join(folder, name), configFileMode: 0o600 })
  const servers = createServers({ store: openKnownServers(conf, (problem) => { throw new Error(problem) }), secrets: openSecretStore(conf, secretBox), computerName: 'my laptop' })
  return { servers, file: () => readFile(conf.path, 'utf8') }
}

async function add(servers: Servers, target: Target, secrets = {}, remember = true) {
  const first = await servers.connect({ target, secrets, remember })
  if (first.kind !== 'host-key-unknown') throw new Error(first.kind)
  const second = await servers.connect({ target, secrets, remember, acceptHostKey: first.key.sha256 })
  if (second.kind !== 'connected') throw new Error(second.kind)
  return second
}

describe('known servers', () => {
  test('one is added after consent, listed, renamed, and forgotten', async () => {
    const { servers } = start('list')
    const { server: added, offerOwnKey } = await add(servers, targetOf(server))
    expect(added).toMatchObject({ name: server.host, sudo: 'root', isThrowaway: false, hostKeys: [{ sha256: server.hostKeySha256 }] })
    expect(offerOwnKey).toBe(false)
    servers.rename({ serverId: added.id, name: 'Home' })
    expect(servers.list()).toMatchObject([{ id: added.id, name: 'Home' }])
    const again = await servers.connect({ target: targetOf(server), secrets: {}, remember: false })
    expect(again).toMatchObject({ kind: 'connected', server: { id: added.id, name: 'Home' } })
    expect(servers.list().length).toBe(1)
    await servers.forget(added.id)
    expect(servers.list()).toEqual([])
    expect((await failureOf(servers.session(added.id))).code).toBe('server-unknown')
    servers.close()
  })

  test('all who ask share one connection, which comes back after a loss', async () => {
    const proxy = await startDelayProxy({ host: server.host, port: server.port, rttMs: 10 })
    const { servers } = start('shared')
    const { server: known } = await add(servers, targetOf(server, { host: proxy.host, port: proxy.port }))
    const first = await servers.session(known.id)
    proxy.cut()
    await new Promise<void>((resolve) => void first.onClosed(() => resolve()))
    const asked = await Promise.all(Array.from({ length: 10 }, () => servers.session(known.id)))
    expect(new Set(asked).size).toBe(1)
    expect(asked[0]).not.toBe(first)
    expect(proxy.connections).toBe(1)
    expect((await asked[0]?.run({ name: 'who', script: 'id -un' }))?.stdout.toString()).toBe('root\n')
    servers.close()
    await expect.poll(() => proxy.connections, { timeout: 10_000 }).toBe(0)
    await proxy.stop()
  })

  test('a password is kept sealed on wish, and asked for again otherwise', async () => {
    const target = targetOf(server, { auth: { kind: 'password' } })
    const kept = start('kept')
    const { server: known, offerOwnKey } = await add(kept.servers, target, { password: 'root pw' })
    expect(offerOwnKey).toBe(true)
    expect(await kept.file()).not.toContain('root pw')
    kept.servers.close()
    const later = start('kept').servers
    expect((await later.session(known.id)).sudo).toBe('root')
    later.close()

    const typed = start('typed', null)
    const { server: other, offerOwnKey: offered } = await add(typed.servers, target, { password: 'root pw' })
    expect(offered).toBe(false)
    typed.servers.close()
    const restarted = start('typed', null).servers
    expect((await failureOf(restarted.session(other.id))).code).toBe('password-needed')
    expect((await restarted.unlock({ serverId: other.id, secrets: { password: 'root pw' }, remember: true })).server.id).toBe(other.id)
    expect((await restarted.session(other.id)).sudo).toBe('root')
    restarted.close()
  })

  test('a refusal is not tried again by itself', async () => {
    const { servers } = start('refused')
    const { server: known } = await add(servers, targetOf(server, { auth: { kind: 'password' } }), { password: 'root pw' })
    servers.close()
    await server.setRootPassword('new pw')
    const later = start('refused').servers
    expect((await failureOf(later.session(known.id))).code).toBe('auth-failed')
    await server.exec('journalctl --rotate && journalctl --vacuum-time=1s')
    expect((await failureOf(later.session(known.id))).code).toBe('auth-failed')
    expect((await server.exec('journalctl -u ssh --no-pager | grep -c "Failed password" || true')).stdout.trim()).toBe('0')
    await later.unlock({ serverId: known.id, secrets: { password: 'new pw' }, remember: true })
    expect((await later.session(known.id)).sudo).toBe('root')
    later.close()
    await server.setRootPassword('root pw')
  })
})

describe('a key of its own', () => {
  test('is installed beside what is there, works alone, and the password is forgotten', async () => {
    await server.exec('printf "# mine\\nssh-ed25519 AAAAbroken mine@home" > /root/.ssh/authorized_keys; chmod 644 /root/.ssh/authorized_keys')
    const { servers, file } = start('own-key')
    const { server: known } = await add(servers, targetOf(server, { auth: { kind: 'password' } }), { password: 'root pw' })
    const before = await servers.session(known.id)
    const changed = await servers.installOwnKey(known.id)
    expect(changed.target.auth).toEqual({ kind: 'own-key' })
    expect(await servers.session(known.id)).not.toBe(before)
    const { stdout } = await server.exec('cat /root/.ssh/authorized_keys; stat -c %a /root/.ssh/authorized_keys')
    expect(stdout).toMatch(/^# mine\nssh-ed25519 AAAAbroken mine@home\nssh-ed25519 \S+ homeport@my-laptop\n600\n$/)
    expect(await file()).not.toMatch(/OPENSSH PRIVATE KEY|root pw/)
    expect(Object.keys((JSON.parse(await file()) as { secrets: object }).secrets)).toEqual([`${known.id}/ownKey`])
    servers.close()
    await setSshd(server, '01', 'PermitRootLogin yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n')
    const later = start('own-key').servers
    expect((await later.session(known.id)).sudo).toBe('root')
    later.close()
    await setSshd(server, '01', 'PermitRootLogin yes\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\n')
  })

  test('keeps the password for sudo where sudo needs it', async () => {
    const { servers, file } = start('own-key-sudo')
    const { server: known } = await add(servers, targetOf(server, { user: 'asked', auth: { kind: 'password' } }), { password: 'asked pw' })
    await servers.installOwnKey(known.id)
    expect(Object.keys((JSON.parse(await file()) as { secrets: object }).secrets).sort()).toEqual([`${known.id}/ownKey`, `${known.id}/sudoPassword`])
    servers.close()
    const later = start('own-key-sudo').servers
    expect((await (await later.session(known.id)).run({ name: 'who', script: 'id -un' })).stdout.toString()).toBe('root\n')
    later.close()
    expect((await server.exec('stat -c "%U %a" /home/asked/.ssh /home/asked/.ssh/authorized_keys')).stdout).toBe('asked 700\nasked 600\n')
  })

  test('is taken back where the server does not take it', async () => {
    const before = (await server.exec('cat /root/.ssh/authorized_keys')).stdout
    await setSshd(server, '02', 'PubkeyAuthentication no\n')
    const { servers } = start('no-keys')
    const { server: known } = await add(servers, targetOf(server, { auth: { kind: 'password' } }), { password: 'root pw' })
    expect(await failureOf(servers.installOwnKey(known.id))).toMatchObject({ code: 'auth-failed', message: expect.stringContaining('taken back') })
    expect(servers.get(known.id).target.auth).toEqual({ kind: 'password' })
    expect((await server.exec('cat /root/.ssh/authorized_keys')).stdout).toBe(before)
    expect((await servers.session(known.id)).sudo).toBe('root')
    servers.close()
    await setSshd(server, '02', '\n')
  })

  test('is not made where it could not be kept', async () => {
    const { servers } = start('memory', null)
    const { server: known } = await add(servers, targetOf(server, { auth: { kind: 'password' } }), { password: 'root pw' })
    expect((await failureOf(servers.installOwnKey(known.id))).code).toBe('secrets-unavailable')
    servers.close()
  })

  test('leaves no key on the server where the keychain refuses at last, and the login counts without it', async () => {
    const before = (await server.exec('cat /root/.ssh/authorized_keys')).stdout
    const refusing: SecretBox = { ...box, seal: async () => { throw new HomeportError('secrets-unavailable', 'The keychain refused.') } }
    const { servers } = start('refusing', refusing)
    const added = await add(servers, targetOf(server, { auth: { kind: 'password' } }), { password: 'root pw' })
    expect(added).toMatchObject({ notKept: 'The keychain refused.', offerOwnKey: false })
    expect((await failureOf(servers.installOwnKey(added.server.id))).code).toBe('secrets-unavailable')
    expect((await server.exec('cat /root/.ssh/authorized_keys')).stdout).toBe(before)
    expect((await servers.session(added.server.id)).sudo).toBe('root')
    servers.close()
  })
})
