import { useEffect, useReducer, useState } from 'react'
import { initialRunState, reduceRunEvents, type RunEvent, type RunState } from '../../shared/run.ts'
import type { HomeportError } from '../../shared/errors.ts'
import { api } from '../api.ts'
import { onReconnect } from './reconnect.ts'

interface Watched { readonly run: RunState; readonly error: HomeportError | null; /** How far the server's clock is ahead of this one, in milliseconds. */ readonly skewMs: number; watchAgain(): void }
type Step = { readonly kind: 'events'; readonly events: readonly RunEvent[] } | { readonly kind: 'again' }

function reduceWatched(state: { run: RunState; skewMs: number }, step: Step) {
  if (step.kind === 'again') return { run: initialRunState, skewMs: 0 }
  // An event cannot come from the future: if it seems to, the server's clock is ahead.
  const skewMs = step.events.reduce((most, event) => ('at' in event ? Math.max(most, event.at - Date.now()) : most), state.skewMs)
  return { run: reduceRunEvents(state.run, step.events), skewMs }
}

/** Watches a run from its beginning, and again when the window has found main again. */
export function useRun(serverId: string, runId: string): Watched {
  const [state, dispatch] = useReducer(reduceWatched, { run: initialRunState, skewMs: 0 })
  const [error, setError] = useState<HomeportError | null>(null)
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    dispatch({ kind: 'again' })
    setError(null)
    const watching = api.open('run.watch', { serverId, runId }, { onEvent: (events) => dispatch({ kind: 'events', events }), onEnd: setError })
    return () => watching.close()
  }, [serverId, runId, attempt])
  useEffect(() => onReconnect(() => setAttempt((before) => before + 1)), [])
  return { ...state, error, watchAgain: () => setAttempt((before) => before + 1) }
}
