import { Vitals } from '../../shared/status.ts'
import type { RemoteCommand } from '../ssh/session.ts'

/** What a watched server says, line by line. */
export type WatchEvent = { readonly kind: 'vitals'; readonly vitals: Vitals } | { readonly kind: 'changed'; readonly what: 'units' | 'files' }

/** The watch to open; `script` is `resources/server/watch.sh`. It ends by itself when its channel is closed. */
export function watchCommand(script: string): RemoteCommand {
  return { name: 'watch', script }
}

const kib = 1024

/** Reads one line of the watch; null for what is none of its lines. */
export function parseWatchLine(line: string): WatchEvent | null {
  const [word, ...rest] = line.trim().split(' ')
  if (word === 'changed') return rest[0] === 'units' || rest[0] === 'files' ? { kind: 'changed', what: rest[0] } : null
  if (word !== 'vitals' || rest.length !== 10 || !rest.every((part) => /^\d+(\.\d+)?$/.test(part))) return null
  const [at, load1, load5, load15, cpus, memoryTotal = 0, memoryAvailable = 0, diskTotalBytes, diskAvailableBytes, uptimeSeconds] = rest.map(Number)
  const vitals = Vitals.safeParse({
    at, load: [load1, load5, load15], cpus, memoryTotalBytes: memoryTotal * kib, memoryAvailableBytes: memoryAvailable * kib,
    diskTotalBytes, diskAvailableBytes, uptimeSeconds,
  })
  return vitals.success ? { kind: 'vitals', vitals: vitals.data } : null
}
