import type { Handlers } from '../../src/main/bridge/handlers.ts'
import { type Peer, servePeer } from '../../src/main/bridge/peer.ts'
import { type Client, createClient } from '../../src/shared/client.ts'
import type { LineState, ToWindow, Wire } from '../../src/shared/wire.ts'

export interface Linked {
  readonly client: Client
  readonly peer: Peer
  /** What main sent, in order. */
  readonly sent: ToWindow[]
  /** Why main refused messages. */
  readonly refused: string[]
  setLine(line: LineState): void
}

/** A client and a peer in one process, with each message delivered in a turn of its own, as a real wire does. */
export function link(handlers: Handlers): Linked {
  const sent: ToWindow[] = []
  const refused: string[] = []
  const messageListeners = new Set<(text: string) => void>()
  const lineListeners = new Set<(line: LineState) => void>()
  let line: LineState = 'connected'
  const peer = servePeer(handlers, (text) => {
    sent.push(JSON.parse(text) as ToWindow)
    setImmediate(() => { for (const listener of messageListeners) listener(text) })
  }, (reason) => refused.push(reason))
  const wire: Wire = {
    post: (text) => { setImmediate(() => peer.receive(text)) },
    onMessage: (listener) => { messageListeners.add(listener); return () => messageListeners.delete(listener) },
    get line() { return line },
    onLine: (listener) => { lineListeners.add(listener); return () => lineListeners.delete(listener) },
  }
  return {
    client: createClient(wire), peer, sent, refused,
    setLine(next) {
      line = next
      for (const listener of lineListeners) listener(next)
    },
  }
}
