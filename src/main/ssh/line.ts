import { performance } from 'node:perf_hooks'
import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import { HomeportError } from '../../shared/errors.ts'

/** Milliseconds between looks, and between the keepalives that ssh2 sends. */
const lookMs = 2_000
/**
 * Milliseconds of complete silence after which a line is dead. A living server answers a keepalive every 2 s;
 * what counts is any byte, because on a slow line the answer waits behind the data that is under way.
 */
export const silenceLimitMs = 10_000

export interface Clock { now(): number }

/** Counts the silence of a line. Pure but for its clock. */
export class Silence {
  readonly #clock: Clock
  #heardAt: number
  #lookedAt: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#heardAt = this.#lookedAt = clock.now()
  }

  heard(): void {
    this.#heardAt = this.#clock.now()
  }

  /** Whether the line is dead. A look that comes late (a computer that slept, a busy app) starts the count anew: what arrived meanwhile has not been read yet. */
  isTooLong(): boolean {
    const now = this.#clock.now()
    if (now - this.#lookedAt > 2 * lookMs) this.#heardAt = now
    this.#lookedAt = now
    return now - this.#heardAt > silenceLimitMs
  }
}

/** Ends a socket on which nothing is heard any more; ssh2 then reports the connection as closed. */
export function watchLine(socket: Duplex): void {
  const silence = new Silence(performance)
  const listen = () => silence.heard()
  const timer = setInterval(() => {
    if (silence.isTooLong()) socket.destroy(new Error(`nothing heard for ${silenceLimitMs} ms`))
  }, lookMs)
  socket.on('data', listen)
  socket.once('close', () => {
    clearInterval(timer)
    socket.off('data', listen)
  })
}

export function connectionLost(host: string, cause?: unknown): HomeportError {
  return new HomeportError('connection-lost', `The connection to ${host} was lost.`, {
    hint: 'Homeport connects again by itself. What runs on the server goes on meanwhile.', ...(cause === undefined ? {} : { cause, detail: String(cause) }),
  })
}

/** The life of one connection: open until it is closed here or lost. */
export class Line {
  readonly client: Client
  readonly host: string
  #listeners = new Set<(error: HomeportError | null) => void>()
  #end: { readonly error: HomeportError | null } | null = null
  #cause: unknown

  constructor(client: Client, socket: Duplex, host: string) {
    this.client = client
    this.host = host
    // Every error comes before `close`, and may come twice.
    client.on('error', (error) => { this.#cause ??= error })
    client.on('close', () => this.#finish(connectionLost(host, this.#cause)))
    watchLine(socket)
  }

  /** Null while open. */
  get end(): { readonly error: HomeportError | null } | null {
    return this.#end
  }

  /** The error for whoever still waits for an answer. */
  get error(): HomeportError {
    return this.#end?.error ?? connectionLost(this.host, this.#cause)
  }

  /** Calls once, at once where it has ended already. */
  onClosed(listener: (error: HomeportError | null) => void): () => void {
    if (this.#end === null) this.#listeners.add(listener)
    else listener(this.#end.error)
    return () => void this.#listeners.delete(listener)
  }

  close(): void {
    this.#finish(null)
    this.client.end()
  }

  #finish(error: HomeportError | null): void {
    if (this.#end !== null) return
    this.#end = { error }
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    for (const listener of listeners) listener(error)
  }
}
