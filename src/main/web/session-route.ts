import type { IncomingMessage, ServerResponse } from 'node:http'
import { authorization, sessionText, wireProtocol } from '../../shared/web-session.ts'
import type { EntryPass } from './entry-pass.ts'

/** A token has 43 characters. */
const maxTokenBytes = 100

/** Whether a script of the page sent the secret of a session with its request. */
export function hasSession(request: IncomingMessage, pass: EntryPass): boolean {
  const given = request.headers.authorization ?? ''
  const scheme = authorization({ secret: '' })
  return given.startsWith(scheme) && pass.answerTo(given.slice(scheme.length)) !== null
}

/** The answer to a WebSocket, which offers the secret behind the name of its protocol; null where that is none of a session. */
export function answerToWire(request: IncomingMessage, pass: EntryPass): string | null {
  const [protocol, secret, ...more] = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim())
  return protocol === wireProtocol && secret !== undefined && more.length === 0 ? pass.answerTo(secret) : null
}

/** Exchanges a token (the request's body) for a session: 200 with its text, or 403. Resolves to whether it did. */
export async function openSession(request: IncomingMessage, response: ServerResponse, pass: EntryPass): Promise<boolean> {
  const token = await readToken(request)
  const session = token === null ? null : pass.redeem(token)
  if (session === null) {
    response.writeHead(403).end()
    return false
  }
  response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }).end(sessionText(session))
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
