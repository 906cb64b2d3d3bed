import { createClient } from '../shared/client.ts'
import { socketWire } from '../shared/socket-wire.ts'
import { entrancePath, readSession, sessionKey, type WebSession } from '../shared/web-session.ts'
import { bridgeWire, type Wire } from '../shared/wire.ts'

/** The one way from the window to main, in both shells. */
export const api = createClient(window.homeport === undefined ? webWire() : bridgeWire(window.homeport))

/** Whoever was never let in is led to where it is said how. A window that was in when Homeport was started again stays as it is, and says so itself. */
function webWire(): Wire {
  const session = storedSession()
  const wire = socketWire(location.origin, session ?? { secret: 'none', answer: 'none' })
  let wasIn = false
  wire.onLine((line) => {
    if (line === 'connected') wasIn = true
    if (line === 'signed-out' && !wasIn) location.replace(entrancePath)
  })
  if (session === null) location.replace(entrancePath)
  return wire
}

function storedSession(): WebSession | null {
  try {
    return readSession(localStorage.getItem(sessionKey))
  } catch {
    return null // This browser keeps nothing; the entrance says what to do.
  }
}
