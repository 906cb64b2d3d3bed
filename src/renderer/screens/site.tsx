import { Button, Card, Group, SimpleGrid, Skeleton, Stack, Tabs, Text, Title } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { Link, useLocation } from 'wouter'
import type { KnownServer } from '../../shared/connection.ts'
import { fileAccess } from '../../shared/files.ts'
import { isApp, isStatic } from '../../shared/site-source.ts'
import { mailOf } from '../../shared/spec.ts'
import type { Probe, SiteStatus } from '../../shared/status.ts'
import { certificateHealth, needsAttention } from '../components/certificate-health.ts'
import { DnsWatch } from '../components/dns-watch.tsx'
import { Empty } from '../components/empty.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { FactList } from '../components/fact-list.tsx'
import { useLive } from '../components/live.tsx'
import { Notice } from '../components/notice.tsx'
import { Ago, useNow } from '../components/now.tsx'
import { Page } from '../components/page.tsx'
import { counted } from '../components/quantity.ts'
import { useSiteActions } from '../components/site-actions.tsx'
import { SiteContent } from '../components/site-content.tsx'
import { siteHealth } from '../components/site-health.ts'
import { SiteMenu } from '../components/site-menu.tsx'
import { SiteVersions } from '../components/site-versions.tsx'
import { UnitsPanel } from '../components/units-panel.tsx'
import { StateBadge, ToneIcon } from '../components/state-badge.tsx'
import { SiteCertificate } from './site-certificate.tsx'
import { SiteFiles } from './site-files.tsx'

type SiteTab = 'overview' | 'files' | 'services' | 'certificate'

/** One site: how it is, what it serves, and which versions there are. */
export function SiteScreen({ server, siteId, tab }: { server: KnownServer; siteId: string; tab: SiteTab }) {
  const { status, probes, error, tryAgain } = useLive()
  const site = status?.sites.find((candidate) => candidate.site.id === siteId)
  const crumbs = [{ label: server.name, href: `/servers/${server.id}` }, { label: site?.site.domain ?? siteId }]
  if (site === undefined) {
    return (
      <Page title={siteId} crumbs={crumbs}>
        {error !== null ? <ErrorNotice error={error} onRetry={tryAgain} /> : status === null ? <Skeleton height={240} radius="lg" />
          : <Empty icon={null} title="This site is not on the server" action={<Button component={Link} href={`/servers/${server.id}`}>Go to the sites</Button>}>It was removed, perhaps from another computer.</Empty>}
      </Page>
    )
  }
  return <SiteDetail key={siteId} server={server} status={site} probe={probes.get(siteId)} crumbs={crumbs} tab={tab} />
}

function SiteDetail({ server, status, probe, crumbs, tab }: { server: KnownServer; status: SiteStatus; probe: Probe | undefined; crumbs: { label: string; href?: string }[]; tab: SiteTab }) {
  const { site } = status
  const health = siteHealth(status, probe)
  const actions = useSiteActions(site)
  const [, navigate] = useLocation()
  const certificate = certificateHealth(status, useNow(60_000))
  const here = `/servers/${server.id}/sites/${site.id}`
  return (
    <Page title={site.domain} crumbs={crumbs} intro={<StateBadge tone={health.tone}>{health.word}</StateBadge>}
      actions={(
        <Group gap="xs">
          <Button component="a" href={`https://${site.domain}/`} target="_blank" rel="noreferrer" variant="default" rightSection={<IconExternalLink size={15} />}>Open the site</Button>
          {site.paused ? <Button onClick={actions.resume}>Resume</Button> : site.source.kind === 'upload' ? <Button component={Link} href={`${here}/publish`}>Publish again</Button> : actions.pullLabel !== null && <Button onClick={actions.pull}>{actions.pullLabel}</Button>}
          <SiteMenu serverId={server.id} status={status} />
        </Group>
      )}>
      <Tabs value={tab} onChange={(value) => navigate(value === null || value === 'overview' ? here : `${here}/${value}`)} activateTabWithKeyboard={false}>
        <Tabs.List mb="lg" className="hp-tabs">
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          {fileAccess(site) !== null && <Tabs.Tab value="files">Files</Tabs.Tab>}
          <Tabs.Tab value="services">Services</Tabs.Tab>
          <Tabs.Tab value="certificate" {...(needsAttention(certificate) ? { rightSection: <ToneIcon tone={certificate.tone} size={16} /> } : {})}>Certificate{needsAttention(certificate) && <span className="hp-hidden">, needs attention</span>}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview"><Overview server={server} status={status} probe={probe} /></Tabs.Panel>
        <Tabs.Panel value="files">{tab === 'files' && <SiteFiles server={server} status={status} />}</Tabs.Panel>
        <Tabs.Panel value="services">{tab === 'services' && <UnitsPanel server={server} siteId={site.id} />}</Tabs.Panel>
        <Tabs.Panel value="certificate"><SiteCertificate server={server} status={status} /></Tabs.Panel>
      </Tabs>
    </Page>
  )
}

function Overview({ server, status, probe }: { server: KnownServer; status: SiteStatus; probe: Probe | undefined }) {
  const { site } = status
  const health = siteHealth(status, probe)
  const here = `/servers/${server.id}/sites/${site.id}`
  return (
    <Stack gap="lg">
      {health.meaning !== '' && (health.tone === 'warn' || health.tone === 'bad') && (
        <Notice tone={health.tone} title={health.meaning} {...(health.tone === 'bad' ? { actions: <Button size="xs" variant="default" component={Link} href={`/servers/${server.id}/logs/site/${site.id}`}>Open the logs</Button> } : {})}>
          {probe !== undefined && probe.dns !== 'here' && <div style={{ marginTop: 10 }}><DnsWatch serverId={server.id} siteId={site.id} /></div>}
        </Notice>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
        <Card component="section" aria-label="State"><Title order={2} mb="md">State</Title><StateFacts status={status} probe={probe} here={here} /></Card>
        <Card component="section" aria-label="Content">
          <Group justify="space-between" mb="md"><Title order={2}>Content</Title><Button component={Link} href={`${here}/edit`} size="compact-sm" variant="subtle">Edit</Button></Group>
          <SiteContent serverId={server.id} status={status} />
        </Card>
      </SimpleGrid>
      {status.releases.length > 0 && <SiteVersions status={status} />}
    </Stack>
  )
}

const dnsWords = { here: 'leads to this server', elsewhere: 'leads to another server', nowhere: 'leads nowhere yet' } as const
const unitWords: Record<string, string> = { active: 'running', inactive: 'stopped', failed: 'stopped with an error', activating: 'starting', deactivating: 'stopping' }

function StateFacts({ status, probe, here }: { status: SiteStatus; probe: Probe | undefined; here: string }) {
  const { unit } = status
  const certificate = certificateHealth(status, useNow(60_000))
  return (
    <FactList facts={[
      ['From this computer', probe === undefined ? 'checking …' : probe.status === null ? (probe.error ?? 'no answer') : `answers ${probe.status}${probe.latencyMs === null ? '' : ` in ${Math.round(probe.latencyMs)} ms`}`],
      ['Domain', probe === undefined ? 'checking …' : dnsWords[probe.dns]],
      ...(isStatic(status.site.source) || isApp(status.site.source) ? [['On the server', unit === null ? 'not there' : <>{unitWords[unit.active] ?? unit.active}{unit.since !== null && <> since <Ago at={unit.since} /></>}{unit.restarts > 0 ? `, ${counted(unit.restarts, 'restart')}` : ''}</>] as const] : []),
      ...(mailOf(status.site.source) === undefined ? [] : [['Mail', <>It may send as @{status.site.domain}. <Link href={`${here.split('/sites/')[0] ?? ''}/mail/${status.site.domain}`} className="hp-plain-link">DNS records</Link></>] as const]),
      ['Certificate', <><Link href={`${here}/certificate`} className="hp-plain-link">{certificate.label}</Link><Text fz="sm" c="dimmed">{certificate.sentence}</Text></>],
    ]} />
  )
}
