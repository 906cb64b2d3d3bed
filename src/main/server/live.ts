import type { LiveEvent, ServerStatus, SiteStatus } from '../../shared/status.ts'
import { HomeportError } from '../../shared/errors.ts'
import { onContainerEvents } from '../docker/container-events.ts'
import type { Facts } from '../facts/facts.ts'
import { parseWatchLine, watchCommand } from '../facts/watch.ts'
import type { Resources } from '../resources.ts'
import type { SocketSession } from '../ssh/session.ts'
import { onAbort } from './abort.ts'
import { describeNow } from './describe-now.ts'
import { mayPass } from './follow-lines.ts'
import { gather } from './gather.ts'
import { batchesOfLines } from './lines.ts'
import { probeSite } from './probe.ts'

/** Changes come in flocks (a run, a boot): they are gathered once, this long after the first. */
const settleMs = 400
/** Between the starts of two gathers: a site that crashes over and over rings all the time. */
const gatherEveryMs = 3000
/** A server that left questions open is asked again after this time. */
const askAgainMs = 15_000
/** A site is asked from this computer this often; only from here can be seen what a visitor sees. */
const probeEveryMs = 30_000
const probesAtATime = 6

export interface LiveOptions {
  readonly session: () => Promise<SocketSession>
  readonly resources: Resources
  readonly signal: AbortSignal
  readonly emit: (event: LiveEvent) => Promise<void>
  readonly pause: (attempt: number) => Promise<void>
  readonly onStatus: (status: ServerStatus) => void
  /** Name servers to ask about sites' names, besides this computer's own. */
  readonly resolvers: readonly string[]
}

/** What goes on at a server, until `signal`: pushed by the server, gathered anew when it says that something changed. */
export async function followServer(options: LiveOptions): Promise<void> {
  for (let attempt = 0; !options.signal.aborted; attempt++) {
    try {
      await options.emit({ kind: 'line', state: attempt === 0 ? 'connecting' : 'reconnecting', message: '' })
      const session = await options.session()
      await options.emit({ kind: 'line', state: 'connected', message: '' })
      await followSession(session, options, () => { attempt = 0 })
    } catch (error) {
      if (options.signal.aborted) return
      if (!mayPass(error)) throw error
      await options.emit({ kind: 'line', state: 'reconnecting', message: error instanceof Error ? error.message : '' })
    }
    await options.pause(attempt)
  }
}

/** Until the line is lost; throws then. Three tasks share the session: the server's pushes, gathering, probing. */
async function followSession(session: SocketSession, options: LiveOptions, onAlive: () => void): Promise<void> {
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  const changed = createBell(signal)
  let sites: readonly SiteStatus[] = []
  const probeNow = createBell(signal)

  const gathering = async (): Promise<void> => {
    let facts: Facts | undefined
    while (!signal.aborted) {
      const startedAt = performance.now()
      facts = await gather(session, options.resources, facts === undefined ? {} : { previous: facts })
      const status = describeNow(facts, options.resources)
      onAlive()
      const isNews = whatVisitorsMeet(status.sites) !== whatVisitorsMeet(sites)
      sites = status.sites
      await options.emit({ kind: 'status', status })
      options.onStatus(status)
      if (isNews) probeNow.ring()
      // A server that is too busy to answer gives no sign when it is not any more.
      await (status.unanswered.length > 0 ? Promise.race([changed.wait(), sleepUnless(signal, askAgainMs)]) : changed.wait())
      await sleepUnless(signal, pauseBeforeGatherMs(performance.now() - startedAt))
    }
  }
  const watching = async (): Promise<void> => {
    const process = await session.open(watchCommand(options.resources.text('watch.sh')))
    onAbort(signal, () => process.stop())
    for await (const lines of batchesOfLines(process.stdout)) {
      for (const line of lines) {
        const event = parseWatchLine(line)
        if (event?.kind === 'vitals') await options.emit({ kind: 'vitals', vitals: event.vitals })
        if (event?.kind === 'changed') changed.ring()
      }
    }
    await process.exit
    if (!signal.aborted) throw new HomeportError('connection-lost', 'The server stopped telling what goes on.', { hint: 'Homeport connects again by itself.' })
  }
  const probing = async (): Promise<void> => {
    while (!signal.aborted) {
      const queue = [...sites]
      const worker = async (): Promise<void> => {
        for (let next = queue.shift(); next !== undefined && !signal.aborted; next = queue.shift()) {
          await options.emit({ kind: 'probe', siteId: next.site.id, probe: await probeSite(next.site.domain, session.host, options.resolvers) })
        }
      }
      await Promise.all(Array.from({ length: probesAtATime }, worker))
      await Promise.race([probeNow.wait(), sleepUnless(signal, probeEveryMs)])
    }
  }
  try {
    await Promise.all([gathering(), watching(), probing(), followContainers(session, signal, () => changed.ring())])
  } finally {
    stop.abort()
  }
}

/** What may change the answer that visitors get. */
function whatVisitorsMeet(sites: readonly SiteStatus[]): string {
  return JSON.stringify(sites.map(({ site, unit, releases, certificate }) => [site.id, site.domain, site.paused, unit?.active, releases.find((release) => release.current)?.id, certificate?.notAfter]))
}

/** How long a change waits to be gathered, by the time since the last gather started: the first after a quiet time only until its flock is here. */
export function pauseBeforeGatherMs(sinceStartMs: number): number {
  return Math.max(settleMs, gatherEveryMs - sinceStartMs)
}

/** Docker's own events tell of containers at once. A server without Docker yet has none, and the engine may be restarted: tried again at leisure. */
async function followContainers(session: SocketSession, signal: AbortSignal, onChange: () => void): Promise<void> {
  while (!signal.aborted) {
    try {
      const ended = Promise.withResolvers<void>()
      const unsubscribe = await onContainerEvents(session, onChange, () => ended.resolve())
      const forget = onAbort(signal, () => { unsubscribe(); ended.resolve() })
      await ended.promise
      forget()
    } catch (error) {
      if (!(error instanceof HomeportError) || error.code !== 'docker-unavailable') throw error
    }
    await sleepUnless(signal, 10_000)
  }
}

/** Rings wake one wait; a ring without a wait is kept, many are one. */
function createBell(signal: AbortSignal): { ring: () => void; wait: () => Promise<void> } {
  let isRung = false
  let wake: (() => void) | null = null
  const ring = (): void => { isRung = true; wake?.() }
  onAbort(signal, ring)
  return {
    ring,
    async wait() {
      if (!isRung) await new Promise<void>((resolve) => { wake = resolve })
      wake = null
      isRung = false
    },
  }
}

/** Waits, or returns at once when the signal comes. */
export function sleepUnless(signal: AbortSignal, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => { forget(); resolve() }, ms)
    const forget = onAbort(signal, () => { clearTimeout(timer); resolve() })
  })
}
