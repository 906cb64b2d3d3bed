/**
 * The face of the test CA: passes everything on to pebble, and can do what pebble cannot:
 * refuse orders, hang, be gone, and tell what was asked of it.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer, request as ask } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Authority } from './authority.ts'
import { readAcmeRequest, type AcmePaths, type AcmeRequest } from './acme-request.ts'

/** A problem document (RFC 8555, section 6.7). */
export interface AcmeProblem {
  /** HTTP status. */
  readonly status: number
  /** Without its prefix: `rateLimited`, `serverInternal`, `badNonce`, `rejectedIdentifier`. */
  readonly type: string
  readonly detail: string
  /** Seconds, for the header Retry-After. */
  readonly retryAfter?: number
}

export interface AcmeFront {
  readonly port: number
  /** Everything that was asked, oldest first. */
  readonly requests: readonly AcmeRequest[]
  /** Answers each new order so, until null lets them through again. */
  answerOrdersWith(problem: AcmeProblem | null): void
  /** Takes requests and answers none, until `resume` answers them all. */
  pause(): void
  resume(): void
  /** Connections are refused, and those that are open end. */
  down(): Promise<void>
  up(): Promise<void>
  stop(): Promise<void>
}

export interface AcmeFrontOptions {
  readonly bind: string
  readonly authority: Authority
  /** Where pebble is. */
  readonly upstream: { readonly host: string; readonly port: number }
  readonly paths: AcmePaths
  /** Whether every second signed request is refused with badNonce, whatever its nonce. */
  readonly refusesEveryOtherNonce: boolean
}

interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders | Readonly<Record<string, string>>
  readonly body: Buffer | string
}

const BAD_NONCE: AcmeProblem = { status: 400, type: 'badNonce', detail: 'This nonce is refused by the test, as it does with every other one.' }

export async function startAcmeFront(options: AcmeFrontOptions): Promise<AcmeFront> {
  const agent = new Agent({ keepAlive: true, ca: options.authority.certificate })
  const requests: AcmeRequest[] = []
  let orderProblem: AcmeProblem | null = null
  let signedRequests = 0
  let resumed: Promise<void> | undefined
  let resume = (): void => {}

  const pass = (method: string, path: string, headers: IncomingHttpHeaders, body: Buffer): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const passed = ask({ ...options.upstream, method, path, headers, agent }, (response) => {
        readBody(response).then((read) => resolve({ status: response.statusCode ?? 502, headers: response.headers, body: read }), reject)
      })
      passed.on('error', reject).end(body)
    })
  const refuse = async (problem: AcmeProblem, request: AcmeRequest, headers: IncomingHttpHeaders): Promise<Reply> => {
    const nonce = await pass('HEAD', options.paths.newNonce, { host: headers.host, 'user-agent': headers['user-agent'] }, Buffer.alloc(0))
    const retry = problem.retryAfter === undefined ? {} : { 'retry-after': String(problem.retryAfter) }
    const type = `urn:ietf:params:acme:error:${problem.type}`
    return {
      status: problem.status,
      headers: { 'content-type': 'application/problem+json', 'replay-nonce': String(nonce.headers['replay-nonce']), ...retry },
      body: request.method === 'HEAD' ? '' : JSON.stringify({ type, detail: problem.detail, status: problem.status }),
    }
  }
  const answer = async (request: AcmeRequest, incoming: IncomingMessage, body: Buffer): Promise<Reply> => {
    const refusesNonce = options.refusesEveryOtherNonce && request.method === 'POST' && signedRequests++ % 2 === 0
    if (refusesNonce) return refuse(BAD_NONCE, request, incoming.headers)
    if (orderProblem && request.kind === 'new-order') return refuse(orderProblem, request, incoming.headers)
    return pass(request.method, request.path, incoming.headers, body)
  }
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(incoming)
    const request = readAcmeRequest(incoming.method ?? 'GET', incoming.url ?? '/', body, options.paths)
    await resumed
    const reply = await answer(request, incoming, body)
    requests.push({ ...request, status: reply.status })
    response.writeHead(reply.status, reply.headers).end(reply.body)
  }
  const { key, certificate: cert } = options.authority.server
  const server = createServer({ key, cert }, (incoming, response) => {
    // Pebble is being started anew, or the client has gone: an ended connection says both.
    serve(incoming, response).catch(() => response.destroy())
  })
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => void server.once('error', reject).listen(port, options.bind, resolve))
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    port,
    requests,
    answerOrdersWith: (problem) => void (orderProblem = problem),
    pause: () => void (resumed ??= new Promise((resolve) => (resume = resolve))),
    resume: () => {
      resumed = undefined
      resume()
    },
    down: close,
    up: async () => {
      // A connection of somebody else may have the port for a moment.
      for (let attempt = 1; ; attempt++) {
        try {
          await listen(port)
          return
        } catch (error) {
          if (attempt === 50) throw error
          await sleep(200)
        }
      }
    },
    stop: async () => {
      if (server.listening) await close()
      agent.destroy()
    },
  }
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
