import { Button, Card, Group, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { KnownServer } from '../../shared/connection.ts'
import type { Probe, SiteStatus } from '../../shared/status.ts'
import { DnsAdvice } from '../components/dns-advice.tsx'
import { Empty } from '../components/empty.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { useLive } from '../components/live.tsx'
import { Notice } from '../components/notice.tsx'
import { Ago } from '../components/now.tsx'
import { Page } from '../components/page.tsx'
import { counted, releaseName } from '../components/quantity.ts'
import { useSiteActions } from '../components/site-actions.tsx'
import { siteHealth } from '../components/site-health.ts'
import { SiteMenu } from '../components/site-menu.tsx'
import { shortRepository } from '../components/site-source.tsx'
import { StateBadge } from '../components/state-badge.tsx'

/** One site: how it is, what it serves, and which versions there are. */
export function SiteScreen({ server, siteId }: { server: KnownServer; siteId: string }) {
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
  return <SiteDetail key={siteId} server={server} status={site} probe={probes.get(siteId)} crumbs={crumbs} />
}

function SiteDetail({ server, status, probe, crumbs }: { server: KnownServer; status: SiteStatus; probe: Probe | undefined; crumbs: { label: string; href?: string }[] }) {
  const { site } = status
  const health = siteHealth(status, probe)
  const actions = useSiteActions(site)
  const here = `/servers/${server.id}/sites/${site.id}`
  return (
    <Page title={site.domain} crumbs={crumbs} intro={<StateBadge tone={health.tone}>{health.word}</StateBadge>}
      actions={(
        <Group gap="xs">
          <Button component="a" href={`https://${site.domain}/`} target="_blank" rel="noreferrer" variant="default" rightSection={<IconExternalLink size={15} />}>Open the site</Button>
          {site.paused ? <Button onClick={actions.resume}>Resume</Button> : site.source.kind === 'git' ? <Button onClick={actions.pull}>Pull now</Button> : <Button component={Link} href={`${here}/publish`}>Publish again</Button>}
          <SiteMenu serverId={server.id} status={status} />
        </Group>
      )}>
      <Stack gap="lg">
        {health.meaning !== '' && (health.tone === 'warn' || health.tone === 'bad') && (
          <Notice tone={health.tone} title={health.meaning} {...(health.tone === 'bad' ? { actions: <Button size="xs" variant="default" component={Link} href={`/servers/${server.id}/logs/site/${site.id}`}>Open the logs</Button> } : {})}>
            {probe !== undefined && probe.dns !== 'here' && <DnsAdvice site={site} host={server.target.host} />}
          </Notice>
        )}
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
          <Card component="section" aria-label="State"><Title order={2} mb="md">State</Title><StateFacts status={status} probe={probe} /></Card>
          <Card component="section" aria-label="Content">
            <Group justify="space-between" mb="md"><Title order={2}>Content</Title><Button component={Link} href={`${here}/edit`} size="compact-sm" variant="subtle">Edit</Button></Group>
            <ContentFacts status={status} />
          </Card>
        </SimpleGrid>
        <Versions status={status} />
      </Stack>
    </Page>
  )
}

function FactList({ facts }: { facts: [string, ReactNode][] }) {
  return <dl className="hp-facts">{facts.map(([name, value]) => <div key={name} style={{ display: 'contents' }}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
}

const dnsWords = { here: 'leads to this server', elsewhere: 'leads to another server', nowhere: 'leads nowhere yet' } as const
const unitWords: Record<string, string> = { active: 'running', inactive: 'stopped', failed: 'stopped with an error', activating: 'starting', deactivating: 'stopping' }

function StateFacts({ status: { unit, certificate }, probe }: { status: SiteStatus; probe: Probe | undefined }) {
  return (
    <FactList facts={[
      ['From this computer', probe === undefined ? 'checking …' : probe.status === null ? (probe.error ?? 'no answer') : `answers ${probe.status}${probe.latencyMs === null ? '' : ` in ${Math.round(probe.latencyMs)} ms`}`],
      ['Domain', probe === undefined ? 'checking …' : dnsWords[probe.dns]],
      ['On the server', unit === null ? 'not there' : <>{unitWords[unit.active] ?? unit.active}{unit.since !== null && <> since <Ago at={unit.since} /></>}{unit.restarts > 0 ? `, ${counted(unit.restarts, 'restart')}` : ''}</>],
      ['Certificate', certificate === null ? 'none yet' : certificate.selfSigned ? 'self-signed for now: browsers warn of it' : `by ${certificate.issuer}, until ${new Date(certificate.notAfter).toLocaleDateString()}`],
    ]} />
  )
}

function ContentFacts({ status: { site, pull, nextPullAt, releases } }: { status: SiteStatus }) {
  const current = releases.find((release) => release.current)
  if (site.source.kind === 'upload') {
    return <FactList facts={[['Source', 'files uploaded from a computer'], ['Published', current === undefined ? 'not yet' : <Ago at={current.publishedAt} />], ['With www.', site.www ? `www.${site.domain} leads here too` : 'no']]} />
  }
  return (
    <Stack gap="sm">
      <FactList facts={[
        ['Repository', <span title={site.source.url}>{shortRepository(site.source.url)}</span>],
        ['Branch', `${site.source.branch}, pulled every ${counted(site.source.intervalMinutes, 'minute')}`],
        ['Served', current === undefined ? 'nothing yet' : <><span className="hp-mono">{releaseName(current.id)}</span>{pull?.commit === current.id && pull.subject !== null ? ` ${pull.subject}` : ''}</>],
        ['Last pull', pull === null ? 'not yet' : <Ago at={pull.at} />],
        ['Next pull', site.source.pinned !== undefined ? 'stays on the chosen version' : nextPullAt === null ? 'not planned' : <Ago at={nextPullAt} />],
        ['With www.', site.www ? `www.${site.domain} leads here too` : 'no'],
      ]} />
      {pull !== null && !pull.ok && <Notice tone="bad" title="The last pull failed">{pull.error ?? 'The server gave no reason.'} The version before it stays online.</Notice>}
    </Stack>
  )
}

function Versions({ status }: { status: SiteStatus }) {
  const { site, releases } = status
  const actions = useSiteActions(site)
  const pinned = site.source.kind === 'git' ? site.source.pinned : undefined
  return (
    <section aria-label="Versions">
      <Group justify="space-between" mb="sm"><Title order={2}>Versions</Title>{pinned !== undefined && <Button size="compact-sm" variant="default" onClick={actions.follow}>Follow the branch again</Button>}</Group>
      {releases.length === 0 ? <Text c="dimmed" fz="sm">Nothing was published yet.</Text> : (
        <ul className="hp-list" aria-label="Versions">
          {releases.toSorted((one, other) => other.publishedAt - one.publishedAt).map((release) => (
            <li key={release.id}>
              <Group justify="space-between" gap="sm">
                <div><Text fz="sm" fw={560} className={site.source.kind === 'git' ? 'hp-mono' : ''}>{releaseName(release.id)}</Text><Text fz="xs" c="dimmed">published <Ago at={release.publishedAt} /></Text></div>
                {release.current ? <StateBadge tone="good">Served now</StateBadge> : <Button size="compact-sm" variant="default" aria-label={`Roll back to ${releaseName(release.id)}`} onClick={() => actions.rollBack(release.id, releaseName(release.id))}>Roll back</Button>}
              </Group>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
