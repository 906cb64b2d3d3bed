/** One direction of a delayed connection: what goes in comes out later, in order. */
import type { Socket } from 'node:net'

/** The state that all connections of a proxy share; changed while they run. */
export interface Line {
  halfMs: number
  isBlocked: boolean
}

export interface Lane {
  /** Hands over what is due; called again after the line was blocked. */
  deliver(): void
}

interface Parcel {
  readonly dueAt: number
  /** `end`: the sender has ended its side; `lost`: it is gone altogether. */
  readonly load: Buffer | 'end' | 'lost'
}

/** Beyond this the sender is held back, as by a full TCP window. */
const WINDOW_BYTES = 4 * 1024 * 1024
/** Timers round up: what is due within this is handed over now. */
const EARLY_MS = 0.3

/** Carries `from` to `to`; nothing arrives before `openedAt` (of performance.now()). */
export function startLane(
  from: Socket, to: Socket, line: Line, openedAt: number, onCarried: (bytes: number) => void,
): Lane {
  const parcels: Parcel[] = []
  let waiting: NodeJS.Timeout | undefined
  let inFlight = 0

  const deliver = (): void => {
    clearTimeout(waiting)
    waiting = undefined
    while (!line.isBlocked && parcels[0] && parcels[0].dueAt <= performance.now() + EARLY_MS) hand(parcels.shift())
    const next = parcels[0]
    if (next && !line.isBlocked) waiting = setTimeout(deliver, Math.max(0, next.dueAt - performance.now()))
  }
  const hand = (parcel: Parcel | undefined): void => {
    if (!parcel) return
    if (parcel.load === 'end') return void to.end()
    if (parcel.load === 'lost') return void to.destroySoon()
    inFlight -= parcel.load.length
    onCarried(parcel.load.length)
    if (!to.destroyed) to.write(parcel.load)
    if (from.isPaused() && inFlight < WINDOW_BYTES) from.resume()
  }
  const accept = (load: Parcel['load']): void => {
    parcels.push({ dueAt: Math.max(performance.now(), openedAt) + line.halfMs, load })
    if (typeof load !== 'string') inFlight += load.length
    if (inFlight > WINDOW_BYTES) from.pause()
    if (!waiting) deliver()
  }
  from.on('data', accept)
  from.on('end', () => accept('end'))
  from.on('close', () => accept('lost'))
  return { deliver }
}
