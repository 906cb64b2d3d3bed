import { createClient } from '../shared/client.ts'
import { socketWire } from '../shared/socket-wire.ts'
import { bridgeWire } from '../shared/wire.ts'

/** The one way from the window to main, in both shells. */
export const api = createClient(window.homeport === undefined ? socketWire(location.origin) : bridgeWire(window.homeport))
