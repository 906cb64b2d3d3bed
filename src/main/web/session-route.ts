import type { IncomingMessage, ServerResponse } from 'node:http'
import type { EntryPass } from './entry-pass.ts'

export const sessionPath = '/session'
/** A token has 43 characters. */
const maxTokenBytes = 100

/** Browsers share cookies between the ports of one host, so the name says whose it is. */
export function cookieName(port: number): string {
  return `homeport-${port}`
}

export function hasSession(request: IncomingMessage, pass: EntryPass, port: number): boolean {
  const name = cookieName(port)
  return (request.headers.cookie ?? '').split(';').some((part) => {
    const [key, value] = part.trim().split('=', 2)
    return key === name && value !== undefined && pass.isSession(value)
  })
}

/** Exchanges a token (the request's body) for a session: 204 with the cookie, or 403. Resolves to whether it did. */
export async function openSession(request: IncomingMessage, response: ServerResponse, pass: EntryPass, port: number): Promise<boolean> {
  const token = await readToken(request)
  const secret = token === null ? null : pass.redeem(token)
  if (secret === null) {
    response.writeHead(403).end()
    return false
  }
  // No Secure: Safari keeps such cookies off plain http even on 127.0.0.1. No Max-Age: it ends with the browser's session.
  response.writeHead(204, { 'Set-Cookie': `${cookieName(port)}=${secret}; HttpOnly; SameSite=Strict; Path=/` }).end()
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
