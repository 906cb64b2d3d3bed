import { Button, Group, Text } from '@mantine/core'
import type { RunSummary } from '../../shared/run.ts'
import { useChanges } from './change-drawer.tsx'
import { Ago } from './now.tsx'
import { formatElapsed } from './quantity.ts'
import { StateBadge, type Tone } from './state-badge.tsx'

const outcomes: Record<RunSummary['outcome'], { word: string; tone: Tone }> = {
  running: { word: 'Running', tone: 'busy' }, succeeded: { word: 'Done', tone: 'good' }, failed: { word: 'Failed', tone: 'bad' },
  cancelled: { word: 'Stopped', tone: 'warn' }, interrupted: { word: 'Interrupted', tone: 'warn' },
}

/** Earlier runs, the newest first, each to be looked at again. */
export function RunList({ runs }: { runs: readonly RunSummary[] }) {
  const changes = useChanges()
  if (runs.length === 0) return <Text c="dimmed" fz="sm">Nothing so far. Every change of this server will be listed here.</Text>
  return (
    <ul className="hp-list" aria-label="Runs">
      {runs.map((run) => (
        <li key={run.runId}>
          <Group justify="space-between" gap="sm" wrap="nowrap">
            <div style={{ minWidth: 0, flex: 1 }}>
              <Text fz="sm" fw={560}>{run.title}</Text>
              <Text fz="xs" c="dimmed"><Ago at={run.startedAt} />{run.endedAt === null ? '' : `, took ${formatElapsed(run.endedAt - run.startedAt)}`} · by {run.owner}</Text>
            </div>
            <StateBadge tone={outcomes[run.outcome].tone}>{outcomes[run.outcome].word}</StateBadge>
            <Button variant="subtle" size="compact-sm" onClick={() => changes.watch(run.title, run.runId)} aria-label={`Show the run ${run.title}`}>Show</Button>
          </Group>
        </li>
      ))}
    </ul>
  )
}
