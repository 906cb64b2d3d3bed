/** A program somewhere else that sites get their pages from: it tells what it was asked. */
import { createHash } from 'node:crypto'
import { createServer as createHttpServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeAuthority } from '../testbed/authority.ts'
import { findOuterEnd } from '../testbed/outer-end.ts'

export interface Asked { readonly method: string; readonly url: string; readonly headers: IncomingHttpHeaders; readonly bytes: number }

export interface Upstream {
  readonly host: string
  readonly port: number
  /** PEM: who signed its certificate; null without TLS. */
  readonly authority: string | null
  /** How many requests have come so far. */
  readonly count: () => number
  stop(): Promise<void>
}

/** `/slow?<ms>` answers late, `/bits?<n>` line by line every 700 ms, `/set?<name>` gives that header, all else what was asked as JSON. */
export async function startUpstream(certificateNames?: readonly string[]): Promise<Upstream> {
  const { bind, host } = await findOuterEnd()
  const authority = certificateNames === undefined ? null : await makeAuthority(certificateNames)
  let count = 0
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    count++
    void answer(request, response).catch(() => response.destroy())
  }
  const server = authority === null ? createHttpServer(listener) : createHttpsServer({ key: authority.server.key, cert: authority.server.certificate }, listener)
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    // RFC 6455 4.2.2.
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
    socket.on('error', () => socket.destroy())
    socket.pipe(socket)
  })
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(0, bind, resolve))
  return {
    host, port: (server.address() as AddressInfo).port, authority: authority?.certificate ?? null, count: () => count,
    stop: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let bytes = 0
  for await (const chunk of request) bytes += (chunk as Buffer).length
  const [path, query = ''] = (request.url ?? '').split('?')
  if (path === '/slow') await sleep(Number(query))
  if (path === '/bits') {
    for (let bit = 1; bit <= Number(query); bit++) {
      response.write(`${bit}\n`)
      await sleep(700)
    }
    return void response.end('end')
  }
  response.setHeader('X-Powered-By', 'upstream')
  const asked: Asked = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, bytes }
  response.end(JSON.stringify(asked))
}
