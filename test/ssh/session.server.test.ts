import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Secret } from '../../src/main/ssh/secret.ts'
import type { SocketSession } from '../../src/main/ssh/session.ts'
import { startDelayProxy, startServer, type TestServer } from '../testbed/index.ts'
import { failureOf, forgivePenalties, logIn } from './testbed-login.ts'

let server: TestServer
const sessions: Record<string, SocketSession> = {}
/** How long a line took to be given up on which nothing comes any more; measured beside the other tests. */
let silence: Promise<{ code: unknown; afterMs: number }>
const sudoPassword = 'pw $(id) \' "quoted" ü'

beforeAll(async () => {
  server = await startServer()
  await forgivePenalties(server)
  const key = ssh2.utils.parseKey(server.privateKey) as ssh2.ParsedKey | ssh2.ParsedKey[]
  const parsed = Array.isArray(key) ? key[0] : key
  const authorizedKey = `${parsed?.type} ${parsed?.getPublicSSH().toString('base64')}`
  await server.addUser({ name: 'free', authorizedKey, sudo: 'nopasswd' })
  await server.addUser({ name: 'asked', password: sudoPassword, authorizedKey, sudo: 'password' })
  sessions['root'] = await logIn(server)
  sessions['free'] = await logIn(server, { target: { user: 'free' } })
  sessions['asked'] = await logIn(server, { target: { user: 'asked' }, secrets: { sudoPassword: new Secret(sudoPassword) } })
  silence = measureSilence()
})
afterAll(async () => {
  for (const session of Object.values(sessions)) session.close()
  await server?.stop()
})

function sessionOf(user: string): SocketSession {
  const session = sessions[user]
  if (session === undefined) throw new Error(user)
  return session
}

const naughty = [
  '', ' ', '-n', '--help', '-', "it's", '"', '\\', '\\\\', '\n', 'a\nb\n', '\t', '$(id)', '`id`', '$HOME', '${x}', '*', '~', '!', '!!', '#', ';id', '&& id', '| id', '> /tmp/x', "'; id; '",
  '$\'\\x41\'', 'ü', '日本語', '😀', '\u202e', 'é'.normalize('NFD'), '\r\n', '\x01', '\x1b[31m', '%s', '%n', '{a,b}', '[a]', 'a=b', '\\n', 'x'.repeat(5000), 'homeport-input',
]

describe.each(['root', 'free', 'asked'])('a session of %s', (user) => {
  const session = () => sessionOf(user)

  test('gives arguments to the script unchanged, whatever they hold', async () => {
    const result = await session().run({ name: 'echo', script: 'printf "%s\\0" "$@"', args: naughty })
    expect(result.stdout.toString('utf8').split('\0').slice(0, -1)).toEqual(naughty)
  })

  test('gives standard input to the script unchanged: 1 MB of bytes, text, and nothing', async () => {
    const bytes = randomBytes(1024 * 1024)
    const sum = createHash('sha256').update(bytes).digest('hex')
    expect((await session().run({ name: 'sum', script: 'sha256sum', input: bytes })).stdout.toString()).toBe(`${sum}  -\n`)
    expect((await session().run({ name: 'cat', script: 'cat', input: bytes })).stdout.equals(bytes)).toBe(true)
    expect((await session().run({ name: 'cat', script: 'cat', input: Readable.from([Buffer.from('one\n'), Buffer.from('two')]) })).stdout.toString()).toBe('one\ntwo')
    expect((await session().run({ name: 'cat', script: 'cat' })).stdout.toString()).toBe('')
  })

  test('runs bash in the C locale as root, with $0 being homeport', async () => {
    const { stdout } = await session().run({ name: 'about', script: 'echo "$0 $LC_ALL $(id -u) $#"; [[ a == a ]]' })
    expect(stdout.toString()).toBe('homeport C 0 0\n')
  })

  test('ends what was opened, with its children, on stop', async () => {
    const process = await session().open({ name: 'follow', script: 'echo begun; sleep 987 & sleep 986' })
    for await (const chunk of process.stdout) {
      expect(String(chunk)).toBe('begun\n')
      break
    }
    process.stop()
    expect(await process.exit).toBeNull()
    await expect.poll(async () => (await server.exec('pgrep -cf "^sleep 98[67]"')).stdout.trim(), { timeout: 5000 }).toBe('0')
  })

  test('tells the exit code and output of an opened command', async () => {
    const process = await session().open({ name: 'short', script: 'printf out; exit 7' })
    expect(await text(process.stdout)).toBe('out')
    expect(await process.exit).toBe(7)
  })

  test('ends a command that takes too long, with its children', async () => {
    const failure = await failureOf(session().run({ name: 'slow', script: 'sleep 985 & sleep 985', timeoutMs: 300 }))
    expect(failure).toMatchObject({ code: 'command-failed', message: expect.stringContaining('0.3 seconds') })
    await expect.poll(async () => (await server.exec('pgrep -cf "^sleep 985"')).stdout.trim(), { timeout: 5000 }).toBe('0')
  })
})

describe('a session', () => {
  test('tells a failing command with its name, code and stderr, and lets expected codes be answers', async () => {
    const command = { name: 'check', script: 'echo "no such thing" >&2; exit 4' }
    expect(await failureOf(sessionOf('root').run(command))).toMatchObject({ code: 'command-failed', message: expect.stringContaining('check (exit code 4)'), detail: 'no such thing' })
    expect((await sessionOf('root').run({ ...command, expectedExitCodes: [0, 4] })).exitCode).toBe(4)
    expect(await failureOf(sessionOf('root').run({ name: 'killed', script: 'kill -9 $$' }))).toMatchObject({ code: 'command-failed', message: expect.stringContaining('signal') })
  })

  test('runs 20 commands at once, while six that go on are open', async () => {
    const open = await Promise.all(Array.from({ length: 6 }, () => sessionOf('root').open({ name: 'follow', script: 'sleep 900' })))
    const before = sessionOf('root').exchanges
    const results = await Promise.all(Array.from({ length: 20 }, (_, n) => sessionOf('root').run({ name: 'n', script: 'echo "$1"', args: [String(n)] })))
    expect(results.map((result) => Number(result.stdout.toString()))).toEqual(Array.from({ length: 20 }, (_, n) => n))
    expect(sessionOf('root').exchanges - before).toBe(20)
    for (const process of open) process.stop()
  })

  test('refuses to collect more than 64 MB, and streams as much as is there', async () => {
    const script = 'head -c 70000000 /dev/zero'
    expect(await failureOf(sessionOf('root').run({ name: 'big', script }))).toMatchObject({ code: 'command-failed', message: expect.stringContaining('64 MB') })
    const process = await sessionOf('root').open({ name: 'big', script })
    expect((await buffer(process.stdout)).length).toBe(70_000_000)
    expect(await process.exit).toBe(0)
  })

  test('holds the server back while nobody reads', async () => {
    const process = await sessionOf('root').open({ name: 'flood', script: 'yes | while read -r line; do printf "%065536d" 0; echo x >> /tmp/flood; done' })
    await sleep(700)
    const first = (await server.exec('wc -l < /tmp/flood')).stdout
    await sleep(300)
    expect((await server.exec('wc -l < /tmp/flood')).stdout).toBe(first)
    process.stop()
  })

  test('keeps secrets out of the command line and the log of the server', async () => {
    const running = sessionOf('asked').run({ name: 'look', script: 'sleep 0.3; ps axww -o args; journalctl --no-pager | cat', input: 'data' })
    const seen = (await running).stdout.toString() + (await server.exec('ps axeww')).stdout
    expect(seen).toContain('homeport')
    expect(seen).not.toContain(sudoPassword)
  })

  test('never gives the password to a command when sudo stops asking for it', async () => {
    await server.exec('echo "asked ALL=(ALL:ALL) NOPASSWD: ALL" > /etc/sudoers.d/zz-asked && chmod 0440 /etc/sudoers.d/zz-asked')
    const { stdout } = await sessionOf('asked').run({ name: 'cat', script: 'cat', input: 'only this\n' })
    await server.exec('rm /etc/sudoers.d/zz-asked')
    expect(stdout.toString()).toBe('only this\n')
  })

  test('tells a sudo password that was changed meanwhile, without trying the input as passwords', async () => {
    await server.exec('chpasswd', { input: 'asked:another\n' })
    const failure = await failureOf(sessionOf('asked').run({ name: 'cat', script: 'cat' }))
    await server.exec('chpasswd', { input: `asked:${sudoPassword}\n` })
    expect(failure.code).toBe('sudo-password-wrong')
    expect(JSON.stringify(failure)).not.toContain(sudoPassword)
  })
})

describe('a line that breaks', () => {
  test('ends commands, streams and waiting ones with connection-lost, and what ran ends too', async () => {
    const proxy = await startDelayProxy({ host: server.host, port: server.port, rttMs: 20 })
    const session = await logIn(server, { target: { host: proxy.host, port: proxy.port } })
    const closed: (string | null)[] = []
    session.onClosed((error) => closed.push(error === null ? null : error.message))
    const follow = await session.open({ name: 'follow', script: 'echo on; sleep 984' })
    const commands = Array.from({ length: 12 }, () => failureOf(session.run({ name: 'sleep', script: 'sleep 30', input: '' })))
    await once(follow.stdout, 'readable')
    await sleep(300)
    proxy.cut()
    expect(new Set((await Promise.all(commands)).map((failure) => failure.code))).toEqual(new Set(['connection-lost']))
    expect((await failureOf(follow.exit)).code).toBe('connection-lost')
    expect(await text(follow.stdout)).toBe('on\n')
    expect(closed).toEqual([expect.stringContaining('was lost')])
    expect((await failureOf(session.run({ name: 'late', script: 'true' }))).code).toBe('connection-lost')
    await expect.poll(async () => (await server.exec('pgrep -cf "^sleep 984"')).stdout.trim(), { timeout: 5000 }).toBe('0')
    await proxy.stop()
  })

  test('is noticed within 15 seconds when nothing comes any more', async () => {
    const { code, afterMs } = await silence
    expect(code).toBe('connection-lost')
    expect(afterMs).toBeGreaterThan(8_000) // a busy server may be silent that long
    expect(afterMs).toBeLessThan(15_000)
  })

  test('closing it here is no loss', async () => {
    const session = await logIn(server)
    const closed: unknown[] = []
    session.onClosed((error) => closed.push(error))
    session.close()
    session.close()
    expect(closed).toEqual([null])
  })
})

async function measureSilence(): Promise<{ code: unknown; afterMs: number }> {
  const proxy = await startDelayProxy({ host: server.host, port: server.port, rttMs: 20 })
  const session = await logIn(server, { target: { host: proxy.host, port: proxy.port } })
  const running = failureOf(session.run({ name: 'sleep', script: 'sleep 60' }))
  proxy.block()
  const begun = performance.now()
  const { code } = await running
  await proxy.stop()
  return { code, afterMs: performance.now() - begun }
}
