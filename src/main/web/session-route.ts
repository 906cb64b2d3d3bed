import type { IncomingMessage, ServerResponse } from 'node:http'
import { authorization, wireProtocol } from '../../shared/web-session.ts'
import type { EntryPass } from './entry-pass.ts'

/** A token has 43 characters. */
const maxTokenBytes = 100

/** Whether a script of the page sent the secret of a session with its request. */
export function hasSession(request: IncomingMessage, pass: EntryPass): boolean {
  const given = request.headers.authorization ?? ''
  const scheme = authorization('')
  return given.startsWith(scheme) && pass.isSession(given.slice(scheme.length))
}

/** The same of a WebSocket, which offers the secret behind the name of its protocol. */
export function hasWireSession(request: IncomingMessage, pass: EntryPass): boolean {
  const [protocol, secret, ...more] = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim())
  return protocol === wireProtocol && secret !== undefined && more.length === 0 && pass.isSession(secret)
}

/** Exchanges a token (the request's body) for a session: 200 with its secret, or 403. Resolves to whether it did. */
export async function openSession(request: IncomingMessage, response: ServerResponse, pass: EntryPass): Promise<boolean> {
  const token = await readToken(request)
  const secret = token === null ? null : pass.redeem(token)
  if (secret === null) {
    response.writeHead(403).end()
    return false
  }
  response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }).end(secret)
  return true
}

async function readToken(request: IncomingMessage): Promise<string | null> {
  let token = ''
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) {
    token += chunk
    if (token.length > maxTokenBytes) return null
  }
  return token
}
