import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../src/main/ssh/connect.ts'
import { dial } from '../../src/main/ssh/dial.ts'
import { Secret } from '../../src/main/ssh/secret.ts'
import { startDelayProxy, startServer, type TestServer } from '../testbed/index.ts'
import { failureOf, forgivePenalties, logIn, setSshd, targetOf } from './testbed-login.ts'

const run = promisify(execFile)
let server: TestServer
let jump: TestServer
let folder: string
const byPassword = 'PermitRootLogin yes\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\n'

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homeport-ssh-'))
  ;[server, jump] = await Promise.all([startServer(), startServer()])
  await Promise.all([forgivePenalties(server), forgivePenalties(jump)])
  await setSshd(server, '01', byPassword)
  await server.setRootPassword('correct horse')
})
afterAll(async () => {
  await Promise.all([server?.stop(), jump?.stop(), rm(folder, { recursive: true, force: true })])
})

/** A key with a passphrase that root may log in with. */
async function authorizedKey(name: string, passphrase: string): Promise<string> {
  const path = join(folder, name)
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', path])
  const { stdout } = await run('ssh-keygen', ['-y', '-P', passphrase, '-f', path])
  await server.exec('cat >> /root/.ssh/authorized_keys', { input: stdout })
  return path
}

describe('host keys', () => {
  test('an unknown host is shown with type and fingerprint, before any login', async () => {
    const outcome = await connect({ target: targetOf(server), secrets: {}, hostKeys: [] })
    expect(outcome).toEqual({ kind: 'host-key-unknown', accepted: [], key: { host: server.host, port: server.port, type: 'ssh-ed25519', sha256: server.hostKeySha256 } })
    const log = await server.exec('journalctl -u ssh --no-pager | grep -c "Accepted publickey" || true')
    expect(log.stdout.trim()).toBe('0')
  })

  test('consent to another fingerprint is no consent', async () => {
    const outcome = await connect({ target: targetOf(server), secrets: {}, hostKeys: [], acceptHostKey: 'SHA256:somethingElse' })
    expect(outcome.kind).toBe('host-key-unknown')
  })

  test('an agreed key is given back to be pinned, and a pinned key logs in', async () => {
    const first = await connect({ target: targetOf(server), secrets: {}, hostKeys: [], acceptHostKey: server.hostKeySha256 })
    if (first.kind !== 'connected') throw new Error(first.kind)
    first.session.close()
    const again = await connect({ target: targetOf(server), secrets: {}, hostKeys: first.accepted })
    expect(again).toMatchObject({ kind: 'connected', accepted: [] })
    if (again.kind === 'connected') again.session.close()
  })

  test('a changed host key is an error with both fingerprints, and consent does not help', async () => {
    const before = server.hostKeySha256
    const pinned = [{ host: server.host, port: server.port, type: 'ssh-ed25519', sha256: before }]
    await server.exec('systemctl reset-failed ssh')
    const after = await server.rotateHostKey()
    const failure = await failureOf(connect({ target: targetOf(server), secrets: { password: new Secret('correct horse') }, hostKeys: pinned, acceptHostKey: after }))
    expect(failure.code).toBe('host-key-changed')
    expect(failure.message).toContain(before)
    expect(failure.message).toContain(after)
    expect(failure.hint).toContain('forget this server')
  })
})

describe('login', () => {
  test('works with a key file', async () => {
    const session = await logIn(server)
    expect(session.sudo).toBe('root')
    expect(session.exchanges).toBe(1)
    session.close()
  })

  test('works with a key that Homeport holds in memory', async () => {
    const session = await logIn(server, { target: { auth: { kind: 'own-key' } }, secrets: { ownKey: new Secret(server.privateKey) } })
    expect(session.sudo).toBe('root')
    session.close()
  })

  test('works with a key file and its passphrase, and tells when it is missing or wrong', async () => {
    const path = await authorizedKey('with-passphrase', 'open sesame')
    const auth = { kind: 'key-file', path } as const
    const session = await logIn(server, { target: { auth }, secrets: { passphrase: new Secret('open sesame') } })
    expect((await session.run({ name: 'who', script: 'id -un' })).stdout.toString()).toBe('root\n')
    session.close()
    expect((await failureOf(logIn(server, { target: { auth } }))).code).toBe('passphrase-needed')
    expect((await failureOf(logIn(server, { target: { auth }, secrets: { passphrase: new Secret('open simsim') } }))).code).toBe('passphrase-wrong')
  })

  test('works with a password, and tells when it is wrong', async () => {
    const auth = { kind: 'password' } as const
    const session = await logIn(server, { target: { auth }, secrets: { password: new Secret('correct horse') } })
    expect(session.sudo).toBe('root')
    session.close()
    const failure = await failureOf(logIn(server, { target: { auth }, secrets: { password: new Secret('battery staple') } }))
    expect(failure.code).toBe('auth-failed')
    expect(JSON.stringify(failure)).not.toContain('battery staple')
    expect((await failureOf(logIn(server, { target: { auth } }))).code).toBe('password-needed')
  })

  test('a wrong password is tried once only', async () => {
    await server.exec('journalctl --rotate && journalctl --vacuum-time=1s')
    await failureOf(logIn(server, { target: { auth: { kind: 'password' } }, secrets: { password: new Secret('guess') } }))
    const log = await server.exec('journalctl -u ssh --no-pager | grep -c "Failed password" || true')
    expect(log.stdout.trim()).toBe('1')
  })

  test('works where passwords are taken by keyboard-interactive only', async () => {
    await setSshd(server, '01', 'PermitRootLogin yes\nPasswordAuthentication no\nKbdInteractiveAuthentication yes\n')
    const session = await logIn(server, { target: { auth: { kind: 'password' } }, secrets: { password: new Secret('correct horse') } })
    session.close()
    const failure = await failureOf(logIn(server, { target: { auth: { kind: 'password' } }, secrets: { password: new Secret('wrong') } }))
    expect(failure.code).toBe('auth-failed')
    expect(failure.message).toContain('password')
  })

  test('says that a server takes no passwords', async () => {
    await setSshd(server, '01', 'PermitRootLogin yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n')
    const failure = await failureOf(logIn(server, { target: { auth: { kind: 'password' } }, secrets: { password: new Secret('correct horse') } }))
    expect(failure).toMatchObject({ code: 'auth-failed', message: expect.stringContaining('no passwords') })
    await setSshd(server, '01', byPassword)
  })

  test('a key that the server does not know is refused in plain words', async () => {
    const path = join(folder, 'stranger')
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path])
    expect(await failureOf(logIn(server, { target: { auth: { kind: 'key-file', path } } }))).toMatchObject({ code: 'auth-failed', message: expect.stringContaining('this key') })
  })

  test('key files that are not there, not keys, or public halves are told apart', async () => {
    await writeFile(join(folder, 'note.txt'), 'remember the milk')
    const code = async (path: string) => (await failureOf(logIn(server, { target: { auth: { kind: 'key-file', path } } }))).code
    expect(await code(join(folder, 'absent'))).toBe('key-file-unreadable')
    expect(await code(folder)).toBe('key-file-unreadable')
    expect(await code(join(folder, 'note.txt'))).toBe('key-file-invalid')
    expect(await code(join(folder, 'stranger.pub'))).toBe('key-file-invalid')
  })

  test('an account that must change its password first is told so', async () => {
    await server.addUser({ name: 'expired', password: 'old', authorizedKey: publicKey(), sudo: 'nopasswd' })
    await server.exec('chage -d 0 expired')
    expect((await failureOf(logIn(server, { target: { user: 'expired' } }))).code).toBe('account-locked')
  })
})

describe('the SSH agent', () => {
  test('logs in, and an empty or absent one is told', async () => {
    const socket = join(folder, 'agent.sock')
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
    await once(agent.stdout, 'data')
    const auth = { kind: 'agent' } as const
    expect((await failureOf(logIn(server, { target: { auth }, agentPath: socket }))).code).toBe('agent-unavailable')
    await chmod(server.privateKeyPath, 0o600)
    await run('ssh-add', ['-q', server.privateKeyPath], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
    const session = await logIn(server, { target: { auth }, agentPath: socket })
    expect(session.sudo).toBe('root')
    session.close()

    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, `many-${name}`)])
      await run('ssh-add', ['-q', join(folder, `many-${name}`)], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
    }
    await writeFile(join(folder, 'server.pub'), `${publicKey()}\n`)
    await run('ssh-add', ['-q', '-d', join(folder, 'server.pub')], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
    expect(await failureOf(logIn(server, { target: { auth }, agentPath: socket }))).toMatchObject({ code: 'too-many-auth-failures', hint: expect.stringContaining('key file') })
    agent.kill()
    await once(agent, 'exit')
    expect((await failureOf(logIn(server, { target: { auth }, agentPath: socket }))).code).toBe('agent-unavailable')
    expect((await failureOf(logIn(server, { target: { auth }, agentPath: null }))).code).toBe('agent-unavailable')
  })
})

describe('root', () => {
  beforeAll(async () => {
    await server.addUser({ name: 'free', password: 'pw-free', authorizedKey: publicKey(), sudo: 'nopasswd' })
    await server.addUser({ name: 'asked', password: 'pw asked $', authorizedKey: publicKey(), sudo: 'password' })
    await server.addUser({ name: 'nobody2', password: 'pw-none', authorizedKey: publicKey(), sudo: 'none' })
  })

  test('is found for each kind of sudo', async () => {
    const free = await logIn(server, { target: { user: 'free' } })
    const asked = await logIn(server, { target: { user: 'asked' }, secrets: { sudoPassword: new Secret('pw asked $') } })
    expect([free.sudo, asked.sudo]).toEqual(['without-password', 'with-password'])
    for (const session of [free, asked]) {
      expect((await session.run({ name: 'who', script: 'id -un' })).stdout.toString()).toBe('root\n')
      expect((await session.run({ name: 'who', script: 'id -un', asRoot: false })).stdout.toString()).not.toBe('root\n')
      session.close()
    }
  })

  test('uses the login password for sudo where none of its own is given', async () => {
    const session = await logIn(server, { target: { user: 'asked', auth: { kind: 'password' } }, secrets: { password: new Secret('pw asked $') } })
    expect(session.sudo).toBe('with-password')
    session.close()
  })

  test('tells a missing, a wrong and a useless sudo password apart', async () => {
    expect((await failureOf(logIn(server, { target: { user: 'asked' } }))).code).toBe('sudo-needs-password')
    const wrong = await failureOf(logIn(server, { target: { user: 'asked' }, secrets: { sudoPassword: new Secret('not-it') } }))
    expect(wrong.code).toBe('sudo-password-wrong')
    expect(JSON.stringify(wrong)).not.toContain('not-it')
    expect((await failureOf(logIn(server, { target: { user: 'nobody2' }, secrets: { sudoPassword: new Secret('pw-none') } }))).code).toBe('sudo-refused')
  })

  test('a server without sudo says so', async () => {
    await server.exec('mv /usr/bin/sudo /usr/bin/sudo.away')
    const failure = await failureOf(logIn(server, { target: { user: 'free' } }))
    await server.exec('mv /usr/bin/sudo.away /usr/bin/sudo')
    expect(failure.code).toBe('sudo-missing')
  })

  test('an account without a shell cannot be used', async () => {
    await server.exec('usermod -s /bin/false nobody2')
    expect((await failureOf(logIn(server, { target: { user: 'nobody2' } }))).code).toBe('unreadable-answer')
  })
})

describe('a server on the way', () => {
  const through = () => ({ jump: { host: jump.host, port: jump.port, user: 'root', auth: { kind: 'key-file' as const, path: jump.privateKeyPath } } })

  test('both hosts are shown and agreed to, one after the other', async () => {
    const target = targetOf(server, through())
    const first = await connect({ target, secrets: {}, hostKeys: [] })
    expect(first).toMatchObject({ kind: 'host-key-unknown', key: { host: jump.host, sha256: jump.hostKeySha256 } })
    const second = await connect({ target, secrets: {}, hostKeys: [], acceptHostKey: jump.hostKeySha256 })
    if (second.kind !== 'host-key-unknown') throw new Error(second.kind)
    expect(second).toMatchObject({ key: { host: server.host, sha256: server.hostKeySha256 }, accepted: [{ host: jump.host }] })
    const third = await connect({ target, secrets: {}, hostKeys: second.accepted, acceptHostKey: server.hostKeySha256 })
    if (third.kind !== 'connected') throw new Error(third.kind)
    expect((await third.session.run({ name: 'name', script: 'hostname' })).stdout.toString().trim()).toBe(server.name)
    const from = await third.session.run({ name: 'from', script: 'echo "${SSH_CONNECTION%% *}"' })
    expect(from.stdout.toString().trim()).toBe(jump.host)
    third.session.close()
  })

  test('what fails there is told as the way, not as the server', async () => {
    const pins = [{ host: jump.host, port: jump.port, type: 'ssh-ed25519', sha256: jump.hostKeySha256 }]
    const refused = await failureOf(connect({ target: targetOf(server, { ...through(), port: 9 }), secrets: {}, hostKeys: pins }))
    expect(refused).toMatchObject({ code: 'jump-failed', message: expect.stringContaining('cannot reach') })
    const off = await failureOf(connect({ target: targetOf(server, { jump: { ...through().jump, port: 9 } }), secrets: {}, hostKeys: pins }))
    expect(off).toMatchObject({ code: 'jump-failed', message: expect.stringContaining('takes no SSH connections') })
    const locked = join(folder, 'jump-key')
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'x1y2z3', '-f', locked])
    const key = await failureOf(connect({ target: targetOf(server, { jump: { ...through().jump, auth: { kind: 'key-file', path: locked } } }), secrets: {}, hostKeys: pins }))
    expect(key).toMatchObject({ code: 'jump-failed', fields: { 'secrets.jumpPassphrase': expect.any(String) } })
  })

  test('a line to it on which nothing comes any more is a lost line', async () => {
    const proxy = await startDelayProxy({ host: jump.host, port: jump.port, rttMs: 5 })
    const pins = [{ host: proxy.host, port: proxy.port, type: 'ssh-ed25519', sha256: jump.hostKeySha256 }]
    const session = await logIn(server, { target: { jump: { ...through().jump, host: proxy.host, port: proxy.port } }, hostKeys: pins })
    const waiting = failureOf(session.run({ name: 'sleep', script: 'sleep 60' }))
    proxy.block()
    expect((await waiting).code).toBe('connection-lost')
    await proxy.stop()
  })

  test('losing it is a lost line', async () => {
    const outcome = await connect({ target: targetOf(server, through()), secrets: {}, hostKeys: [{ host: jump.host, port: jump.port, type: 'ssh-ed25519', sha256: jump.hostKeySha256 }], acceptHostKey: server.hostKeySha256 })
    if (outcome.kind !== 'connected') throw new Error(outcome.kind)
    const waiting = failureOf(outcome.session.run({ name: 'sleep', script: 'sleep 60' }))
    await jump.powerOff()
    expect((await waiting).code).toBe('connection-lost')
  })
})

describe('no SSH at the other end', () => {
  const at = (host: string, port: number) => failureOf(connect({ target: { ...targetOf(server), host, port }, secrets: {}, hostKeys: [] }))

  test('refused, no such name, and no answer are told apart', async () => {
    expect((await at(server.host, 9)).code).toBe('connection-refused')
    expect((await at('no-such-host.invalid', 22)).code).toBe('host-not-found')
    await server.exec('nft add table inet t; nft add chain inet t c "{ type filter hook input priority 0 ; }"; nft add rule inet t c tcp dport 23 drop')
    expect(await failureOf(dial(server.host, 23, 500))).toMatchObject({ code: 'ETIMEDOUT' }) // `connection-timeout`, see connect-error.test.ts
  })

  test('a web server, and one that hangs up, are not SSH', async () => {
    const web = createServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')))
    const mute = createServer((socket) => socket.end())
    await Promise.all([once(web.listen(0, '127.0.0.1'), 'listening'), once(mute.listen(0, '127.0.0.1'), 'listening')])
    const port = (listener: typeof web) => (listener.address() as { port: number }).port
    expect(await at('127.0.0.1', port(web))).toMatchObject({ code: 'not-ssh', message: expect.stringContaining('not SSH') })
    expect(await at('127.0.0.1', port(mute))).toMatchObject({ code: 'not-ssh', message: expect.stringContaining('without a word') })
    web.close()
    mute.close()
  })

  test('a server that keeps this computer out after failed logins says so', async () => {
    await setSshd(server, '05', 'PerSourcePenalties authfail:60s min:1s\n')
    const auth = { kind: 'password' } as const
    await failureOf(logIn(server, { target: { auth }, secrets: { password: new Secret('wrong') } }))
    await sleep(500) // sshd counts when its child has ended
    expect(await failureOf(logIn(server))).toMatchObject({ code: 'too-many-auth-failures', message: expect.stringContaining('for a while') })
    await forgivePenalties(server)
  })
})

/** The public half of the server's own key, for other users. */
function publicKey(): string {
  const key = ssh2.utils.parseKey(server.privateKey) as ssh2.ParsedKey | ssh2.ParsedKey[]
  const parsed = Array.isArray(key) ? key[0] : key
  if (parsed === undefined) throw new Error('no key')
  return `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`
}
