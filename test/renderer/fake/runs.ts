import type { RunEvent, RunSummary } from '../../../src/shared/run.ts'
import type { PlayedRun, World } from './world.ts'

const aptLines = ['Reading package lists...', 'Building dependency tree...', 'The following NEW packages will be installed:', '  containerd docker.io docker-cli git iptables runc tini', 'Need to get 71.4 MB of archives.', 'Get:1 http://mirror.example/debian trixie/main amd64 runc amd64 1.1.15 [3,070 kB]', 'Get:2 http://mirror.example/debian trixie/main amd64 containerd amd64 1.7.24 [28.1 MB]', 'Selecting previously unselected package runc.', 'Setting up runc (1.1.15+ds1-2+b4) ...', 'Setting up docker.io (26.1.5+dfsg1-9) ...']
const failLines = ['+ git fetch --depth 1 https://codeberg.org/anna/fail.git main', 'fatal: repository \'https://codeberg.org/anna/fail.git/\' not found', 'The repository could not be fetched.']

/** Plays a run: a step every second or so, with output. */
export function play(world: World, serverId: string, title: string, steps: { id: string; title: string }[], fails: boolean, onSuccess = () => {}): string {
  const runId = `2026112217${String(1000 + world.runs.size)}-00c0ffee`
  const run: PlayedRun = { events: [], listeners: new Set(), cancelled: false }
  world.runs.set(runId, run)
  const say = (...events: RunEvent[]) => { run.events.push(...events); for (const listener of run.listeners) listener(events) }
  say({ kind: 'started', at: Date.now(), runId, title, owner: 'anna@laptop', steps })
  const failsAt = fails ? Math.min(2, steps.length - 1) : -1
  let step = 0
  function next(): void {
    if (run.cancelled) { say({ kind: 'cancel-requested', at: Date.now() }, { kind: 'ended', at: Date.now(), result: 'cancelled' }); return }
    if (step >= steps.length) { world.setUp.add(serverId); onSuccess(); say({ kind: 'ended', at: Date.now(), result: 'succeeded' }); return }
    const current = step++
    say({ kind: 'step-started', at: Date.now(), step: current })
    const lines = current === failsAt ? failLines : current === 0 ? aptLines : ['+ done']
    lines.forEach((line, index) => setTimeout(() => say({ kind: 'output', step: current, line }), 90 * (index + 1)))
    setTimeout(() => {
      const exitCode = current === failsAt ? 128 : 0
      say({ kind: 'step-ended', at: Date.now(), step: current, exitCode })
      if (exitCode === 0) next()
      else say({ kind: 'ended', at: Date.now(), result: 'failed' })
    }, 90 * (lines.length + 3))
  }
  setTimeout(next, 200)
  return runId
}

/** A run that somebody else started and that takes its time. */
export function busyRun(): RunEvent[] {
  const at = Date.now() - 67_000
  const steps = ['Docker and system packages', 'Settings of Docker', 'Container image nginx', 'Web server of example.org', 'Proxy in front of all sites'].map((title, index) => ({ id: `s${index}`, title }))
  return [
    { kind: 'started', at, runId: '20261122170000-beefbeef', title: 'Set up the server', owner: 'ben@desktop', steps },
    { kind: 'step-started', at, step: 0 }, ...aptLines.map((line): RunEvent => ({ kind: 'output', step: 0, line })), { kind: 'step-ended', at: at + 41_000, step: 0, exitCode: 0 },
    { kind: 'step-started', at: at + 41_000, step: 1 }, { kind: 'step-ended', at: at + 43_000, step: 1, exitCode: 0 },
    { kind: 'step-started', at: at + 43_000, step: 2 }, ...['Pulling from library/nginx', '3da95a905ed5: Pull complete', '6c8e51cf0087: Downloading [====>      ]'].map((line): RunEvent => ({ kind: 'output', step: 2, line })),
    { kind: 'line', state: 'reconnecting' },
  ]
}

export function interruptedRun(runId: string): RunEvent[] {
  return [...busyRun().slice(0, -1).map((event): RunEvent => (event.kind === 'started' ? { ...event, runId } : event)), { kind: 'interrupted' }]
}

export function earlierRuns(serverId: string): RunSummary[] {
  const hour = 3_600_000
  const run = (runId: string, title: string, hoursAgo: number, outcome: RunSummary['outcome']): RunSummary => ({ runId, title, owner: 'anna@laptop', startedAt: Date.now() - hoursAgo * hour, endedAt: outcome === 'running' || outcome === 'interrupted' ? null : Date.now() - hoursAgo * hour + 83_000, outcome })
  return [
    ...(serverId.startsWith('busy') ? [run('20261122170000-beefbeef', 'Set up the server', 0.02, 'running')] : []),
    run('20261122150000-00000001', 'Add new.example.com', 2, 'succeeded'), run('20261121150000-00000002', 'Change broken.example.com', 26, 'failed'),
    run('20261120150000-00000003', 'Pause xn--caf-dma.example.org', 50, 'cancelled'), run('20261110150000-00000004', 'Set up the server', 290, 'interrupted'),
  ]
}
