import { Button, Group, Text, Title } from '@mantine/core'
import { isPulled } from '../../shared/site-source.ts'
import type { SiteStatus } from '../../shared/status.ts'
import { Ago } from './now.tsx'
import { releaseName } from './quantity.ts'
import { useSiteActions } from './site-actions.tsx'
import { StateBadge } from './state-badge.tsx'

/** Versions that are on the server, newest first, to go back to. */
export function SiteVersions({ status }: { status: SiteStatus }) {
  const { site, releases } = status
  const actions = useSiteActions(site)
  const isPinned = 'pinned' in site.source && site.source.pinned !== undefined
  const isRepository = isPulled(site.source)
  return (
    <section aria-label="Versions">
      <Group justify="space-between" mb="sm"><Title order={2}>Versions</Title>{isPinned && <Button size="compact-sm" variant="default" onClick={actions.follow}>{isRepository ? 'Follow the branch again' : 'Follow the image again'}</Button>}</Group>
      {releases.length === 0 ? <Text c="dimmed" fz="sm">Nothing was published yet.</Text> : (
        <ul className="hp-list" aria-label="Versions">
          {releases.toSorted((one, other) => other.publishedAt - one.publishedAt).map((release) => (
            <li key={release.id}>
              <Group justify="space-between" gap="sm">
                <div><Text fz="sm" fw={560}><span className={site.source.kind === 'upload' ? '' : 'hp-mono'}>{releaseName(release.id)}</span>{release.label === undefined ? '' : ` ${release.label}`}</Text><Text fz="xs" c="dimmed">published <Ago at={release.publishedAt} /></Text></div>
                {release.current ? <StateBadge tone="good">Served now</StateBadge> : <Button size="compact-sm" variant="default" aria-label={`Roll back to ${releaseName(release.id)}`} onClick={() => actions.rollBack(release.id, releaseName(release.id))}>Roll back</Button>}
              </Group>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
