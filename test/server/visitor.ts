/** Somebody's browser: asks a server for a site by its name, whatever DNS says. */
import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { TLSSocket } from 'node:tls'

export interface Page { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string; /** Names in the certificate; empty over http. */ readonly names: readonly string[] }
export interface Visit { readonly headers?: Record<string, string>; readonly method?: string; readonly agent?: HttpsAgent }

/** A page over https. `path` is sent as it is. Rejects where there is no answer. */
export function visit(host: string, domain: string, path = '/', options: Visit = {}): Promise<Page> {
  const { headers = {}, method = 'GET', agent } = options
  return ask((done) => httpsRequest({ ...common(host, domain, path, headers, method), port: 443, servername: domain, rejectUnauthorized: false, agent: agent ?? false }, done))
}

/** The same over http. */
export function visitPlain(host: string, domain: string, path = '/'): Promise<Page> {
  return ask((done) => httpRequest({ ...common(host, domain, path, {}, 'GET'), port: 80, agent: new HttpAgent({ keepAlive: false }) }, done))
}

/** An agent whose connections stay open between requests. */
export const keepAlive = (sockets: number): HttpsAgent => new HttpsAgent({ keepAlive: true, maxSockets: sockets })

function common(host: string, domain: string, path: string, headers: Record<string, string>, method: string): RequestOptions {
  return { host, path, method, headers: { host: domain, ...headers }, timeout: 20_000 }
}

function ask(send: (done: (response: IncomingMessage) => void) => ReturnType<typeof httpRequest>): Promise<Page> {
  return new Promise((resolve, reject) => {
    const question = send((response) => {
      // Asked now: the socket goes back to its agent with the end of the answer.
      const names = namesOf(response.socket as TLSSocket)
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8'), names }))
    })
    question.on('timeout', () => question.destroy(new Error('no answer')))
    question.on('error', reject)
    question.end()
  })
}

function namesOf(socket: TLSSocket): string[] {
  const alternatives = socket.getPeerCertificate?.()?.subjectaltname ?? ''
  return alternatives.split(', ').filter((name) => name !== '').map((name) => name.replace(/^DNS:/, ''))
}

/** Asks until the answer is as wanted; gives it, or the last one when the time is over. */
export async function visitUntil(host: string, domain: string, isWanted: (page: Page) => boolean, withinMs = 20_000): Promise<Page | Error> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const page = await visit(host, domain).catch((error: Error) => error)
    if ((!(page instanceof Error) && isWanted(page)) || Date.now() > deadline) return page
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
