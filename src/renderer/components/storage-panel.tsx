import { Button, Group, Progress, Skeleton, Stack, Text, Title } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { KnownServer } from '../../shared/connection.ts'
import type { Storage } from '../../shared/storage.ts'
import { api } from '../api.ts'
import { Empty } from './empty.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { useLive } from './live.tsx'
import { Notice } from './notice.tsx'
import { formatBytes } from './quantity.ts'
import { ArchiveList, KeptMailList, LeftoverList } from './storage-kept.tsx'
import { OthersList, SiteStorageList } from './storage-lists.tsx'
import { leftovers } from './storage-words.ts'
import { useAsk } from './unlock.tsx'

/** What takes the space on the disk of a server, each with a way to free it. Counted when somebody looks, and once a change has ended. */
export function StoragePanel({ server }: { server: KnownServer }) {
  const { status } = useLive()
  const ask = useAsk(server.id)
  const isBusy = status === null || status.activeRun !== null
  const counted = useQuery({
    queryKey: ['storage', server.id, status?.lastRun?.runId, status?.lastRun?.outcome], queryFn: () => ask(() => api.call('server.storage', { serverId: server.id })),
    enabled: !isBusy, placeholderData: keepPreviousData, gcTime: 0, retry: false,
  })
  if (counted.isError) return <ErrorNotice error={counted.error} onRetry={() => { void counted.refetch() }} />
  if (counted.data === undefined || status === null) return <Stack role="status"><Text fz="sm" c="dimmed">Counting what is on the disk. On a large one this takes up to a minute …</Text><Skeleton height={90} radius="lg" /><Skeleton height={180} radius="lg" /></Stack>
  const storage = counted.data
  const sites = status.sites.map(({ site }) => site)
  const left = leftovers(storage, sites)
  return (
    <Stack gap="xl">
      <Disk storage={storage} isCounting={counted.isFetching} onAgain={() => { void counted.refetch() }} />
      <Section title="Sites">
        {sites.length === 0 ? <Empty icon={null} title="No sites yet">What sites take will stand here.</Empty> : <SiteStorageList serverId={server.id} storage={storage} sites={sites} onFreed={() => { void counted.refetch() }} />}
      </Section>
      {left.length > 0 && <Section title="Files without a site" text="Folders that a removed site, an earlier installation or an archive left here. Nothing serves them."><LeftoverList serverId={server.id} sites={left} /></Section>}
      {storage.archives.length > 0 && <Section title="Kept archives" text="What was kept of sites that were removed."><ArchiveList archives={storage.archives} taken={new Set([...sites.map(({ id }) => id), ...left.map(({ siteId }) => siteId)])} /></Section>}
      {storage.keptMail.length > 0 && <Section title="Kept mail" text="What waited when the mail server was taken off, with its keys."><KeptMailList kept={storage.keptMail} /></Section>}
      <Section title="Everything else"><OthersList storage={storage} sites={sites} /></Section>
    </Stack>
  )
}

function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return <section aria-label={title}><Title order={2} mb={text === undefined ? 'sm' : 2}>{title}</Title>{text !== undefined && <Text fz="sm" c="dimmed" mb="sm">{text}</Text>}{children}</section>
}

/** As lib/room does on the server: what is left to others. */
const reserveBytes = 2 ** 30

function Disk({ storage: { disk, isComplete }, isCounting, onAgain }: { storage: Storage; isCounting: boolean; onAgain(): void }) {
  const used = disk.totalBytes - disk.freeBytes
  const percent = disk.totalBytes === 0 ? 0 : Math.round((100 * used) / disk.totalBytes)
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="sm">
        <Text fz="sm" style={{ flex: 1, minWidth: 220 }}><b>{formatBytes(disk.freeBytes)}</b> of {formatBytes(disk.totalBytes)} are free.</Text>
        <Button size="xs" variant="default" loading={isCounting} onClick={onAgain}>Count again</Button>
      </Group>
      <Progress value={percent} size="lg" aria-label="How full the disk is" color={disk.freeBytes < reserveBytes ? 'red' : 'harbour'} />
      {disk.freeBytes < reserveBytes && <Notice tone="bad" title="The disk is almost full">Nothing large is written any more until {formatBytes(reserveBytes)} are free: no version is published, no repository pulled, no site kept as an archive. Free something below.</Notice>}
      {disk.freeFiles !== null && disk.freeFiles < 20_000 && <Notice tone="warn" title="The disk takes only few more files">It still takes {disk.freeFiles}, however small they are. Delete versions or sites with many files.</Notice>}
      {!isComplete && <Notice tone="warn" title="Not everything could be counted in time">The server is busy, or has a great many files. What is shown is less than what there is.</Notice>}
    </Stack>
  )
}
