import { servePeer } from '../src/main/bridge/peer.ts'
import type { Handlers } from '../src/main/bridge/handlers.ts'
import { createClient, type Client } from '../src/shared/client.ts'
import type { Input, StreamEvent, StreamName } from '../src/shared/contract.ts'

/** A client of the services inside this process: scripts speak the same contract as the window, checks included. */
export function localClient(handlers: Handlers): Client {
  let toClient: (text: string) => void = () => {}
  const peer = servePeer(handlers, (text) => toClient(text))
  return createClient({
    line: 'connected',
    onLine: () => () => {},
    post: (text) => peer.receive(text),
    onMessage: (listener) => {
      toClient = listener
      return () => { toClient = () => {} }
    },
  })
}

/** Follows a stream to its end. Rejects with the error it ends with. */
export function follow<K extends StreamName>(client: Client, name: K, input: Input<K>, onEvent: (event: StreamEvent<K>) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    client.open(name, input, { onEvent, onEnd: (error) => (error === null ? resolve() : reject(error)) })
  })
}
