import { useEffect, useState } from 'react'
import { formatAgo } from './quantity.ts'

/** The time, again every so often. Milliseconds since 1970. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

const tickMs = 20_000

/** A moment as people say it, exact on hover. */
export function Ago({ at }: { at: number }) {
  const tick = useNow(tickMs)
  // What has just happened is newer than the last tick, and still lies in the past.
  const now = at > tick && at - tick < tickMs ? at : tick
  return <time dateTime={new Date(at).toISOString()} title={new Date(at).toLocaleString()}>{formatAgo(at, now)}</time>
}
