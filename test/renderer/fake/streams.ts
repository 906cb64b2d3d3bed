import { HomeportError } from '../../../src/shared/errors.ts'
import type { LogLine } from '../../../src/shared/log.ts'
import type { FakeStreams } from './bridge.ts'
import { busyRun, interruptedRun } from './runs.ts'
import { harbourProbes, statusOf, vitals } from './statuses.ts'

export const streams: FakeStreams = {
  'server.live': (world, { serverId }, stream) => {
    stream.emit({ kind: 'line', state: 'connecting', message: '' })
    const timer = setTimeout(() => {
      try { world.reach(serverId) } catch (error) { stream.end(error); return }
      const kind = serverId.startsWith('harbour') ? 'full' : serverId.startsWith('busy') ? 'busy' : serverId.startsWith('quiet') || world.setUp.has(serverId) ? 'quiet' : serverId.startsWith('locked') ? 'busy' : 'fresh'
      stream.emit({ kind: 'line', state: 'connected', message: '' })
      stream.emit({ kind: 'status', status: { ...statusOf(kind), activeRun: serverId.startsWith('busy') ? '20261122170000-beefbeef' : null } })
      stream.emit({ kind: 'vitals', vitals: vitals(0) })
      for (const [siteId, probe] of harbourProbes()) stream.emit({ kind: 'probe', siteId, probe })
      if (world.scenario === 'dropped') stream.emit({ kind: 'line', state: 'reconnecting', message: '' })
    }, 300)
    let tick = 0
    const pulse = setInterval(() => stream.emit({ kind: 'vitals', vitals: vitals(++tick) }), 3000)
    stream.onClose(() => { clearTimeout(timer); clearInterval(pulse) })
  },
  'run.watch': (world, { runId }, stream) => {
    const run = world.runs.get(runId)
    if (run === undefined) {
      if (runId.endsWith('beefbeef')) stream.emit(busyRun())
      else if (runId.endsWith('4')) { stream.emit(interruptedRun(runId)); stream.end() }
      else stream.end(new HomeportError('run-unknown', 'The log of this run is not on the server any more.', { hint: 'Only the last 50 runs are kept.' }))
      return
    }
    if (run.events.length > 0) stream.emit([...run.events])
    const listener = (events: typeof run.events) => { stream.emit(events); if (events.some((event) => event.kind === 'ended')) stream.end() }
    run.listeners.add(listener)
    stream.onClose(() => run.listeners.delete(listener))
  },
  'logs.follow': (world, { serverId, source, lines }, stream) => {
    try { world.reach(serverId) } catch (error) { stream.end(error); return }
    const unit = source.kind === 'unit' ? source.unit : source.kind === 'site' ? `homeport-${source.siteId}.service` : null
    let count = 0
    stream.emit(Array.from({ length: lines }, (_, index) => logLine(count++, Date.now() - (lines - index) * 900, unit)))
    const timer = setInterval(() => stream.emit(Array.from({ length: world.scenario === 'flood' ? 2000 : 1 }, () => logLine(count++, Date.now(), unit))), world.scenario === 'flood' ? 50 : 700)
    stream.onClose(() => clearInterval(timer))
  },
  'upload.send': (world, _input, stream) => {
    const sent = { bytes: 0, files: 0, hasIndex: false }
    stream.emit({ kind: 'credit', messages: 4 })
    stream.onUp((up) => {
      if (up.kind === 'file') { sent.files += 1; sent.hasIndex ||= up.path === 'index.html' || /\.(zip|gz)$/.test(up.path) }
      if (up.kind === 'chunk') { sent.bytes += Math.floor((up.data.length * 3) / 4); stream.emit({ kind: 'progress', sentBytes: sent.bytes }) }
      if (up.kind === 'end') { stream.emit({ kind: 'stored', release: 'u20261122180000-00ddba11', files: sent.files, bytes: sent.bytes, hasIndex: sent.hasIndex }); stream.end(); return }
      setTimeout(() => stream.emit({ kind: 'credit', messages: 1 }), world.scenario === 'slow-upload' ? 1500 : 2)
    })
  },
  'try.start': (world, _input, stream) => {
    const messages = ['Building a small Debian …', 'Starting the server …', 'Logging in …']
    messages.forEach((message, index) => setTimeout(() => stream.emit({ kind: 'progress', message }), 800 * (index + 1)))
    setTimeout(() => {
      const server = { id: 'throwaway1', name: 'Practice server', target: { host: '172.17.0.5', port: 22, user: 'root', auth: { kind: 'own-key' as const } }, hostKeys: [], sudo: 'root' as const, isThrowaway: true, lastSeen: null }
      world.servers = [...world.servers, server]
      stream.emit({ kind: 'ready', server })
      stream.end()
    }, 3200)
  },
}

const kinds: [string, number, string][] = [
  ['homeport-example.org.service', 6, '203.0.113.55 - "GET / HTTP/2.0" 200 4127 "-" "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"'],
  ['homeport-proxy.service', 6, '198.51.100.23:51514 [22/Nov/2026:17:04:12] https~ site-1/web 0/0/0/2/2 200 4331 - - ---- 3/3/0/0/0 0/0 "GET https://example.org/ HTTP/2.0"'],
  ['homeport-blog.example.org.service', 4, '[warn] 29#29: *84 upstream sent a large header and it was buffered to a temporary file'],
  ['homeport-broken.example.com.service', 3, '[emerg] 1#1: host not found in upstream "database" in /etc/nginx/conf.d/default.conf:12'],
  ['docker.service', 7, 'level=debug msg="Calling GET /v1.45/containers/json"'],
]
function logLine(count: number, at: number, unit: string | null): LogLine {
  const [name, priority, message] = kinds[(count * 7 + (count % 3)) % kinds.length] ?? ['docker.service', 6, '']
  return { at, unit: unit ?? name, priority, message: `${message} #${count}` }
}
