import { Card, Skeleton, Stack, Text, Title } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { KnownServer } from '../../shared/connection.ts'
import { isStatic } from '../../shared/site-source.ts'
import { api } from '../api.ts'
import { Empty } from './empty.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { useLive } from './live.tsx'
import { useAsk } from './unlock.tsx'
import { UnitRow } from './unit-row.tsx'
import { groupUnits } from './unit-words.ts'

/** What runs on the server for all sites, or for one: what systemd knows is what the person sees. */
export function UnitsPanel({ server, siteId = null }: { server: KnownServer; siteId?: string | null }) {
  const { status } = useLive()
  const ask = useAsk(server.id)
  const [goal, setGoal] = useState<string | null>(null)
  // The live status says when something changed: then systemd is asked again.
  const stamp = (status?.units ?? []).map(({ name, active, sub, since }) => `${name} ${active} ${sub} ${since}`).join('\n')
  const units = useQuery({ queryKey: ['units', server.id, stamp], queryFn: () => ask(() => api.call('server.units', { serverId: server.id })), placeholderData: keepPreviousData, gcTime: 0, retry: false })
  if (units.isError) return <ErrorNotice error={units.error} onRetry={() => { void units.refetch() }} />
  if (units.isPending) return <Stack><Skeleton height={180} radius="lg" /><Skeleton height={120} radius="lg" /></Stack>
  const site = status?.sites.find((one) => one.site.id === siteId)?.site
  const groups = groupUnits(units.data, siteId, site !== undefined && isStatic(site.source))
  const shown = new Set(groups.flatMap((group) => group.units.map(({ name }) => name)))
  if (groups.length === 0) return <Empty icon={null} title="Nothing of Homeport runs here">Set the server up first.</Empty>
  return (
    <Stack gap="lg">
      <Text fz="sm" c="dimmed">Everything that Homeport set up runs as a unit of systemd, the service manager of the server, and goes on with Homeport closed.</Text>
      {siteId !== null && groups.every((group) => group.siteId === null) && <Text fz="sm">This site has no unit of its own: the proxy{site !== undefined && isStatic(site.source) ? ' and the web server of all static sites' : ''} answer for it.</Text>}
      {groups.map((group) => {
        const title = group.siteId === null ? (siteId === null ? 'For all sites' : 'What it stands on') : siteId === null ? group.siteId : 'Of this site'
        return (
          <Card key={group.siteId ?? ''} component="section" aria-label={title} padding={0}>
            <Title order={2} px="md" pt="md" pb={6} style={{ overflowWrap: 'anywhere' }}>{title}</Title>
            {group.units.map((unit) => <UnitRow key={unit.name} serverId={server.id} unit={unit} shown={shown} isGoal={goal === unit.name} onGo={setGoal} />)}
          </Card>
        )
      })}
    </Stack>
  )
}
