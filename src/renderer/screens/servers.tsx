import { ActionIcon, Button, Card, Group, Menu, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconDotsVertical, IconEyeCheck, IconListCheck, IconPlugConnectedX, IconServer2, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { KnownServer } from '../../shared/connection.ts'
import type { SiteStatus } from '../../shared/status.ts'
import { api } from '../api.ts'
import { AttentionBadge } from '../components/attention.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { knownServersQuery } from '../components/known-servers.ts'
import { Logo } from '../components/logo.tsx'
import { Ago } from '../components/now.tsx'
import { Page, usePageFocus, usePlace } from '../components/page.tsx'
import { counted } from '../components/quantity.ts'
import { useServerStatuses } from '../components/server-statuses.ts'
import { StateBadge } from '../components/state-badge.tsx'
import { useForget } from '../components/forget.tsx'
import { TryHere } from '../components/try-here.tsx'
import './servers.css'

/** The start: the servers of this computer, or what Homeport will do for one. */
export function ServersScreen() {
  const servers = useQuery(knownServersQuery)
  const { statuses } = useServerStatuses()
  const info = useQuery({ queryKey: ['app.info'], queryFn: () => api.call('app.info') })
  if (servers.isPending) return <div className="hp-page"><Skeleton height={34} width={220} mb="xl" /><SimpleGrid cols={{ base: 1, sm: 2 }}><Skeleton height={130} radius="lg" /><Skeleton height={130} radius="lg" /></SimpleGrid></div>
  if (servers.isError) return <Page title="Your servers" crumbs={[]}><ErrorNotice error={servers.error} onRetry={() => { void servers.refetch() }} /></Page>
  const canTry = info.data?.canTryHere === true && !servers.data.some((server) => server.isThrowaway)
  if (servers.data.length === 0) return <Welcome canTry={canTry} />
  return (
    <Page title="Your servers" crumbs={[]} actions={<Button component={Link} href="/connect">Add a server</Button>}>
      <Stack gap="xl">
        <SimpleGrid component="ul" cols={{ base: 1, sm: 2, lg: 3 }} className="hp-plain" aria-label="Servers">{servers.data.map((server) => <ServerCard key={server.id} server={server} sites={statuses?.find(({ serverId }) => serverId === server.id)?.status?.sites ?? []} />)}</SimpleGrid>
        {canTry && <TryHere />}
      </Stack>
    </Page>
  )
}

function ServerCard({ server, sites }: { server: KnownServer; sites: readonly SiteStatus[] }) {
  const { lastSeen, target } = server
  const forget = useForget(server)
  return (
    <Card component="li" className="hp-server-card" padding="md">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Group gap="sm" wrap="nowrap" style={{ minWidth: 0 }}>
          <span className="hp-server-icon" aria-hidden><IconServer2 size={20} stroke={1.6} /></span>
          <div style={{ minWidth: 0 }}>
            <Link href={`/servers/${server.id}`} className="hp-card-link">{server.name}</Link>
            <Text fz="xs" c="dimmed" className="hp-mono hp-ellipsis">{target.user}@{target.host}</Text>
          </div>
        </Group>
        <Menu position="bottom-end">
          <Menu.Target><ActionIcon aria-label={`Actions for ${server.name}`} className="hp-above"><IconDotsVertical size={17} /></ActionIcon></Menu.Target>
          <Menu.Dropdown><Menu.Item c="var(--mantine-color-error)" leftSection={<IconTrash size={16} />} onClick={forget}>{server.isThrowaway ? 'Remove the practice server …' : 'Forget this server …'}</Menu.Item></Menu.Dropdown>
        </Menu>
      </Group>
      <Group gap={6} mt="md">
        {server.isThrowaway && <StateBadge tone="busy">On this computer</StateBadge>}
        {lastSeen === null ? <StateBadge tone="idle">Never seen</StateBadge> : !lastSeen.isSetUp ? <StateBadge tone="idle">Not set up yet</StateBadge> : lastSeen.sites === 0 ? <StateBadge tone="idle">No sites yet</StateBadge> : <StateBadge tone="good">{counted(lastSeen.sites, 'site')}</StateBadge>}
        <AttentionBadge sites={sites} />
        {lastSeen !== null && <Text fz="xs" c="dimmed" ml="auto">seen <Ago at={lastSeen.at} /></Text>}
      </Group>
      <Text fz="xs" c="dimmed" mt={8} className="hp-ellipsis">{lastSeen === null ? 'Open it to connect.' : lastSeen.os}</Text>
    </Card>
  )
}

const points = [
  { Icon: IconEyeCheck, title: 'Homeport looks', text: 'It logs in to your fresh server, the way you would with SSH, and checks that it is suitable.' },
  { Icon: IconListCheck, title: 'You decide', text: 'You see every change and every command beforehand. Nothing happens until you agree.' },
  { Icon: IconPlugConnectedX, title: 'The server works alone', text: 'Your sites run on with Homeport closed. Nothing of Homeport keeps running there.' },
]

function Welcome({ canTry }: { canTry: boolean }) {
  usePlace('Homeport', [])
  const heading = usePageFocus()
  return (
    <div className="hp-page hp-welcome" data-width="narrow">
      <Stack align="center" gap="md" ta="center">
        <Logo size={60} />
        <Title order={1} ref={heading} tabIndex={-1} fz={32}>A harbour for your own sites</Title>
        <Text c="dimmed" fz="lg" maw={520}>Turn a fresh server into a home for your websites, and understand every step.</Text>
        <Button component={Link} href="/connect" size="md" mt="xs">Add a server</Button>
        <Text fz="sm" c="dimmed">Any rented server with Debian or Ubuntu, from about 1 GB of memory.</Text>
      </Stack>
      <ol className="hp-points">
        {points.map(({ Icon, title, text }) => <li key={title}><Icon size={24} stroke={1.5} aria-hidden /><Text fw={620} mt={8}>{title}</Text><Text fz="sm" c="dimmed">{text}</Text></li>)}
      </ol>
      {canTry && <TryHere />}
    </div>
  )
}
