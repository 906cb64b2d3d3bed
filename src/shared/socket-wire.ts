import { authorization, sessionPath, wireProtocol, type WebSession } from './web-session.ts'
import type { LineState, Wire } from './wire.ts'

/** Pauses before the attempts to reconnect, in milliseconds; the last one repeats. */
const retryDelaysMs = [200, 500, 1000, 2000]

/**
 * The wire of the web shell: a WebSocket to the address that the page came from, opened again whenever it
 * closes, until the shell says that it no longer knows this browser, or another program is in its place (`signed-out`).
 */
export function socketWire(origin: string, session: WebSession): Wire {
  const messageListeners = new Set<(text: string) => void>()
  const lineListeners = new Set<(line: LineState) => void>()
  const waiting: string[] = []
  let line: LineState = 'connecting'
  let attempts = 0
  /** Whether the other side has shown that it is Homeport: nothing is sent before. */
  let isKnown = false
  let socket = connect()

  function setLine(next: LineState): void {
    if (next === line) return
    line = next
    for (const listener of lineListeners) listener(next)
  }

  function connect(): WebSocket {
    isKnown = false
    const opened = new WebSocket(`${origin.replace(/^http/, 'ws')}/wire`, [wireProtocol, session.secret])
    opened.addEventListener('message', (event) => {
      const text = String(event.data)
      if (isKnown) for (const listener of messageListeners) listener(text)
      else meet(opened, text)
    })
    opened.addEventListener('close', () => {
      isKnown = false
      waiting.length = 0
      if (line === 'signed-out') return
      setLine('reconnecting')
      setTimeout(retry, retryDelaysMs[Math.min(attempts++, retryDelaysMs.length - 1)])
    })
    return opened
  }

  function meet(opened: WebSocket, answer: string): void {
    if (answer !== session.answer) {
      setLine('signed-out')
      return opened.close()
    }
    isKnown = true
    attempts = 0
    for (const text of waiting.splice(0)) opened.send(text)
    setLine('connected')
  }

  function retry(): void {
    // A refused WebSocket does not tell the reason to a page; a plain request does.
    fetch(`${origin}${sessionPath}`, { headers: { authorization: authorization(session) } }).then((answer) => {
      if (answer.status === 401) setLine('signed-out')
      else socket = connect()
    }, () => { socket = connect() })
  }

  return {
    post: (text) => { if (isKnown && socket.readyState === WebSocket.OPEN) socket.send(text); else waiting.push(text) },
    onMessage: (listener) => { messageListeners.add(listener); return () => messageListeners.delete(listener) },
    get line() { return line },
    onLine: (listener) => { lineListeners.add(listener); return () => lineListeners.delete(listener) },
  }
}
