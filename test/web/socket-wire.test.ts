import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { startWebServer, type WebServer } from '../../src/main/web/server.ts'
import { createClient } from '../../src/shared/client.ts'
import { socketWire } from '../../src/shared/socket-wire.ts'
import { readSession, type WebSession } from '../../src/shared/web-session.ts'
import type { LineState } from '../../src/shared/wire.ts'
import { appInfo, handlersWith } from '../bridge/handler-doubles.ts'
import { enter } from './browser.ts'

let folder: string
let server: WebServer
let session: WebSession
const sockets: WebSocket[] = []

const start = async (port = 0) => {
  server = await startWebServer({ handlers: handlersWith({ 'app.info': () => Promise.resolve(appInfo), 'settings.get': () => new Promise(() => {}) }), download: () => Promise.resolve(null), rendererDir: folder, port })
  return new URL(server.newAddress())
}

/** What a browser adds by itself. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'homeport-wire-'))
  const url = await start()
  session = readSession((await enter(server.port, url.hash.slice(1))).body) ?? { secret: '', answer: '' }
  class BrowserSocket extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, { headers: { origin: url.origin } })
      this.on('error', () => {}) // A browser reports it by `close` alone.
      sockets.push(this)
    }
  }
  vi.stubGlobal('WebSocket', BrowserSocket)
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.removeAllListeners('close').terminate()
  await server.close()
  vi.unstubAllGlobals()
  rmSync(folder, { recursive: true })
})

const follow = () => {
  const wire = socketWire(`http://127.0.0.1:${server.port}`, session)
  const lines: LineState[] = [wire.line]
  wire.onLine((line) => lines.push(line))
  return { client: createClient(wire), lines }
}

test('sends what was asked while it was connecting', async () => {
  const { client, lines } = follow()
  expect(await client.call('app.info')).toEqual(appInfo)
  expect(lines).toEqual(['connecting', 'connected'])
})

test('connects again by itself after the line was lost, and ends what was open', async () => {
  const { client, lines } = follow()
  await client.call('app.info')
  const open = client.call('settings.get')
  sockets[0]?.terminate()
  await expect(open).rejects.toMatchObject({ code: 'connection-lost' })
  await vi.waitFor(() => expect(client.line).toBe('connected'), 5000)
  expect(await client.call('app.info')).toEqual(appInfo)
  expect(lines).toEqual(['connecting', 'connected', 'reconnecting', 'connected'])
})

test('notices that Homeport was started again and does not know this browser', async () => {
  const { client } = follow()
  await client.call('app.info')
  const { port } = server
  await server.close()
  await vi.waitFor(() => expect(client.line).toBe('reconnecting'), 5000)
  await start(port)
  await vi.waitFor(() => expect(client.line).toBe('signed-out'), 8000)
  await expect(client.call('app.info')).rejects.toMatchObject({ code: 'connection-lost' })
}, 15_000)

test('takes whoever listens on the port of Homeport after its end for nobody: nothing that is asked goes there', async () => {
  const { client } = follow()
  await client.call('app.info')
  const { port } = server
  await server.close()
  const heard: string[] = []
  const other = createServer((_request, response) => { response.writeHead(204).end() })
  new WebSocketServer({ server: other }).on('connection', (socket) => {
    socket.on('message', (data) => { heard.push(String(data)) })
    socket.send('{"kind":"answer","id":1,"output":{}}')
  })
  await new Promise<void>((resolve) => { other.listen(port, '127.0.0.1', resolve) })
  await vi.waitFor(() => expect(client.line).toBe('signed-out'), 8000)
  await expect(client.call('app.info')).rejects.toMatchObject({ code: 'connection-lost' })
  other.closeAllConnections()
  await new Promise((resolve) => { other.close(resolve) })
  expect(heard).toEqual([])
  await start(port)
}, 15_000)
