import { Button, Card, Group, Stack, Text } from '@mantine/core'
import { IconArrowsDiff } from '@tabler/icons-react'
import type { Drift } from '../../shared/status.ts'
import { useChanges } from './change-drawer.tsx'
import { Disclosure } from './disclosure.tsx'
import { FileDiff } from './file-diff.tsx'
import { counted } from './quantity.ts'

/** What is not as Homeport left it: changed by hand, or left unfinished. */
export function DriftCard({ drift }: { drift: readonly Drift[] }) {
  const changes = useChanges()
  if (drift.length === 0) return null
  return (
    <Card component="section" aria-label="Changed on the server" padding="md">
      <Group justify="space-between" wrap="nowrap" align="flex-start" mb="sm">
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <IconArrowsDiff size={20} className="hp-tone-warn" aria-hidden style={{ flex: 'none', marginTop: 2 }} />
          <div>
            <Text fw={620}>{counted(drift.length, 'thing')} on the server {drift.length === 1 ? 'is' : 'are'} not as Homeport left {drift.length === 1 ? 'it' : 'them'}</Text>
            <Text fz="sm" c="dimmed">Changed by hand, or left unfinished by a run. Bring it back, or leave it if it was meant so.</Text>
          </div>
        </Group>
        <Button size="xs" variant="default" style={{ flex: 'none' }} onClick={() => changes.review('Bring the server back', { kind: 'set-up' })}>Bring back</Button>
      </Group>
      <ul className="hp-list">
        {drift.map((item) => (
          <li key={item.id}>
            <Text fz="sm" fw={560}>{item.title}</Text>
            <Text fz="sm" c="dimmed">{item.reason}</Text>
            {item.diff !== undefined && <Stack mt={6}><Disclosure label="Show what bringing it back changes" openLabel="Hide the file"><FileDiff diff={item.diff} /></Disclosure></Stack>}
          </li>
        ))}
      </ul>
    </Card>
  )
}
