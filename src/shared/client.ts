import type { CallName, Input, Output, StreamEvent, StreamName, StreamUp } from './contract.ts'
import { fromWireError, HomeportError } from './errors.ts'
import { type LineState, maxMessageBytes, type ToMain, type ToWindow, type Wire } from './wire.ts'

export interface StreamListener<K extends StreamName> {
  onEvent(event: StreamEvent<K>): void
  /** Called once, with null where the stream came to its natural end. Not called after `close`. */
  onEnd?(error: HomeportError | null): void
}
export interface StreamHandle<K extends StreamName> {
  send(up: StreamUp<K>): void
  close(): void
}
/** Calls whose input is nothing are called with the name alone. */
type CallInput<K extends CallName> = undefined extends Input<K> ? [input?: Input<K>] : [input: Input<K>]

/** What the window knows of main. */
export interface Client {
  /** Rejects with HomeportError: what main answered, or `connection-lost` when the wire closed meanwhile. */
  call<K extends CallName>(name: K, ...input: CallInput<K>): Promise<Output<K>>
  open<K extends StreamName>(name: K, input: Input<K>, listener: StreamListener<K>): StreamHandle<K>
  readonly line: LineState
  onLine(listener: (line: LineState) => void): () => void
}

interface Pending { resolve(output: unknown): void; reject(error: HomeportError): void }
interface OpenStream { onEvent(event: unknown): void; onEnd?(error: HomeportError | null): void }

/** The one client of the contract, for both shells. */
export function createClient(wire: Wire): Client {
  const pending = new Map<number, Pending>()
  const streams = new Map<number, OpenStream>()
  let lastId = 0

  /** Throws HomeportError where the message cannot be sent; nothing is kept to be sent in another moment than the one it was meant for. */
  function post(message: ToMain): void {
    if (wire.line === 'reconnecting' || wire.line === 'signed-out') throw lineLost(wire.line)
    const text = JSON.stringify(message)
    if (text.length > maxMessageBytes / 3 && new TextEncoder().encode(text).length > maxMessageBytes) {
      throw new HomeportError('input-invalid', 'This is more than Homeport takes at once.', { hint: 'Shorten what you typed or pasted and try again.' })
    }
    wire.post(text)
  }

  wire.onMessage((text) => {
    const message = JSON.parse(text) as ToWindow
    switch (message.kind) {
      case 'answer':
        pending.get(message.id)?.resolve(message.output)
        pending.delete(message.id)
        return
      case 'failure':
        pending.get(message.id)?.reject(fromWireError(message.error))
        pending.delete(message.id)
        return
      case 'event':
        try {
          streams.get(message.id)?.onEvent(message.event)
        } finally {
          // Also after a listener's error and for a stream just closed: otherwise main waits for ever.
          if (wire.line === 'connected') wire.post(JSON.stringify({ kind: 'acknowledge', id: message.id } satisfies ToMain))
        }
        return
      case 'end': {
        const stream = streams.get(message.id)
        streams.delete(message.id)
        stream?.onEnd?.(message.error === undefined ? null : fromWireError(message.error))
      }
    }
  })

  wire.onLine((line) => {
    if (line !== 'reconnecting' && line !== 'signed-out') return
    const error = lineLost(line)
    const [calls, ended] = [[...pending.values()], [...streams.values()]]
    pending.clear()
    streams.clear()
    for (const call of calls) call.reject(error)
    for (const stream of ended) stream.onEnd?.(error)
  })

  return {
    call<K extends CallName>(name: K, ...[input]: CallInput<K>): Promise<Output<K>> {
      const id = ++lastId
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve: resolve as Pending['resolve'], reject })
        try {
          post({ kind: 'call', id, name, input })
        } catch (error) {
          pending.delete(id)
          reject(error as HomeportError)
        }
      })
    },
    open<K extends StreamName>(name: K, input: Input<K>, listener: StreamListener<K>): StreamHandle<K> {
      const id = ++lastId
      streams.set(id, listener as OpenStream)
      const fail = (error: unknown) => {
        if (streams.delete(id)) listener.onEnd?.(error as HomeportError)
      }
      const attempt = (message: ToMain) => {
        try {
          post(message)
        } catch (error) {
          // Not at once: the caller has not got its handle yet.
          queueMicrotask(() => fail(error))
        }
      }
      attempt({ kind: 'open', id, name, input })
      return {
        send: (data) => { if (streams.has(id)) attempt({ kind: 'up', id, data }) },
        close: () => { if (streams.delete(id) && wire.line !== 'reconnecting' && wire.line !== 'signed-out') post({ kind: 'close', id }) },
      }
    },
    get line() { return wire.line },
    onLine: (listener) => wire.onLine(listener),
  }
}

function lineLost(line: 'reconnecting' | 'signed-out'): HomeportError {
  return line === 'reconnecting'
    ? new HomeportError('connection-lost', 'This window lost its connection to Homeport.', { hint: 'Check that Homeport is still running on this computer. This window connects again by itself.' })
    : new HomeportError('connection-lost', 'Homeport was started again and no longer knows this window.', { hint: 'Open the new address that Homeport printed in its terminal.' })
}
