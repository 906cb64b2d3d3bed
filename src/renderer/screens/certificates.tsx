import '../components/certificate-table.css'
import { Button, Group, Skeleton, Stack, Switch, Text, TextInput, Title } from '@mantine/core'
import { IconRefresh, IconSearch, IconShieldCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useMemo, useState } from 'react'
import { Link } from 'wouter'
import { needsAttention } from '../components/certificate-health.ts'
import { certificateRows, foundRows, type UnreachedServer } from '../components/certificate-rows.ts'
import { CertificateTable } from '../components/certificate-table.tsx'
import { Empty } from '../components/empty.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { knownServersQuery } from '../components/known-servers.ts'
import { Notice } from '../components/notice.tsx'
import { Ago, useNow } from '../components/now.tsx'
import { Page } from '../components/page.tsx'
import { counted } from '../components/quantity.ts'
import { useServerStatuses } from '../components/server-statuses.ts'
import { StateBadge } from '../components/state-badge.tsx'

const icon = <IconShieldCheck size={42} stroke={1.4} />

/** The certificates of all servers, those that need attention first. */
export function CertificatesScreen() {
  const servers = useQuery(knownServersQuery)
  const { query, statuses } = useServerStatuses()
  const now = useNow(60_000)
  const { rows, unreached } = useMemo(() => certificateRows(servers.data ?? [], statuses ?? [], now), [servers.data, statuses, now])
  const troubled = rows.filter(({ health }) => needsAttention(health)).length
  const error = servers.error ?? query.error
  const again = () => { void servers.refetch(); if (servers.data !== undefined) void query.refetch() }
  const intro = rows.length === 0 ? undefined : troubled === 0 ? 'All is well: the servers renew them by themselves, with Homeport closed, too.' : `${troubled} of ${counted(rows.length, 'certificate')} ${troubled === 1 ? 'needs' : 'need'} your attention. The servers look after all others by themselves.`
  return (
    <Page title="Certificates" width="wide" crumbs={[{ label: 'Certificates' }]} intro={intro}
      actions={<Group gap="sm">{statuses !== undefined && <Text fz="xs" c="dimmed">looked <Ago at={query.dataUpdatedAt} /></Text>}<Button variant="default" leftSection={<IconRefresh size={15} />} loading={query.isFetching} disabled={servers.data?.length === 0} onClick={again}>Look again</Button></Group>}>
      <Stack gap="xl">
        {error !== null && <ErrorNotice error={error} onRetry={again} />}
        {/* Below a long list nobody would find them. */}
        {unreached.length > 0 && rows.length > 8 && <Notice tone="idle" title={`${counted(unreached.length, 'server')} could not be asked`} actions={<Button size="xs" variant="default" onClick={() => document.getElementById('unreached')?.scrollIntoView()}>See which, and why</Button>} />}
        {servers.data?.length === 0 ? <Empty icon={icon} title="No servers yet" action={<Button component={Link} href="/connect">Add a server</Button>}>Each site gets a certificate, so that browsers know it is the right one. They are all listed here.</Empty>
          : statuses === undefined ? error === null && <Loading />
            : rows.length === 0 && unreached.length === 0 ? <Empty icon={icon} title="No certificates yet" action={<Button component={Link} href="/">Go to your servers</Button>}>A certificate comes with each site that you add.</Empty>
              : rows.length > 0 && <Found rows={rows} />}
        {unreached.length > 0 && <Unreached servers={unreached} />}
      </Stack>
    </Page>
  )
}

function Found({ rows }: { rows: ReturnType<typeof certificateRows>['rows'] }) {
  const [search, setSearch] = useState('')
  const [onlyTroubled, setOnlyTroubled] = useState(false)
  const soon = useDeferredValue(search)
  const shown = useMemo(() => foundRows(rows, soon).filter(({ health }) => !onlyTroubled || needsAttention(health)), [rows, soon, onlyTroubled])
  return (
    <Stack gap="sm">
      <Group gap="lg" align="flex-end">
        <TextInput type="search" label="Find" placeholder="Name, server or who signed" leftSection={<IconSearch size={15} aria-hidden />} value={search} onChange={(event) => setSearch(event.currentTarget.value)} w={{ base: '100%', xs: 300 }} />
        <Switch label="Only those that need attention" checked={onlyTroubled} onChange={(event) => setOnlyTroubled(event.currentTarget.checked)} mb={8} />
        <Text fz="xs" c="dimmed" ml={{ base: 0, sm: 'auto' }} mb={8} role="status">{shown.length === rows.length ? counted(rows.length, 'certificate') : `${shown.length} of ${counted(rows.length, 'certificate')}`}</Text>
      </Group>
      {shown.length === 0 ? <Text c="dimmed" fz="sm">No certificate fits. Change what you look for.</Text> : <CertificateTable rows={shown} />}
    </Stack>
  )
}

/** Not to be known is not to be well: these servers are told apart. */
function Unreached({ servers }: { servers: readonly UnreachedServer[] }) {
  return (
    <section id="unreached" aria-label="Servers that could not be asked" style={{ scrollMarginTop: 70 }}>
      <Title order={2} mb={4}>Servers that could not be asked</Title>
      <Text fz="sm" c="dimmed" mb="sm">They go on renewing their certificates by themselves; only this list does not know how it stands. Open a server to log in.</Text>
      <ul className="hp-list">
        {servers.map(({ serverId, serverName, problem }) => (
          <li key={serverId}>
            <Group justify="space-between" gap="sm"><Link className="hp-rowlink" href={`/servers/${serverId}`}>{serverName}</Link><StateBadge tone="idle">Not known</StateBadge></Group>
            <Text fz="sm" c="dimmed">{problem}</Text>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Loading() {
  return <Stack gap="sm" role="status" aria-label="Asking your servers"><Skeleton height={36} width={300} /><Skeleton height={260} radius="lg" /><Text fz="sm" c="dimmed">Asking your servers. One that does not answer takes up to half a minute.</Text></Stack>
}
