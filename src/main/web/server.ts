import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import sirv from 'sirv'
import { type WebSocket, WebSocketServer } from 'ws'
import { downloadPath } from '../../shared/files.ts'
import { entrancePath, sessionPath, wireProtocol } from '../../shared/web-session.ts'
import { maxMessageBytes } from '../../shared/wire.ts'
import { downloadHeaders } from '../bridge/download-headers.ts'
import type { Handlers, Services } from '../bridge/handlers.ts'
import { assetsPath, pageHeaders } from '../bridge/page-headers.ts'
import { servePeer } from '../bridge/peer.ts'
import { entranceScriptPath, sendEntrance, sendEntranceScript } from './entrance.ts'
import { createEntryPass } from './entry-pass.ts'
import { answerToWire, hasSession, openSession } from './session-route.ts'
import { sayError } from '../bridge/standard-error.ts'

/** Only this computer can reach it. */
const address = '127.0.0.1'

export interface WebServerOptions {
  readonly handlers: Handlers
  readonly download: Services['download']
  /** The folder with the built window. */
  readonly rendererDir: string
  /** 0 for a free one. */
  readonly port: number
  /** Told when a browser came in, or was refused a wrong or used address. */
  onEntry?(outcome: 'entered' | 'refused'): void
}
export interface WebServer {
  readonly port: number
  /** An address with a fresh token, good for one browser. The address given before is void from then on, if it was not used. */
  newAddress(): string
  /** Ends all connections. */
  close(): Promise<void>
}

/** Serves the window over HTTP and a WebSocket. Rejects with Node's error where the port cannot be had. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const pass = createEntryPass()
  // `dev` looks at the folder for each request, so the window can be built anew meanwhile.
  const files = sirv(options.rendererDir, { dev: true, etag: true })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false, handleProtocols: () => wireProtocol })
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      sayError(`homeport: a request failed: ${String(error)}`)
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  await listen(server, options.port)
  const { port } = server.address() as AddressInfo
  const origin = `http://${address}:${port}`

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value)
    if (!isForUs(request)) return sendText(response, 421, `Open Homeport at ${origin}/ and at no other address.`)
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (request.method === 'POST' && path === sessionPath) {
      if (request.headers.origin !== origin) return sendText(response, 403, 'This must come from a page of Homeport.')
      const isEntered = await openSession(request, response, pass)
      return options.onEntry?.(isEntered ? 'entered' : 'refused')
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return sendText(response, 405, 'Only GET is possible here.')
    if (path === sessionPath) return void response.writeHead(hasSession(request, pass) ? 204 : 401, { 'Cache-Control': 'no-store' }).end()
    if (path === entrancePath) return sendEntrance(response)
    if (path === entranceScriptPath) return sendEntranceScript(response)
    if (path.startsWith(downloadPath)) return await sendDownload(response, request.method === 'GET' ? await options.download(path.slice(downloadPath.length)) : null)
    // Whoever comes gets the window: there is no secret in it, and without a session it can ask nothing.
    files(request, response, () => sendPage(request, response, path))
  }

  /** Every path but a missing asset is a screen of the one page. */
  function sendPage(request: IncomingMessage, response: ServerResponse, path: string): void {
    if (path.startsWith(assetsPath)) return sendText(response, 404, 'There is no such file.')
    files(Object.assign(request, { url: '/' }), response, () => sendText(response, 404, 'The window is not built. Run `npm run build`, then start Homeport again.'))
  }

  /** Another host name means another site that leads its name here (DNS rebinding). */
  function isForUs(request: IncomingMessage): boolean {
    return request.headers.host === `${address}:${port}`
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isForUs(request)) return refuseUpgrade(socket, '421 Misdirected Request')
    if (request.headers.origin !== origin) return refuseUpgrade(socket, '403 Forbidden')
    if (request.url !== '/wire') return refuseUpgrade(socket, '404 Not Found')
    const answer = answerToWire(request, pass)
    if (answer === null) return refuseUpgrade(socket, '401 Unauthorized')
    sockets.handleUpgrade(request, socket, head, (opened) => {
      opened.send(answer)
      serveSocket(opened, options.handlers)
    })
  })

  return {
    port,
    newAddress: () => `${origin}${entrancePath}#${pass.mintToken()}`,
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

function serveSocket(socket: WebSocket, handlers: Handlers): void {
  const peer = servePeer(handlers, (text) => socket.send(text), (reason) => socket.close(1008, reason))
  socket.on('message', (data, isBinary) => {
    if (!isBinary) return peer.receive(data.toString())
    peer.close()
    socket.close(1003, 'Only text is taken.')
  })
  // A broken frame or a too long message: ws closes the socket itself.
  socket.on('error', (error) => sayError(`homeport: the line to a window broke: ${error.message}`))
  socket.on('close', () => peer.close())
}

function refuseUpgrade(socket: Duplex, status: string): void {
  // The other side may be gone already, which is as well.
  socket.on('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** A download that breaks off closes its connection, so that the browser does not take a part for the whole. */
async function sendDownload(response: ServerResponse, download: Awaited<ReturnType<Services['download']>>): Promise<void> {
  if (download === null) return sendText(response, 404, 'This download was fetched already, or waited too long. Start it again in Homeport.')
  response.writeHead(200, downloadHeaders(download))
  try {
    await pipeline(download.body, response)
  } catch (error) {
    sayError(`homeport: a download broke off: ${String(error)}`)
    response.destroy()
  }
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }).end(`${text}\n`)
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
