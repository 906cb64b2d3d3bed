import { HomeportError } from '../../../src/shared/errors.ts'
import type { LogLine } from '../../../src/shared/log.ts'
import { siteNames } from '../../../src/shared/spec.ts'
import type { FakeStreams } from './bridge.ts'
import { dnsReportOf } from './dns.ts'
import { fakeMailEvents } from './mail.ts'
import { busyRun, interruptedRun } from './runs.ts'
import { harbourProbes, vitals } from './statuses.ts'

export const streams: FakeStreams = {
  'server.live': (world, { serverId }, stream) => {
    stream.emit({ kind: 'line', state: 'connecting', message: '' })
    const timer = setTimeout(() => {
      try { world.reach(serverId) } catch (error) { stream.end(error); return }
      stream.emit({ kind: 'line', state: 'connected', message: '' })
      stream.emit({ kind: 'status', status: world.status(serverId) })
      stream.emit({ kind: 'vitals', vitals: vitals(0) })
      for (const [siteId, probe] of harbourProbes()) stream.emit({ kind: 'probe', siteId, probe })
      if (world.scenario === 'dropped') stream.emit({ kind: 'line', state: 'reconnecting', message: '' })
    }, 300)
    let tick = 0
    const pulse = setInterval(() => stream.emit({ kind: 'vitals', vitals: vitals(++tick) }), 3000)
    const off = world.onStatus(() => stream.emit({ kind: 'status', status: world.status(serverId) }))
    stream.onClose(() => { clearTimeout(timer); clearInterval(pulse); off() })
  },
  'mail.activity': (world, { serverId, events }, stream) => {
    try { world.reach(serverId) } catch (error) { stream.end(error); return }
    if (world.scenario === 'mail-quiet') return
    stream.emit(fakeMailEvents(Math.min(events, 120), Date.now()))
    const timer = setInterval(() => stream.emit(fakeMailEvents(1, Date.now()).map((event) => ({ ...event, at: Date.now() }))), 4000)
    stream.onClose(() => clearInterval(timer))
  },
  'mail.dns': (world, { domain }, stream) => {
    const look = () => stream.emit({ at: Date.now(), domain, records: world.mail.records(domain) })
    const timers = [setTimeout(look, 400), setInterval(look, 5000)]
    stream.onClose(() => { for (const timer of timers) clearInterval(timer) })
  },
  'mail.test': (_world, { to }, stream) => {
    const [event] = fakeMailEvents(2, Date.now()).slice(1)
    const timers = [
      setTimeout(() => stream.emit({ kind: 'sent', queueId: '6B05C22C228' }), 500),
      setTimeout(() => {
        if (event !== undefined) stream.emit({ kind: 'answer', event: { ...event, to, alias: null }, meaning: `The server mx1.example.net has taken the mail for ${to}. If it is not in the inbox within minutes, look into the spam folder: what happens after this answer is decided there.` })
        stream.end()
      }, 2500),
    ]
    stream.onClose(() => { for (const timer of timers) clearTimeout(timer) })
  },
  'dns.watch': (world, { serverId, siteId }, stream) => {
    const site = world.status(serverId).sites.find((one) => one.site.id === siteId)?.site
    let round = 0
    const look = () => stream.emit(dnsReportOf(site === undefined ? [siteId] : siteNames(site), round++))
    const timers = [setTimeout(look, 400), setInterval(look, 5000)]
    stream.onClose(() => { for (const timer of timers) clearInterval(timer) })
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
  'files.upload': (world, { path }, stream) => {
    const sent = { bytes: 0, files: 0 }
    stream.emit({ kind: 'credit', messages: 4 })
    stream.onUp((up) => {
      if (up.kind === 'file') { sent.files += 1; world.files.take(path, up.path) }
      if (up.kind === 'chunk') { sent.bytes += Math.floor((up.data.length * 3) / 4); stream.emit({ kind: 'progress', sentBytes: sent.bytes }) }
      if (up.kind === 'end') { stream.emit({ kind: 'stored', ...sent }); stream.end(); return }
      if (world.scenario === 'dropped') stream.emit({ kind: 'line', state: 'lost' })
      setTimeout(() => stream.emit({ kind: 'credit', messages: 1 }), world.scenario === 'slow-upload' || world.scenario === 'dropped' ? 1500 : 2)
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
