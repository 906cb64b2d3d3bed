import { createClient } from '../shared/client.ts'
import { socketWire } from '../shared/socket-wire.ts'
import { entrancePath, sessionKey } from '../shared/web-session.ts'
import { bridgeWire, type Wire } from '../shared/wire.ts'

/** The one way from the window to main, in both shells. */
export const api = createClient(window.homeport === undefined ? webWire() : bridgeWire(window.homeport))

/** Whoever was never let in is led to where it is said how. A window that was in when Homeport was started again stays as it is, and says so itself. */
function webWire(): Wire {
  const secret = storedSecret()
  const wire = socketWire(location.origin, secret ?? 'none')
  let wasIn = false
  wire.onLine((line) => {
    if (line === 'connected') wasIn = true
    if (line === 'signed-out' && !wasIn) location.replace(entrancePath)
  })
  if (secret === null) location.replace(entrancePath)
  return wire
}

function storedSecret(): string | null {
  try {
    return localStorage.getItem(sessionKey)
  } catch {
    return null // This browser keeps nothing; the entrance says what to do.
  }
}
