import { Button, Group, Skeleton, Stack, Table, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useMutation, useQuery } from '@tanstack/react-query'
import { IconTrash } from '@tabler/icons-react'
import { api } from '../api.ts'
import { Empty } from './empty.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { visibleName } from './files-name.ts'
import { Ago } from './now.tsx'
import { formatBytes } from './quantity.ts'
import { useAsk } from './unlock.tsx'

/** What was deleted, to be brought back or deleted for good. */
export function FilesTrash({ serverId, siteId, isWritable, onClose, onRestored }: { serverId: string; siteId: string; isWritable: boolean; onClose(): void; onRestored(): void }) {
  const ask = useAsk(serverId)
  const trash = useQuery({ queryKey: ['trash', serverId, siteId], queryFn: () => ask(() => api.call('files.trash', { serverId, siteId })), gcTime: 0, retry: false })
  const restore = useMutation({ mutationFn: (id: string) => ask(() => api.call('files.restore', { serverId, siteId, id })), onSettled: () => { void trash.refetch(); onRestored() } })
  const empty = useMutation({ mutationFn: () => ask(() => api.call('files.empty-trash', { serverId, siteId })), onSettled: () => { void trash.refetch() } })
  const entries = trash.data ?? []
  const confirm = (): void => {
    modals.openConfirmModal({ title: 'Empty the trash?', children: <Text fz="sm">What is in it is deleted for ever. Homeport cannot bring it back.</Text>, labels: { confirm: 'Delete it for ever', cancel: 'Cancel' }, confirmProps: { color: 'red' }, onConfirm: () => empty.mutate() })
  }
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Button variant="default" onClick={onClose}>Back to the files</Button>
        {entries.length > 0 && isWritable && <Button variant="default" c="var(--mantine-color-error)" onClick={confirm} loading={empty.isPending}>Empty the trash …</Button>}
      </Group>
      {restore.isError && <ErrorNotice error={restore.error} />}
      {empty.isError && <ErrorNotice error={empty.error} />}
      {trash.isPending ? <Skeleton height={160} radius="lg" /> : trash.isError ? <ErrorNotice error={trash.error} onRetry={() => { void trash.refetch() }} />
        : entries.length === 0 ? <Empty icon={<IconTrash size={34} stroke={1.4} aria-hidden />} title="The trash is empty">What you delete lies here, until you bring it back or empty the trash. Visitors cannot see it.</Empty>
          : (
            <div className="hp-files">
              <Table verticalSpacing="xs" horizontalSpacing="md" aria-label="Trash">
                <Table.Thead><Table.Tr><Table.Th>Was</Table.Th><Table.Th>Deleted</Table.Th><Table.Th><span className="hp-hidden">Actions</span></Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>
                  {entries.map((entry) => (
                    <Table.Tr key={entry.id}>
                      <Table.Td style={{ overflowWrap: 'anywhere' }}><bdi>{entry.path.split('/').map(visibleName).join(' / ')}</bdi><Text fz="xs" c="dimmed">{entry.kind === 'file' ? formatBytes(entry.sizeBytes) : entry.kind}</Text></Table.Td>
                      <Table.Td><Ago at={entry.deletedAt} /></Table.Td>
                      <Table.Td ta="right">{isWritable && <Button size="compact-sm" variant="default" loading={restore.isPending && restore.variables === entry.id} onClick={() => restore.mutate(entry.id)}>Bring back<span className="hp-hidden"> {visibleName(entry.path)}</span></Button>}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </div>
          )}
    </Stack>
  )
}
