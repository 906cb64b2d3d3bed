/** The test bed itself: if one of these fails, no failure of another server test means anything. */
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { execute } from './command.ts'
import { startDelayProxy, startGitServer, startServer, type TestServer } from './index.ts'
import { readBanner } from './ssh-banner.ts'

/** The first run on a machine makes the images. */
const FIRST_START_MS = 10 * 60_000

let server: TestServer

beforeAll(async () => {
  server = await startServer()
}, FIRST_START_MS)

afterAll(() => server?.stop(), 30_000)

/** What the command printed; fails the test when it failed. */
async function run(command: string, input?: string): Promise<string> {
  const result = await server.exec(command, input === undefined ? {} : { input })
  expect(result, command).toMatchObject({ code: 0 })
  return result.stdout.trim()
}

function ssh(...command: readonly string[]) {
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR']
  const flags = options.flatMap((option) => ['-o', option])
  const to = ['-p', String(server.port), '-i', server.privateKeyPath, `${server.user}@${server.host}`]
  return execute('ssh', [...flags, ...to, ...command])
}

describe('a test server', { timeout: 60_000 }, () => {
  it('has booted into a healthy systemd with a machine id of its own', async () => {
    expect(await run('systemctl is-system-running')).toBe('running')
    expect(await run('cat /etc/machine-id')).toMatch(/^[0-9a-f]{32}$/)
  })

  it('is a bare machine: no Docker and no git', async () => {
    expect((await server.exec('command -v docker || command -v git')).stdout).toBe('')
  })

  it('lets root in with its key and shows the host key it announced', async () => {
    expect(await ssh('id', '-un')).toMatchObject({ code: 0, stdout: 'root\n' })
    const keys = await execute('ssh-keyscan', ['-t', 'ed25519', '-p', String(server.port), server.host])
    const printed = await execute('ssh-keygen', ['-l', '-f', '-'], { input: keys.stdout })
    expect(printed.stdout).toContain(server.hostKeySha256)
  })

  it('passes input and failures through exec as they are', async () => {
    expect(await server.exec('cat; echo said >&2; exit 3', { input: "a'b\n" })).toEqual({ code: 3, stdout: "a'b\n", stderr: 'said\n' })
  })

  it('has users with the sudo rights they were given', async () => {
    await server.addUser({ name: 'free', sudo: 'nopasswd' })
    await server.addUser({ name: 'asked', password: 'pass:"word\' $', sudo: 'password' })
    await server.addUser({ name: 'plain', sudo: 'none' })
    expect(await run('su - free -c "sudo -n id -u"')).toBe('0')
    expect((await server.exec('su - asked -c "sudo -n id -u"')).code).not.toBe(0)
    expect(await run('su - asked -c "sudo -S -p \\"\\" id -u"', 'pass:"word\' $\n')).toBe('0')
    expect((await server.exec('su - plain -c "sudo -n id -u"')).code).not.toBe(0)
  })

  it('gets a new host key and can refuse passwords', async () => {
    const before = server.hostKeySha256
    expect(await server.rotateHostKey()).not.toBe(before)
    expect(server.hostKeySha256).not.toBe(before)
    await server.setPasswordLogin(false)
    expect(await run('sshd -T')).toContain('passwordauthentication no')
    await server.setPasswordLogin(true)
    expect(await run('sshd -T')).toContain('passwordauthentication yes')
  })

  it('serves a repository of the git server, and its next commit', async () => {
    const git = await startGitServer()
    try {
      const first = await git.createRepo('site', { 'index.html': '<h1>hello</h1>\n' })
      await run('apt-get update -q && apt-get install -q -y --no-install-recommends git')
      await run(`git clone -q ${git.url('site')} /root/site`)
      expect(await run('git -C /root/site rev-parse HEAD')).toBe(first)
      const second = await git.push('site', { 'docs/a.txt': 'a'.repeat(2_000_000) }, 'Add a large file')
      expect(await run('git -C /root/site pull -q && git -C /root/site rev-parse HEAD')).toBe(second)
    } finally {
      await git.stop()
    }
  })

  it('installs Docker, pulls through the mirror and serves a page to this computer', async () => {
    await run('apt-get install -q -y --no-install-recommends docker.io docker-cli')
    await run('docker pull -q nginx:1.28')
    await run('docker run -d --name web --restart always -p 8080:80 nginx:1.28')
    expect((await answers(`http://${server.host}:8080/`)).status).toBe(200)
  })

  it('has the contract of the official haproxy image', async () => {
    const image = await run('docker pull -q haproxy:3.4 >/dev/null; docker inspect -f "{{.Config.User}} {{.Config.StopSignal}}" haproxy:3.4')
    expect(image).toBe('haproxy SIGUSR1')
    expect(await run('docker run --rm haproxy:3.4 id -u')).toBe('99')
    expect(await run('docker run --rm --read-only --cap-drop ALL haproxy:3.4 haproxy -v')).toContain('HAProxy version 3')
  })

  it('comes back from a power cut under the same address, with what it was serving', async () => {
    const { host } = server
    await run('echo kept > /root/kept && sync')
    await server.powerCut()
    expect(server.host).toBe(host)
    expect(await run('cat /root/kept')).toBe('kept')
    expect((await answers(`http://${host}:8080/`)).status).toBe(200)
  })

  it('hangs while it is paused', async () => {
    await server.pause()
    expect(await readBanner(server, 500)).toBeUndefined()
    await server.unpause()
    expect(await readBanner(server, 5000)).toMatch(/^SSH-2.0-/)
  })
})

describe('the delay proxy', { timeout: 20_000 }, () => {
  it('adds a round trip, stops passing while blocked, and cuts', async () => {
    const proxy = await startDelayProxy({ host: server.host, port: server.port, rttMs: 200 })
    try {
      const start = performance.now()
      expect(await readBanner(proxy, 5000)).toMatch(/^SSH-2.0-/)
      expect(performance.now() - start).toBeGreaterThan(395) // connect, then the banner: two round trips
      proxy.block()
      expect(await readBanner(proxy, 600)).toBeUndefined()
      proxy.unblock()
      proxy.setRtt(0)
      const socket = connect(proxy.port, proxy.host)
      await new Promise((resolve) => socket.once('data', resolve))
      const closed = new Promise((resolve) => socket.once('close', resolve))
      proxy.cut()
      await closed
      expect(proxy.bytes.toClient).toBeGreaterThan(20)
    } finally {
      await proxy.stop()
    }
  })
})

/** A published port answers a moment after its container started. */
async function answers(url: string): Promise<Response> {
  return expect.poll(() => fetch(url).catch(() => undefined), { timeout: 20_000, interval: 200 }).toBeDefined().then(() => fetch(url))
}
