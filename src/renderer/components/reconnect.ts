import { api } from '../api.ts'

/** Calls back each time the window has found main again after losing it, not when it first connects. */
export function onReconnect(listener: () => void): () => void {
  let lost = false
  return api.onLine((line) => {
    if (line === 'connected' && lost) listener()
    lost = line !== 'connected'
  })
}
