import { setTimeout as sleep } from 'node:timers/promises'
import { HomeportError } from '../../shared/errors.ts'
import type { SocketSession } from '../ssh/session.ts'
import { Backoff } from './backoff.ts'

/**
 * The one connection to one server: shared by all who ask, made when the first one asks, made anew after it was lost.
 * `open` logs in; it throws `password-needed` and the like when a person must help.
 */
export class LiveSession {
  readonly #open: () => Promise<SocketSession>
  readonly #backoff = new Backoff()
  #current: SocketSession | null = null
  #opening: Promise<SocketSession> | null = null
  #isClosed = false
  readonly #stopWaiting = new AbortController()

  constructor(open: () => Promise<SocketSession>) {
    this.#open = open
  }

  async session(): Promise<SocketSession> {
    if (this.#current !== null) return this.#current
    this.#opening ??= this.#reopen().finally(() => { this.#opening = null })
    return await this.#opening
  }

  /** Takes over a connection that a person has just made; an older one is closed. */
  adopt(session: SocketSession): void {
    const older = this.#current
    this.#backoff.reset()
    this.#current = session
    session.onClosed(() => { if (this.#current === session) this.#current = null })
    older?.close()
  }

  close(): void {
    this.#isClosed = true
    this.#stopWaiting.abort()
    this.#current?.close()
    this.#current = null
  }

  async #reopen(): Promise<SocketSession> {
    const verdict = this.#backoff.ask(Date.now())
    if (verdict.kind === 'refused') throw verdict.error
    if (verdict.afterMs > 0) await sleep(verdict.afterMs, undefined, { signal: this.#stopWaiting.signal }).catch(() => { throw closedHere() })
    if (this.#current !== null) return this.#current // a person was faster
    const session = await this.#tryOpen()
    if (this.#isClosed) {
      session.close()
      throw closedHere()
    }
    this.adopt(session)
    return session
  }

  async #tryOpen(): Promise<SocketSession> {
    try {
      return await this.#open()
    } catch (error) {
      this.#backoff.failed(error, Date.now())
      throw error
    }
  }
}

function closedHere(): HomeportError {
  return new HomeportError('connection-lost', 'The connection to the server was closed here.', { hint: 'Open the server again.' })
}
