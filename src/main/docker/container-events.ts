import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { SocketSession } from '../ssh/session.ts'
import { dockerError, dockerOf } from './docker.ts'

/** Something that happened to one of Homeport's containers. `at`: milliseconds since 1970, the server's clock. */
export type ContainerEvent =
  | { readonly kind: 'started' | 'healthy' | 'unhealthy' | 'removed' | 'out-of-memory'; readonly container: string; readonly at: number }
  | { readonly kind: 'ended'; readonly container: string; readonly at: number; readonly exitCode: number }

const DockerEvent = z.object({ Action: z.string(), timeNano: z.number(), Actor: z.object({ Attributes: z.record(z.string(), z.string()) }) })

/** A line longer than this is cut, and is no event any more: no engine may fill this computer's memory. */
const longestLineCharacters = 64_000

/** Reads one event of the engine (Docker API, `GET /events`); null for those that say nothing new, and for what is no event. */
export function parseContainerEvent(line: string): ContainerEvent | null {
  const parsed = DockerEvent.safeParse(parseJson(line))
  if (!parsed.success) return null
  const { Action, timeNano, Actor: { Attributes: about } } = parsed.data
  const event = { container: about['name'] ?? '', at: Math.floor(timeNano / 1e6) }
  switch (Action) {
    case 'start': return { kind: 'started', ...event }
    case 'die': return { kind: 'ended', ...event, exitCode: Number(about['exitCode'] ?? -1) }
    case 'destroy': return { kind: 'removed', ...event }
    case 'oom': return { kind: 'out-of-memory', ...event }
    case 'health_status: healthy': return { kind: 'healthy', ...event }
    case 'health_status: unhealthy': return { kind: 'unhealthy', ...event }
    default: return null
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null // an error of the engine, or a line that was cut
  }
}

/**
 * Follows what happens to Homeport's containers. Resolves once the engine listens; gives the unsubscribe.
 * `onEnd` is called once when the stream ends by itself (the engine restarted, the line was lost): subscribing again is the caller's.
 * Throws `docker-unavailable`.
 */
export async function onContainerEvents(session: SocketSession, onEvent: (event: ContainerEvent) => void, onEnd: (error: Error | null) => void): Promise<() => void> {
  const filters = { type: ['container' as const], label: ['homeport=1'], event: ['start', 'die', 'destroy', 'oom', 'health_status'] }
  const stream = (await dockerOf(session).getEvents({ filters }).catch((cause: unknown) => { throw dockerError(cause) })) as Readable
  let rest = ''
  let isOver = false
  const end = (error: Error | null) => {
    if (isOver) return
    isOver = true
    onEnd(error)
  }
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = (lines.pop() ?? '').slice(0, longestLineCharacters)
    for (const line of lines) {
      const event = isOver || line.trim() === '' ? null : parseContainerEvent(line.slice(0, longestLineCharacters))
      if (event !== null) onEvent(event)
    }
  })
  stream.on('error', (error: Error) => end(dockerError(error)))
  stream.on('end', () => end(null))
  stream.on('close', () => end(null))
  return () => {
    isOver = true
    stream.destroy()
  }
}
