import type { StreamName } from '../../shared/contract.ts'
import { HomeportError } from '../../shared/errors.ts'
import { eventWindow } from '../../shared/wire.ts'
import type { StreamPort } from './handlers.ts'

/** Messages from the window that are kept for a handler that does not listen yet. */
const maxEarlyMessages = 64

/** One open stream of a peer: what its handler sees (`port`), and what the peer does to it. */
export interface PeerStream {
  readonly port: StreamPort<StreamName>
  /** Rejects when the window sent something that ends the stream; never resolves. */
  readonly failed: Promise<never>
  receive(data: unknown): void
  acknowledge(): void
  abort(): void
}

/** `send` and `readUp` check against the contract and throw. */
export function openStream(send: (event: unknown) => void, readUp: (data: unknown) => unknown): PeerStream {
  const controller = new AbortController()
  const { signal } = controller
  const failure = Promise.withResolvers<never>()
  // Nobody may be listening any more when it rejects: the handler's own end came first.
  failure.promise.catch(() => {})
  const early: unknown[] = []
  let listener: ((up: never) => void) | undefined
  let onTheWay = 0
  let room = Promise.withResolvers<void>()

  async function emit(event: unknown): Promise<void> {
    signal.throwIfAborted()
    send(event)
    onTheWay++
    while (onTheWay >= eventWindow) {
      await room.promise
      signal.throwIfAborted()
    }
  }

  function makeRoom(): void {
    room.resolve()
    room = Promise.withResolvers<void>()
  }

  function receive(data: unknown): void {
    if (signal.aborted) return
    try {
      const up = readUp(data)
      if (listener !== undefined) listener(up as never)
      else if (early.push(up) > maxEarlyMessages) throw new HomeportError('not-allowed', 'This window sent more than was asked for.', { hint: 'Close the window and open it again.' })
    } catch (thrown) {
      failure.reject(thrown)
    }
  }

  return {
    port: {
      signal,
      emit,
      onUp(given) {
        listener = given
        for (const up of early.splice(0)) given(up as never)
      },
    },
    failed: failure.promise,
    receive,
    acknowledge() {
      onTheWay = Math.max(0, onTheWay - 1)
      makeRoom()
    },
    abort() {
      controller.abort()
      makeRoom()
    },
  }
}
