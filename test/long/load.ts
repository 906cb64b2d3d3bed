/**
 * Visitors from outside, over HTTP/1.1 with connections that stay open and over HTTP/2. None of them tries a failed
 * request again, which a browser would: every failure counts. All check the certificate.
 */
import { request, Agent } from 'node:https'
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { setTimeout as sleep } from 'node:timers/promises'

export interface LoadTarget {
  readonly host: string
  readonly domain: string
  /** PEM. Another authority's certificate makes a request fail. */
  readonly authority: string
  /** What the site answers. */
  readonly body: string
}

/** A connection that was opened, and what it was shown. Milliseconds since 1970. */
export interface Opened { readonly startedAtMs: number; readonly protocol: 'http/1.1' | 'h2'; readonly serial: string }

export interface Count { readonly requests: number; readonly failed: Readonly<Record<string, number>> }
export interface LoadReport {
  readonly http1: Count
  readonly http2: Count
  readonly newcomers: Count
  /** Requests over HTTP/2 that did not leave this computer, and so are in no other count. */
  readonly heldBack: number
  readonly opened: readonly Opened[]
}

interface Tally { requests: number; failed: Record<string, number>; heldBack: number }
interface Visitor { readonly target: LoadTarget; readonly opened: Opened[]; readonly tally: Tally; isOver: () => boolean }

/** Visitors at the same time. A newcomer opens a connection for one request. */
const crowd = { http1: 20, http2: 4, newcomers: 2 } as const
/** Requests at the same time on one connection of HTTP/2. */
const streams = 3
/** Milliseconds at most between two requests of one visitor: a connection that rests is the one that a reload may close. */
const longestRestMs = 40

/** Starts the load. What it gives ends it, lets what is under way come to its end, and tells. */
export function startLoad(target: LoadTarget): { report: () => LoadReport; stop: () => Promise<LoadReport> } {
  let isOver = false
  const opened: Opened[] = []
  const tallies = { http1: newTally(), http2: newTally(), newcomers: newTally() }
  const visitor = (tally: Tally): Visitor => ({ target, opened, tally, isOver: () => isOver })
  const all = Promise.all([
    ...Array.from({ length: crowd.http1 }, () => stayOverHttp1(visitor(tallies.http1))),
    ...Array.from({ length: crowd.http2 }, () => stayOverHttp2(visitor(tallies.http2))),
    ...Array.from({ length: crowd.newcomers }, () => comeAnew(visitor(tallies.newcomers))),
  ])
  const report = (): LoadReport => structuredClone({ ...tallies, heldBack: tallies.http2.heldBack, opened })
  return {
    report,
    stop: async () => {
      isOver = true
      await all
      return report()
    },
  }
}

/** Requests that failed, of all protocols. */
export function failuresOf(report: LoadReport): number {
  return [report.http1, report.http2, report.newcomers].flatMap(({ failed }) => Object.values(failed)).reduce((sum, count) => sum + count, 0)
}

const newTally = (): Tally => ({ requests: 0, failed: {}, heldBack: 0 })
const rest = (): Promise<void> => sleep(Math.random() * longestRestMs)

function count(tally: Tally, outcome: string | null): void {
  tally.requests++
  if (outcome !== null) tally.failed[outcome] = (tally.failed[outcome] ?? 0) + 1
}

async function stayOverHttp1(visitor: Visitor): Promise<void> {
  // Without sessions to resume, each connection is shown a certificate.
  const agent = new Agent({ keepAlive: true, maxSockets: 1, maxCachedSessions: 0 })
  while (!visitor.isOver()) {
    count(visitor.tally, await askHttp1(visitor, agent))
    await rest()
  }
  agent.destroy()
}

async function comeAnew(visitor: Visitor): Promise<void> {
  while (!visitor.isOver()) {
    const agent = new Agent({ keepAlive: false, maxCachedSessions: 0 })
    count(visitor.tally, await askHttp1(visitor, agent))
    agent.destroy()
    await rest()
  }
}

/** What went wrong; null where nothing did. */
function askHttp1({ target, opened }: Visitor, agent: Agent): Promise<string | null> {
  return new Promise((resolve) => {
    const startedAtMs = Date.now()
    const { host, domain, authority } = target
    const question = request({ host, path: '/', agent, servername: domain, ca: authority, headers: { host: domain }, timeout: 20_000 }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => { body += chunk })
      response.on('end', () => resolve(judge(response.statusCode, body, target)))
      response.on('error', (error) => resolve(nameOf(error)))
    })
    question.on('socket', (socket) => {
      if (!question.reusedSocket) socket.once('secureConnect', () => opened.push({ startedAtMs, protocol: 'http/1.1', serial: serialOf(socket as TLSSocket) }))
    })
    question.on('timeout', () => question.destroy(new Error('no answer within 20 s')))
    question.on('error', (error) => resolve(nameOf(error)))
    question.end()
  })
}

async function stayOverHttp2(visitor: Visitor): Promise<void> {
  while (!visitor.isOver()) {
    const line = await openHttp2(visitor)
    if (line === null) continue
    let isLeaving = false
    // GOAWAY: streams under way are still answered, new ones belong on a new connection (RFC 9113 6.8).
    line.on('goaway', () => { isLeaving = true }).on('close', () => { isLeaving = true })
    await Promise.all(Array.from({ length: streams }, async () => {
      while (!isLeaving && !visitor.isOver()) {
        const outcome = await askHttp2(visitor.target, line)
        if (outcome === heldBack && isLeaving) visitor.tally.heldBack++
        else count(visitor.tally, outcome === heldBack ? 'not sent' : outcome)
        await rest()
      }
    }))
    line.close()
  }
}

/** A connection; null where it did not come about, which counts as a failed request. */
function openHttp2({ target, opened, tally }: Visitor): Promise<ClientHttp2Session | null> {
  return new Promise((resolve) => {
    const startedAtMs = Date.now()
    let isOpen = false
    const line = connectHttp2(`https://${target.host}`, { servername: target.domain, ca: target.authority })
    line.once('connect', (session, socket) => {
      isOpen = true
      opened.push({ startedAtMs, protocol: 'h2', serial: serialOf(socket as TLSSocket) })
      resolve(session)
    })
    line.on('error', (error) => {
      // Once it is open, its streams tell and are counted.
      if (!isOpen) count(tally, `connecting: ${nameOf(error)}`)
      resolve(null)
    })
  })
}

/**
 * Its stream was made, then GOAWAY was read, then its HEADERS would have been sent: after GOAWAY no stream may be opened
 * (RFC 9113 6.8), so this computer's own HTTP/2 keeps it to itself. A refusal by the server is another thing, and counts.
 */
const heldBack = Symbol('held back')
const HEADERS = 1

function askHttp2(target: LoadTarget, line: ClientHttp2Session): Promise<string | typeof heldBack | null> {
  return new Promise((resolve) => {
    const stream = line.request({ ':path': '/', ':authority': target.domain })
    let status: number | undefined
    let body = ''
    let failure: string | typeof heldBack | null = null
    stream.on('frameError', (type) => { if (type === HEADERS) failure = heldBack })
    stream.on('response', (headers) => { status = headers[':status'] })
    stream.setEncoding('utf8').on('data', (chunk: string) => { body += chunk })
    stream.setTimeout(20_000, () => stream.destroy(new Error('no answer within 20 s')))
    stream.on('error', (error) => { failure ??= nameOf(error) })
    stream.on('close', () => resolve(failure ?? judge(status, body, target)))
    stream.end()
  })
}

function judge(status: number | undefined, body: string, target: LoadTarget): string | null {
  if (status !== 200) return `status ${status ?? 'none'}`
  return body === target.body ? null : 'another body'
}

function serialOf(socket: TLSSocket): string {
  return socket.getPeerCertificate().serialNumber
}

function nameOf(error: Error): string {
  return `${'code' in error ? `${String(error.code)} ` : ''}${error.message}`
}
