/** A web address that keeps what is posted to it, for alerts that a test server sends. */
import { createServer as createHttpServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { waitForCount } from './arrival.ts'
import { makeAuthority } from './authority.ts'
import { findOuterEnd } from './outer-end.ts'

export interface CaughtPost {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The parsed JSON; the text itself where it is none. */
  readonly body: unknown
}

export interface WebhookCatcher {
  /** As a test server sees it. */
  readonly url: string
  /** PEM: the authority of its certificate; null without TLS. */
  readonly authority: string | null
  readonly posts: readonly CaughtPost[]
  /** Waits until that many have come and gives all. @throws Error after `timeoutMs` (20 s) */
  waitFor(count: number, timeoutMs?: number): Promise<readonly CaughtPost[]>
  /** The HTTP status of the answers from now on; 204 at first. */
  answerWith(status: number): void
  stop(): Promise<void>
}

export async function startWebhookCatcher(options: { readonly isHttps?: boolean } = {}): Promise<WebhookCatcher> {
  const { bind, host } = await findOuterEnd()
  const authority = options.isHttps ? await makeAuthority([host]) : null
  const posts: CaughtPost[] = []
  let status = 204
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = parse(Buffer.concat(chunks).toString('utf8'))
    posts.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body })
    response.writeHead(status).end()
  }
  const listener = (request: IncomingMessage, response: ServerResponse): void => void take(request, response).catch(() => response.destroy())
  const server = authority
    ? createHttpsServer({ key: authority.server.key, cert: authority.server.certificate }, listener)
    : createHttpServer(listener)
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(0, bind, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${authority ? 'https' : 'http'}://${host}:${port}/alert`,
    authority: authority?.certificate ?? null,
    posts,
    waitFor: (count, timeoutMs) => waitForCount(posts, count, timeoutMs),
    answerWith: (given) => void (status = given),
    stop: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
