import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { notifications } from '@mantine/notifications'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { QueuedMail } from '../../shared/mail.ts'
import { api } from '../api.ts'
import { ErrorNotice } from './error-notice.tsx'
import { Ago } from './now.tsx'
import { counted, formatBytes } from './quantity.ts'
import { useAsk } from './unlock.tsx'

interface QueueAct { readonly verb: 'retry' | 'delete'; readonly ids: string[] | null }

/** Mail that waits to be delivered, and why. */
export function MailQueuePanel({ serverId }: { serverId: string }) {
  const ask = useAsk(serverId)
  const queries = useQueryClient()
  const queue = useQuery({ queryKey: ['mail-queue', serverId], queryFn: () => ask(() => api.call('mail.queue', { serverId })), placeholderData: keepPreviousData, retry: false })
  const act = useMutation({
    mutationFn: ({ verb, ids }: QueueAct) => ask(() => api.call('mail.queue-act', { serverId, verb, ids })),
    onSuccess: (_done, { verb }) => { if (verb === 'retry') notifications.show({ message: 'It is being tried again. What comes of it stands in the activity.' }) },
    onSettled: () => queries.invalidateQueries({ queryKey: ['mail-queue', serverId] }),
  })
  const remove = (count: number, ids: string[] | null): void => {
    modals.openConfirmModal({ title: ids === null ? 'Delete everything that waits?' : 'Delete this mail?', labels: { confirm: 'Delete', cancel: 'Cancel' }, confirmProps: { color: 'red' }, onConfirm: () => act.mutate({ verb: 'delete', ids }), children: <Text fz="sm">{ids === null ? `${counted(count, 'mail')} will` : 'It will'} never arrive, and nobody is told. It cannot be brought back.</Text> })
  }
  if (queue.isError) return <ErrorNotice error={queue.error} onRetry={() => { void queue.refetch() }} />
  if (queue.isPending) return <Skeleton height={90} radius="lg" role="status" aria-label="Reading the queue" />
  const { mails, total } = queue.data
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="sm">
        <Text fz="sm" c="dimmed" style={{ flex: 1, minWidth: 200 }}>{total === 0 ? 'No mail waits.' : `${counted(total, 'mail')} ${total === 1 ? 'waits' : 'wait'}${total > mails.length ? `; the first ${mails.length} are shown` : ''}. Each is tried again by itself, for five days.`}</Text>
        <Group gap="xs">
          <Button size="xs" variant="default" loading={queue.isFetching} onClick={() => { void queue.refetch() }}>Look again</Button>
          {total > 0 && <Button size="xs" variant="default" onClick={() => act.mutate({ verb: 'retry', ids: null })}>Try all now</Button>}
          {total > 1 && <Button size="xs" variant="default" color="red" onClick={() => remove(total, null)}>Delete all</Button>}
        </Group>
      </Group>
      {act.isError && <ErrorNotice error={act.error} />}
      {mails.length > 0 && <ul className="hp-list" aria-label="Mail that waits">{mails.map((mail) => <Row key={mail.id} mail={mail} onRetry={() => act.mutate({ verb: 'retry', ids: [mail.id] })} onDelete={() => remove(1, [mail.id])} />)}</ul>}
    </Stack>
  )
}

function Row({ mail, onRetry, onDelete }: { mail: QueuedMail; onRetry(): void; onDelete(): void }) {
  return (
    <li>
      <Group justify="space-between" gap="sm" align="flex-start">
        <div style={{ flex: 1, minWidth: 220, overflowWrap: 'anywhere' }}>
          <Text fz="sm" fw={580}>{mail.from === '' ? 'A bounce' : mail.from}</Text>
          {mail.to.map(({ address, reason }) => <Text key={address} fz="sm">to {address}{reason !== '' && <Text span fz="sm" c="dimmed" display="block">{reason}</Text>}</Text>)}
          <Text fz="xs" c="dimmed">since <Ago at={mail.at} />, {formatBytes(mail.sizeBytes)}, <span className="hp-mono">{mail.id}</span></Text>
        </div>
        <Group gap="xs"><Button size="xs" variant="default" onClick={onRetry}>Try now<span className="hp-hidden"> {mail.id}</span></Button><Button size="xs" variant="subtle" color="red" onClick={onDelete}>Delete<span className="hp-hidden"> {mail.id}</span></Button></Group>
      </Group>
    </li>
  )
}
