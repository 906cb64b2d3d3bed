import { Button, Group, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Site } from '../../shared/spec.ts'
import { folderBytes, type SiteStorage, type Storage } from '../../shared/storage.ts'
import { api } from '../api.ts'
import { useChanges } from './change-drawer.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { formatBytes } from './quantity.ts'
import { earlierVersions, serverFreeings, siteParts, type Freeing } from './storage-words.ts'
import { useAsk } from './unlock.tsx'

/** One thing that takes space, how much, and what can be done about it. */
export function StorageRow({ title, bytes, text, children }: { title: string; bytes: number; text: ReactNode; children?: ReactNode }) {
  return (
    <li aria-label={title}>
      <Group justify="space-between" gap="sm">
        <div style={{ flex: 1, minWidth: 230, overflowWrap: 'anywhere' }}><Text fz="sm" fw={580}>{title} <Text span fz="sm" c="dimmed" fw={400}>{formatBytes(bytes)}</Text></Text><Text fz="sm" c="dimmed">{text}</Text></div>
        {children !== undefined && <Group gap="xs">{children}</Group>}
      </Group>
    </li>
  )
}

/** Asks whether it shall be deleted, and deletes it in a run that is shown. */
export function useFreeing(): (freeing: Pick<Freeing, 'title' | 'consent' | 'action'>) => void {
  const changes = useChanges()
  return ({ title, consent, action }) => {
    modals.openConfirmModal({ title: `${title}?`, labels: { confirm: 'Delete', cancel: 'Cancel' }, confirmProps: { color: 'red' }, onConfirm: () => changes.act(title, action), children: <Text fz="sm" style={{ overflowWrap: 'anywhere' }}>{consent}</Text> })
  }
}

/** What each site takes. */
export function SiteStorageList({ serverId, storage, sites, onFreed }: { serverId: string; storage: Storage; sites: readonly Site[]; onFreed(): void }) {
  const known = new Map(storage.sites.map((site) => [site.siteId, site]))
  const rows = sites.map((site) => ({ site, taken: known.get(site.id) })).sort((a, b) => (b.taken === undefined ? 0 : folderBytes(b.taken)) - (a.taken === undefined ? 0 : folderBytes(a.taken)))
  return (
    <ul className="hp-list" aria-label="What sites take">
      {rows.map(({ site, taken }) => (taken === undefined ? <StorageRow key={site.id} title={site.domain} bytes={0} text="It has no files of its own." /> : <SiteRow key={site.id} serverId={serverId} site={site} taken={taken} onFreed={onFreed} />))}
    </ul>
  )
}

function SiteRow({ serverId, site, taken, onFreed }: { serverId: string; site: Site; taken: SiteStorage; onFreed(): void }) {
  const free = useFreeing()
  const ask = useAsk(serverId)
  const empty = useMutation({ mutationFn: () => ask(() => api.call('files.empty-trash', { serverId, siteId: site.id })), onSuccess: onFreed })
  const versions = earlierVersions(taken)
  const confirm = () => modals.openConfirmModal({ title: `Empty the trash of ${site.domain}?`, labels: { confirm: 'Delete it for ever', cancel: 'Cancel' }, confirmProps: { color: 'red' }, onConfirm: () => empty.mutate(), children: <Text fz="sm">{formatBytes(taken.trashBytes)} of deleted files. Homeport cannot bring them back.</Text> })
  return (
    <StorageRow title={site.domain} bytes={folderBytes(taken)} text={<>{siteParts(taken)}{empty.isError && <ErrorNotice error={empty.error} />}</>}>
      {versions !== null && <Button size="xs" variant="default" onClick={() => free(versions)}>{versions.label}<span className="hp-hidden"> of {site.domain}</span></Button>}
      {taken.trashBytes > 8192 && <Button size="xs" variant="default" loading={empty.isPending} onClick={confirm}>Empty the trash<span className="hp-hidden"> of {site.domain}</span></Button>}
    </StorageRow>
  )
}

const dockerWords: Readonly<Record<string, string>> = { Images: 'Images of containers', Containers: 'Containers', 'Local Volumes': 'Volumes of Docker' }

/** What is for the whole server, and what is others' and only shown. */
export function OthersList({ storage, sites }: { storage: Storage; sites: readonly Site[] }) {
  const free = useFreeing()
  const freeings = serverFreeings(storage, sites)
  const ofDocker = storage.docker.filter(({ kind, bytes }) => kind in dockerWords && bytes > 0)
  if (freeings.length + ofDocker.length === 0 && storage.repositoriesBytes === 0) return <Text fz="sm" c="dimmed">Nothing that Homeport knows of.</Text>
  return (
    <ul className="hp-list" aria-label="What else takes space">
      {freeings.map((freeing) => (
        <StorageRow key={freeing.label} title={freeing.label} bytes={freeing.bytes} text={freeing.means}><Button size="xs" variant="default" onClick={() => free({ ...freeing, consent: `${formatBytes(freeing.bytes)} at most. ${freeing.consent}` })}>Delete<span className="hp-hidden"> {freeing.label}</span></Button></StorageRow>
      ))}
      {storage.repositoriesBytes > 0 && <StorageRow title="Git repositories" bytes={storage.repositoriesBytes} text="From these the sites are pulled. Each goes with its site." />}
      {ofDocker.map(({ kind, bytes, unusedBytes }) => (
        <StorageRow key={kind} title={dockerWords[kind] ?? kind} bytes={bytes} text={`Of Homeport’s containers and of all others on this server; ${formatBytes(unusedBytes)} are in no use. Homeport leaves what is not its own.`} />
      ))}
    </ul>
  )
}
