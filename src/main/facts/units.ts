import type { UnitFact } from './facts.ts'

export interface ReadUnits {
  readonly units: Map<string, UnitFact>
  /** Id of the run whose unit is active. */
  readonly activeRun: string | null
}

/** Reads `systemctl show` over several units: blocks of `Key=value` lines with an empty line between. */
export function parseUnits(text: string): ReadUnits {
  const units = new Map<string, UnitFact>()
  let activeRun: string | null = null
  for (const block of text.split(/\n{2,}/)) {
    const values = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const))
    const unit = unitFact(values)
    if (unit === null) continue
    units.set(unit.name, unit)
    if (unit.name === 'homeport-run.service' && isOn(unit)) activeRun = /^Homeport run ([0-9]{14}-[0-9a-f]{8})$/.exec(values.get('Description') ?? '')?.[1] ?? null
  }
  return { units, activeRun }
}

/** Whether the unit does something now, is about to, or has not stopped yet. */
export function isOn(unit: Pick<UnitFact, 'active'>): boolean {
  return unit.active !== 'inactive' && unit.active !== 'failed'
}

/** Null for a unit of which systemd knows nothing but the name. */
function unitFact(values: ReadonlyMap<string, string>): UnitFact | null {
  const value = (key: string): string => values.get(key) ?? ''
  if (value('Id') === '' || (value('LoadState') === 'not-found' && value('ActiveState') === 'inactive')) return null
  const since = parseTimestamp(value('StateChangeTimestamp'))
  return {
    name: value('Id'), active: value('ActiveState'), sub: value('SubState'), since,
    restarts: Number(value('NRestarts')) || 0, unitFile: value('UnitFileState'), needsReload: value('NeedDaemonReload') === 'yes',
    nextElapse: nextElapse(values, since),
  }
}

/**
 * When a timer elapses next. Timers such as OnUnitInactiveSec= count on the monotonic clock,
 * which is led back to the wall clock by the timer's own last change of state, known on both.
 */
export function nextElapse(values: ReadonlyMap<string, string>, since: number | null): number | null {
  const realtime = parseTimestamp(values.get('NextElapseUSecRealtime') ?? '')
  const monotonic = parseTimespan(values.get('NextElapseUSecMonotonic') ?? '')
  const sinceMonotonic = Number(values.get('StateChangeTimestampMonotonic') ?? '') / 1000
  const fromMonotonic = monotonic !== null && since !== null && sinceMonotonic > 0 ? Math.round(since + monotonic - sinceMonotonic) : null
  if (realtime === null || fromMonotonic === null) return realtime ?? fromMonotonic
  return Math.min(realtime, fromMonotonic)
}

/** Milliseconds since 1970 of "Sun 2026-11-22 16:58:10 UTC": systemd's form with TZ=UTC, in every version. Null for "", "n/a" and others. */
export function parseTimestamp(text: string): number | null {
  const match = /^\w{3} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) UTC$/.exec(text)
  const at = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}Z`)
  return Number.isNaN(at) ? null : at
}

/** Milliseconds per unit. Source: systemd.time(7). */
const spans: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, month: 2_629_800_000, y: 31_557_600_000 }

/** Milliseconds of "1h 2min 3.5s"; null for "infinity" and what is no span. */
export function parseTimespan(text: string): number | null {
  const parts = text.split(' ').map((part) => /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(part))
  const values = parts.map((part) => Number(part?.[1]) * (spans[part?.[2] ?? ''] ?? Number.NaN))
  const sum = values.reduce((total, value) => total + value, 0)
  return Number.isNaN(sum) ? null : sum
}
