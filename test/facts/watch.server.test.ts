import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parseWatchLine, watchCommand, type WatchEvent } from '../../src/main/facts/watch.ts'
import type { RemoteProcess } from '../../src/main/ssh/session.ts'
import { layOutSites, leaveServer, mustExec, reachServer, watchScript, type ReachedServer } from './reached-server.ts'

/** Events of a watch, one after another; fails where none of the wanted kind comes in time. */
class Events {
  readonly #queue: WatchEvent[] = []
  #wake = (): void => {}
  constructor(process: RemoteProcess) {
    createInterface({ input: process.stdout }).on('line', (line) => {
      const event = parseWatchLine(line)
      if (event === null) throw new Error(`not an event: ${line}`)
      this.#queue.push(event)
      this.#wake()
    })
  }

  async next(isWanted: (event: WatchEvent) => boolean, withinMs: number): Promise<WatchEvent> {
    const until = Date.now() + withinMs
    for (;;) {
      const event = this.#queue.shift()
      if (event !== undefined && isWanted(event)) return event
      if (event !== undefined) continue
      if (Date.now() > until) throw new Error(`no such event within ${withinMs} ms`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        setTimeout(resolve, 200)
      })
    }
  }

  /** Events that came and were not asked for. */
  drain(): WatchEvent[] {
    return this.#queue.splice(0)
  }
}

const isVitals = (event: WatchEvent): boolean => event.kind === 'vitals'
const isChange = (what: 'units' | 'files') => (event: WatchEvent): boolean => event.kind === 'changed' && event.what === what
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe.each(['trixie', 'bookworm'] as const)('on %s', (distribution) => {
  let reached: ReachedServer
  const processes = (): Promise<string> => mustExec(reached.server, `ps -eo pid,args | grep -E '[j]ournalctl --follow|[w]atch\\.sh|[d]isk_read_at=' || true`)
  beforeAll(async () => {
    reached = await reachServer(distribution)
    await layOutSites(reached.server, 3)
  })
  afterAll(async () => { await leaveServer(reached) })

  const open: RemoteProcess[] = []
  const openWatch = async (): Promise<RemoteProcess> => {
    const watch = await reached.session.open(watchCommand(watchScript))
    open.push(watch)
    return watch
  }
  afterEach(async () => {
    for (const watch of open.splice(0)) {
      watch.stop()
      await watch.exit
    }
  })

  it('tells vitals at once and again, what changes in units and in files, and nothing where nothing changes', async () => {
    const events = new Events(await openWatch())
    const first = await events.next(isVitals, 3000)
    expect(first).toMatchObject({ kind: 'vitals', vitals: { cpus: expect.any(Number) as number } })
    if (first.kind === 'vitals') expect(Math.abs(first.vitals.at - Date.now())).toBeLessThan(3000)
    expect(await events.next(isVitals, 8000)).not.toEqual(first)

    await pause(6000)
    expect(events.drain().filter(({ kind }) => kind === 'changed'), 'a quiet server').toEqual([])

    await mustExec(reached.server, 'systemctl restart homeport-site2.example.org.service')
    await events.next(isChange('units'), 4000)
    await mustExec(reached.server, 'echo "# by hand" >> /etc/homeport/sites/site2.example.org/nginx.conf')
    await events.next(isChange('files'), 8000)
    await mustExec(reached.server, 'ln -sfn releases/u20260102030405-0123abcd /srv/homeport/site1.example.org/current')
    await events.next(isChange('files'), 8000)
    await mustExec(reached.server, 'echo at=1 > /var/lib/homeport/sites/site1.example.org/pull.state')
    await events.next(isChange('files'), 8000)

    events.drain()
    await mustExec(reached.server, 'for i in 1 2 3; do systemctl restart homeport-site3.example.org.service; done')
    await events.next(isChange('units'), 6000)
    await pause(2000)
    expect(events.drain().filter(isChange('units')).length, 'a burst is one or two lines').toBeLessThan(2)
  })

  it('leaves nothing behind when it is stopped', async () => {
    const watch = await openWatch()
    await new Events(watch).next(isVitals, 3000)
    expect(await processes()).toContain('journalctl --follow')
    watch.stop()
    await watch.exit
    await expect.poll(processes, { timeout: 8000, interval: 300 }).toBe('')
  })

  it('leaves nothing behind when only its channel is gone', async () => {
    // As sshd leaves it after a lost line: nobody reads any more, and no signal comes.
    await mustExec(reached.server, 'cat > /root/watch.sh; (setsid bash /root/watch.sh | head -n 1 > /root/first) < /dev/null', watchScript)
    await expect.poll(processes, { timeout: 12_000, interval: 300 }).toBe('')
    expect(await mustExec(reached.server, 'cat /root/first; rm /root/first /root/watch.sh')).toMatch(/^vitals \d+/)
  })

  it('goes on with vitals where the journal cannot be followed', async () => {
    await mustExec(reached.server, 'chmod a-x /usr/bin/journalctl')
    const watch = await openWatch()
    const events = new Events(watch)
    const [first, second] = [await events.next(isVitals, 3000), await events.next(isVitals, 12_000)]
    expect(second).not.toEqual(first)
    watch.stop()
    await watch.exit
    await mustExec(reached.server, 'chmod a+x /usr/bin/journalctl')
  })
})
