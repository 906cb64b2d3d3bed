import { useQueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useReducer, useState, type ReactNode } from 'react'
import type { HomeportError } from '../../shared/errors.ts'
import type { LiveEvent, Probe, ServerStatus, Vitals } from '../../shared/status.ts'
import { api } from '../api.ts'
import { onReconnect } from './reconnect.ts'
import { useShareStatus } from './server-statuses.ts'
import { useUnlock } from './unlock.tsx'

interface LiveState {
  readonly status: ServerStatus | null
  readonly vitals: Vitals | null
  readonly probes: ReadonlyMap<string, Probe>
  readonly line: { readonly state: 'connecting' | 'connected' | 'reconnecting'; readonly message: string }
}
interface Live extends LiveState { readonly error: HomeportError | null; tryAgain(): void }

const atFirst: LiveState = { status: null, vitals: null, probes: new Map(), line: { state: 'connecting', message: '' } }

function reduceLive(state: LiveState, event: LiveEvent): LiveState {
  switch (event.kind) {
    case 'status': return { ...state, status: event.status, line: { state: 'connected', message: '' } }
    case 'vitals': return { ...state, vitals: event.vitals }
    case 'probe': return { ...state, probes: new Map(state.probes).set(event.siteId, event.probe) }
    // Each new attempt begins without a word: why the one before failed stays in view meanwhile.
    case 'line': return { ...state, line: event.state === 'reconnecting' && event.message === '' ? { ...event, message: state.line.message } : event }
  }
}

const LiveContext = createContext<Live | null>(null)

export function useLive(): Live {
  const live = useContext(LiveContext)
  if (live === null) throw new Error('useLive belongs below LiveProvider.')
  return live
}

/** One stream per server, for all its pages. What was last known stays on the screen when the line breaks. */
export function LiveProvider({ serverId, children }: { serverId: string; children: ReactNode }) {
  const [state, dispatch] = useReducer(reduceLive, atFirst)
  const [error, setError] = useState<HomeportError | null>(null)
  const [attempt, setAttempt] = useState(0)
  const unlock = useUnlock()
  const queries = useQueryClient()

  useEffect(() => {
    let isOpen = true
    let pause: ReturnType<typeof setTimeout> | undefined
    setError(null)
    const stream = api.open('server.live', { serverId }, {
      onEvent: dispatch,
      onEnd: (failure) => {
        // Main ended it without a fault: watch again, but never in a tight circle.
        if (failure === null) { pause = setTimeout(() => setAttempt((before) => before + 1), 1000); return }
        void unlock(serverId, failure).then((unlocked) => {
          if (!isOpen) return
          if (unlocked) setAttempt((before) => before + 1)
          else setError(failure)
        }, setError)
      },
    })
    return () => { isOpen = false; clearTimeout(pause); stream.close() }
  }, [serverId, attempt, unlock])

  useEffect(() => onReconnect(() => setAttempt((before) => before + 1)), [])
  useShareStatus(serverId, state.status)
  // The list of servers shows what was last seen of each.
  const revision = state.status?.revision
  useEffect(() => { void queries.invalidateQueries({ queryKey: ['servers'] }); void queries.invalidateQueries({ queryKey: ['runs', serverId] }) }, [revision, state.status?.activeRun, queries, serverId])

  return <LiveContext value={{ ...state, error, tryAgain: () => setAttempt((before) => before + 1) }}>{children}</LiveContext>
}
