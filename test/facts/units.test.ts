import { expect, it } from 'vitest'
import { parseTimespan, parseTimestamp, parseUnits } from '../../src/main/facts/units.ts'

const block = (values: Record<string, string>): string => Object.entries(values).map(([key, value]) => `${key}=${value}`).join('\n')

it.each([
  ['5.678901s', 5678.901], ['1h 2min 3.5s', 3_723_500], ['2d 3h', 183_600_000], ['1w', 604_800_000], ['250ms', 250], ['10us', 0.01],
  ['infinity', null], ['', null], ['3 apples', null],
])('reads the time span "%s" as %s ms', (text, expected) => expect(parseTimespan(text)).toBe(expected))

it.each([
  ['Sun 2026-11-22 16:58:10 UTC', Date.UTC(2026, 10, 22, 16, 58, 10)], ['n/a', null], ['', null], ['Sun 2026-11-22 16:58:10 CET', null], ['Sun 2026-99-22 16:58:10 UTC', null],
])('reads the timestamp "%s"', (text, expected) => expect(parseTimestamp(text)).toBe(expected))

it('leads the monotonic clock of a timer back to the wall clock', () => {
  const { units } = parseUnits(block({
    Id: 'homeport-a.example.org-pull.timer', LoadState: 'loaded', ActiveState: 'active', SubState: 'waiting', UnitFileState: 'enabled',
    StateChangeTimestamp: 'Sun 2026-11-22 17:00:00 UTC', StateChangeTimestampMonotonic: '60000000', NextElapseUSecRealtime: '', NextElapseUSecMonotonic: '11min',
  }))
  expect(units.get('homeport-a.example.org-pull.timer')).toMatchObject({ active: 'active', unitFile: 'enabled', nextElapse: Date.UTC(2026, 10, 22, 17, 10) })
})

it('leaves out units of which systemd knows only the name, and keeps those that still run without a file', () => {
  const { units } = parseUnits([
    block({ Id: 'docker.service', LoadState: 'not-found', ActiveState: 'inactive' }),
    block({ Id: 'homeport-old.service', LoadState: 'not-found', ActiveState: 'active', NRestarts: '3', NeedDaemonReload: 'yes' }),
  ].join('\n\n'))
  expect([...units.keys()]).toEqual(['homeport-old.service'])
  expect(units.get('homeport-old.service')).toMatchObject({ restarts: 3, needsReload: true, since: null })
})

const run = { Id: 'homeport-run.service', LoadState: 'loaded', Description: 'Homeport run 20260101000001-0123abcd' }
it.each([
  ['active', '20260101000001-0123abcd'], ['activating', '20260101000001-0123abcd'], ['deactivating', '20260101000001-0123abcd'], ['inactive', null], ['failed', null],
])('finds the run in progress while its unit is %s', (ActiveState, expected) => expect(parseUnits(block({ ...run, ActiveState })).activeRun).toBe(expected))

it('takes no run id from a description that Homeport did not write', () => {
  expect(parseUnits(block({ ...run, ActiveState: 'active', Description: 'Homeport run ../../etc' })).activeRun).toBeNull()
})
