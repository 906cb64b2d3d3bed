import { Progress, Text } from '@mantine/core'
import type { ServerStatus, Vitals as VitalsData } from '../../shared/status.ts'
import { counted, formatBytes } from './quantity.ts'
import { StateBadge } from './state-badge.tsx'

function Meter({ label, share, value, note }: { label: string; share: number | null; value: string; note: string }) {
  const percent = share === null ? 0 : Math.min(100, Math.round(share * 100))
  const color = percent >= 92 ? 'var(--hp-bad-solid)' : percent >= 80 ? 'var(--hp-warn-solid)' : 'var(--hp-busy-solid)'
  return (
    <div className="hp-meter">
      <div><Text fz="sm" c="dimmed" component="span">{label}</Text><Text fz="sm" fw={600} component="span" style={{ fontVariantNumeric: 'tabular-nums' }}>{value}</Text></div>
      <Progress value={percent} color={color} size={6} aria-label={label} transitionDuration={400} />
      <Text fz="xs" c="dimmed">{note}</Text>
    </div>
  )
}

/** How busy the server is, and whether it waits for updates. */
export function VitalsStrip({ vitals, status }: { vitals: VitalsData | null; status: ServerStatus }) {
  const share = (available: number, total: number) => (total === 0 ? null : 1 - available / total)
  const memory = vitals === null ? null : share(vitals.memoryAvailableBytes, vitals.memoryTotalBytes)
  const disk = vitals === null ? null : share(vitals.diskAvailableBytes, vitals.diskTotalBytes)
  const load = vitals === null ? null : vitals.load[0] / Math.max(1, vitals.cpus)
  // A load beyond the cores is more than busy, but no processor works at more than 100 %; the note has the number.
  const percent = (value: number | null) => (value === null ? '–' : `${Math.min(100, Math.round(value * 100))} %`)
  return (
    <section className="hp-vitals" aria-label="State of the server">
      <Meter label="Processor" share={load} value={percent(load)} note={vitals === null ? ' ' : `load ${vitals.load[0].toFixed(2)} on ${counted(vitals.cpus, 'core')}`} />
      <Meter label="Memory" share={memory} value={percent(memory)} note={vitals === null ? ' ' : `${formatBytes(vitals.memoryAvailableBytes)} of ${formatBytes(vitals.memoryTotalBytes)} free`} />
      <Meter label="Disk" share={disk} value={percent(disk)} note={vitals === null ? ' ' : `${formatBytes(vitals.diskAvailableBytes)} of ${formatBytes(vitals.diskTotalBytes)} free`} />
      <div className="hp-meter">
        <div><Text fz="sm" c="dimmed" component="span">System updates</Text></div>
        <div style={{ justifyContent: 'flex-start', gap: 6, flexWrap: 'wrap' }}>
          {status.rebootRequired && <StateBadge tone="warn">Restart needed</StateBadge>}
          <UpdatesBadge status={status} />
        </div>
        {(status.pendingSecurityUpdates ?? 0) > 0 && <Text fz="xs" c="dimmed">{status.pendingSecurityUpdates} of them for security</Text>}
      </div>
    </section>
  )
}

function UpdatesBadge({ status }: { status: ServerStatus }) {
  if (status.pendingUpdates === null) return <StateBadge tone="idle">Not known</StateBadge>
  if (status.pendingUpdates === 0) return <StateBadge tone="good">Up to date</StateBadge>
  return <StateBadge tone={(status.pendingSecurityUpdates ?? 0) > 0 ? 'warn' : 'idle'}>{counted(status.pendingUpdates, 'update')}</StateBadge>
}
