import { authorization, sessionPath, wireProtocol } from './web-session.ts'
import type { LineState, Wire } from './wire.ts'

/** Pauses before the attempts to reconnect, in milliseconds; the last one repeats. */
const retryDelaysMs = [200, 500, 1000, 2000]

/**
 * The wire of the web shell: a WebSocket to the address that the page came from, opened again whenever it
 * closes, until the shell says that it no longer knows this browser (`signed-out`). `secret` is that of its session.
 */
export function socketWire(origin: string, secret: string): Wire {
  const messageListeners = new Set<(text: string) => void>()
  const lineListeners = new Set<(line: LineState) => void>()
  const waiting: string[] = []
  let line: LineState = 'connecting'
  let attempts = 0
  let socket = connect()

  function setLine(next: LineState): void {
    if (next === line) return
    line = next
    for (const listener of lineListeners) listener(next)
  }

  function connect(): WebSocket {
    const opened = new WebSocket(`${origin.replace(/^http/, 'ws')}/wire`, [wireProtocol, secret])
    opened.addEventListener('open', () => {
      attempts = 0
      for (const text of waiting.splice(0)) opened.send(text)
      setLine('connected')
    })
    opened.addEventListener('message', (event) => {
      for (const listener of messageListeners) listener(String(event.data))
    })
    opened.addEventListener('close', () => {
      waiting.length = 0
      setLine('reconnecting')
      setTimeout(retry, retryDelaysMs[Math.min(attempts++, retryDelaysMs.length - 1)])
    })
    return opened
  }

  function retry(): void {
    // A refused WebSocket does not tell the reason to a page; a plain request does.
    fetch(`${origin}${sessionPath}`, { headers: { authorization: authorization(secret) } }).then((answer) => {
      if (answer.status === 401) setLine('signed-out')
      else socket = connect()
    }, () => { socket = connect() })
  }

  return {
    post: (text) => { if (socket.readyState === WebSocket.OPEN) socket.send(text); else waiting.push(text) },
    onMessage: (listener) => { messageListeners.add(listener); return () => messageListeners.delete(listener) },
    get line() { return line },
    onLine: (listener) => { lineListeners.add(listener); return () => lineListeners.delete(listener) },
  }
}
