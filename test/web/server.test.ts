import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { startWebServer, type WebServer } from '../../src/main/web/server.ts'
import { maxMessageBytes } from '../../src/shared/wire.ts'
import { appInfo, handlersWith } from '../bridge/handler-doubles.ts'
import { answerOf, ask, enter, openSocket, secretOf, withSession } from './browser.ts'

let folder: string
let server: WebServer
let token: string
let origin: string
const onEntry = vi.fn()
const offered = new Map<string, () => Readable>()
const download = async (token: string) => {
  const body = offered.get(token)
  offered.delete(token)
  return body === undefined ? null : { name: 'a b.txt', sizeBytes: 4, body: body() }
}
const liveSignals: AbortSignal[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'homeport-web-'))
  const rendererDir = join(folder, 'renderer')
  mkdirSync(join(rendererDir, 'assets'), { recursive: true })
  writeFileSync(join(rendererDir, 'index.html'), '<title>the window</title>')
  writeFileSync(join(rendererDir, 'assets/main.js'), 'export {}')
  writeFileSync(join(folder, 'secret.txt'), 'not for browsers')
  const handlers = handlersWith({
    'app.info': () => Promise.resolve(appInfo),
    'server.live': (_input, port) => {
      liveSignals.push(port.signal)
      return new Promise(() => {})
    },
  })
  server = await startWebServer({ handlers, download, rendererDir, port: 0, onEntry })
  const url = new URL(server.newAddress())
  token = url.hash.slice(1)
  origin = url.origin
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
  vi.restoreAllMocks()
  onEntry.mockReset()
  liveSignals.length = 0
})

const signIn = async () => (await enter(server.port, token)).body
const signedInSocket = async () => {
  const socket = await openSocket(server.port, { origin }, ['homeport', secretOf(await signIn())])
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
  return socket
}
const next = (socket: WebSocket) => new Promise<unknown>((resolve) => socket.once('message', (data) => resolve(JSON.parse(data.toString()))))
const closing = (socket: WebSocket) => new Promise<number>((resolve) => socket.once('close', resolve))

test('lets a browser without a session ask nothing', async () => {
  expect((await ask(server.port, { path: '/session' })).status).toBe(401)
  expect((await ask(server.port, { path: '/session', headers: withSession('wrong') })).status).toBe(401)
  expect((await ask(server.port, { path: '/enter' })).body).toContain('Open the address that Homeport printed')
  expect(await openSocket(server.port, { origin }, [])).toBe(401)
})

test('exchanges the token for a secret that no browser sends by itself, to this port or another', async () => {
  const answer = await enter(server.port, token)
  expect(answer).toMatchObject({ status: 200, body: expect.stringMatching(/^[\w-]{43}\.[\w-]{43}$/) as string })
  expect(answer.headers['set-cookie']).toBeUndefined()
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(onEntry).toHaveBeenCalledExactlyOnceWith('entered')
  expect((await ask(server.port, { path: '/session', headers: withSession(answer.body) })).status).toBe(204)
  expect((await ask(server.port, { path: '/session', headers: { cookie: `homeport-${server.port}=${secretOf(answer.body)}` } })).status).toBe(401)
})

test('takes a token only once, and goes on serving the browser that used it', async () => {
  const secret = await signIn()
  const again = await enter(server.port, token)
  expect(again).toMatchObject({ status: 403, body: '' })
  expect(onEntry).toHaveBeenLastCalledWith('refused')
  expect((await ask(server.port, { path: '/session', headers: withSession(secret) })).status).toBe(204)
})

test.each(['', 'wrong', 'x'.repeat(5000)])('refuses the token "%.10s"', async (wrong) => {
  expect((await enter(server.port, wrong)).status).toBe(403)
  expect((await enter(server.port, token)).status).toBe(200)
})

test('gives a second browser its own address and session', async () => {
  const first = await signIn()
  const second = (await enter(server.port, new URL(server.newAddress()).hash.slice(1))).body
  expect(second).not.toBe(first)
  for (const secret of [first, second]) expect((await ask(server.port, { path: '/session', headers: withSession(secret) })).status).toBe(204)
})

test('voids an unused address when a new one is made', async () => {
  server.newAddress()
  expect((await enter(server.port, token)).status).toBe(403)
})

test('refuses a token that another site sends', async () => {
  for (const headers of [{ origin: 'https://evil.example' }, { origin: `http://localhost:${server.port}` }, { origin: 'null' }]) {
    expect((await enter(server.port, token, headers)).status).toBe(403)
  }
  expect((await ask(server.port, { method: 'POST', path: '/session', body: token })).status).toBe(403)
  expect((await enter(server.port, token)).status).toBe(200)
})

test.each(['evil.example', 'localhost', '127.0.0.1', '127.0.0.1.evil.example'])('refuses requests for the host %s, whatever they bring', async (name) => {
  const secret = await signIn()
  const host = name === '127.0.0.1' ? name : `${name}:${server.port}`
  const answer = await ask(server.port, { headers: { ...withSession(secret), host } })
  expect(answer.status).toBe(421)
  expect(answer.body).not.toContain('the window')
  expect(await openSocket(server.port, { origin, host }, ['homeport', secretOf(secret)])).toBe(421)
})

test('sends the security headers with every answer', async () => {
  for (const asked of [{ path: '/' }, { path: '/assets/main.js' }, { path: '/assets/no.js' }, { path: '/session' }, { method: 'POST', path: '/session' }, { path: '/enter' }, { path: '/enter.js' }, { headers: { host: 'evil.example' } }, { method: 'DELETE' }]) {
    const { headers } = await ask(server.port, asked)
    const policy = String(headers['content-security-policy'])
    for (const directive of ["default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"]) {
      expect(policy.split('; ')).toContain(directive)
    }
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer', 'cross-origin-resource-policy': 'same-origin' })
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  }
})

test('serves assets with their type, every other path as the page, and a missing asset as missing', async () => {
  expect(await ask(server.port, { path: '/assets/main.js' })).toMatchObject({ status: 200, body: 'export {}', headers: { 'content-type': 'text/javascript' } })
  expect(await ask(server.port, { path: '/servers/abc/sites/example.org' })).toMatchObject({ status: 200, body: '<title>the window</title>' })
  expect((await ask(server.port, { path: '/assets/gone.js' })).status).toBe(404)
})

test.each(['/../secret.txt', '/assets/../../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/%2e%2e/%2e%2e/secret.txt', '/..\\secret.txt', '//secret.txt', '/%00', '/%'])('gives nothing outside the folder for %s', async (path) => {
  const answer = await ask(server.port, { path })
  expect([200, 404]).toContain(answer.status)
  expect(answer.body).not.toContain('not for browsers')
})

test('takes only GET', async () => {
  expect((await ask(server.port, { method: 'PUT' })).status).toBe(405)
})

test('listens on the loopback address alone', async () => {
  const others = Object.values(networkInterfaces()).flat().filter((one) => one !== undefined && !one.internal && one.family === 'IPv4')
  expect(others.length, 'this machine has an address of its own').toBeGreaterThan(0)
  for (const host of [...others.map((one) => one?.address ?? ''), '127.0.0.2']) {
    await expect(ask(server.port, { host }), host).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  }
})

test('speaks the contract over a WebSocket', async () => {
  const socket = await signedInSocket()
  socket.send(JSON.stringify({ kind: 'call', id: 1, name: 'app.info' }))
  expect(await next(socket)).toEqual({ kind: 'answer', id: 1, output: appInfo })
})

test('refuses a WebSocket without a session, from another site, or on another path', async () => {
  const secret = secretOf(await signIn())
  const protocols = ['homeport', secret]
  for (const wrong of [[], ['homeport'], ['homeport', 'wrong'], [secret], [secret, 'homeport'], ['homeport', 'wrong', secret]]) expect(await openSocket(server.port, { origin }, wrong)).toBe(401)
  expect(await openSocket(server.port, { origin, cookie: `homeport-${server.port}=${secret}` }, ['homeport']), 'a cookie').toBe(401)
  expect(await openSocket(server.port, { origin: 'https://evil.example' }, protocols)).toBe(403)
  expect(await openSocket(server.port, { origin: 'http://127.0.0.1:1' }, protocols)).toBe(403)
  expect(await openSocket(server.port, {}, protocols)).toBe(403)
  expect(await openSocket(server.port, { origin }, protocols, '/other')).toBe(404)
})

test('shows first that it is Homeport, by what only the session of this browser was told', async () => {
  const session = await signIn()
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/wire`, ['homeport', secretOf(session)], { headers: { origin } })
  expect(await new Promise((resolve) => socket.once('message', (data) => resolve(data.toString())))).toBe(answerOf(session))
  expect(answerOf(session)).not.toBe(secretOf(session))
})

test('hangs up on a window that breaks the protocol', async () => {
  const socket = await signedInSocket()
  socket.send('{"kind":"eval"}')
  expect(await closing(socket)).toBe(1008)
})

test('hangs up on binary messages', async () => {
  const socket = await signedInSocket()
  socket.send(Buffer.from('{}'))
  expect(await closing(socket)).toBe(1003)
})

test.each([['a message of no protocol', '{"kind":"eval"}'], ['a binary message', Buffer.from('{}')]])('takes nothing more of a window after %s', async (_what, breaking) => {
  const socket = await signedInSocket()
  socket.send(breaking)
  socket.send(JSON.stringify({ kind: 'open', id: 1, name: 'server.live', input: { serverId: 'abcdefgh' } }))
  await closing(socket)
  expect(liveSignals).toHaveLength(0)
})

test('hangs up on a message that is too long, and stays up for others', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const protocols = ['homeport', secretOf(await signIn())]
  const [first, second] = await Promise.all([openSocket(server.port, { origin }, protocols), openSocket(server.port, { origin }, protocols)]) as [WebSocket, WebSocket]
  first.send(JSON.stringify({ kind: 'call', id: 1, name: 'app.info', input: 'x'.repeat(maxMessageBytes) }))
  expect(await closing(first)).toBe(1009)
  second.send(JSON.stringify({ kind: 'call', id: 1, name: 'app.info' }))
  expect(await next(second)).toMatchObject({ kind: 'answer' })
})

test('ends the streams of a window that went away', async () => {
  const socket = await signedInSocket()
  socket.send(JSON.stringify({ kind: 'open', id: 1, name: 'server.live', input: { serverId: 'abcdefgh' } }))
  await vi.waitFor(() => expect(liveSignals).toHaveLength(1))
  socket.terminate()
  await vi.waitFor(() => expect(liveSignals[0]?.aborted).toBe(true))
})

test('closes although a window is connected', async () => {
  const socket = await signedInSocket()
  const closed = closing(socket)
  await server.close()
  await closed
  await expect(ask(server.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  server = await startWebServer({ handlers: handlersWith({}), download, rendererDir: folder, port: 0 })
})

test('says that the window is not built where there is no page', async () => {
  rmSync(join(folder, 'renderer/index.html'))
  expect(await ask(server.port)).toMatchObject({ status: 404, body: expect.stringContaining('npm run build') as string })
})

test('gives a download once, as a file to save, to whoever has its token', async () => {
  offered.set('one', () => Readable.from(['text']))
  expect((await ask(server.port, { path: '/download/two' })).status).toBe(404)
  expect((await ask(server.port, { path: '/download/one', method: 'HEAD' })).status).toBe(404)
  const found = await ask(server.port, { path: '/download/one' })
  expect(found).toMatchObject({ status: 200, body: 'text' })
  expect(found.headers['content-disposition']).toBe('attachment; filename="a b.txt"')
  expect((await ask(server.port, { path: '/download/one' })).status).toBe(404)
})

test('breaks a download off where its source does, so that no part passes for the whole', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  offered.set('cut', () => Readable.from((async function* () { yield 'te'; throw new Error('cut') })()))
  await expect(ask(server.port, { path: '/download/cut' })).rejects.toThrow()
})
