import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconExternalLink, IconRocket, IconWorldPlus } from '@tabler/icons-react'
import { Link } from 'wouter'
import type { KnownServer } from '../../shared/connection.ts'
import type { Probe, SiteStatus } from '../../shared/status.ts'
import { CertificateLine } from '../components/certificate-line.tsx'
import { useChanges } from '../components/change-drawer.tsx'
import { Disclosure } from '../components/disclosure.tsx'
import { DnsAdvice } from '../components/dns-advice.tsx'
import { DriftCard } from '../components/drift.tsx'
import { Empty } from '../components/empty.tsx'
import { useLive } from '../components/live.tsx'
import { Notice } from '../components/notice.tsx'
import { counted } from '../components/quantity.ts'
import { siteHealth } from '../components/site-health.ts'
import { SiteMenu } from '../components/site-menu.tsx'
import { SiteSource } from '../components/site-source.tsx'
import { StateBadge } from '../components/state-badge.tsx'
import { VitalsStrip } from '../components/vitals.tsx'

/** The first page of a server: is all well, and which sites are there. */
export function SitesTab({ server }: { server: KnownServer }) {
  const { status, vitals, probes, error } = useLive()
  if (status === null) return error === null ? <DashboardSkeleton /> : null
  if (!status.isSetUp) {
    return (
      <Empty icon={<IconRocket size={42} stroke={1.4} />} title="This server is not set up yet" action={<Button component={Link} href={`/servers/${server.id}/setup`}>Set up this server</Button>}>
        Homeport checks it, shows you a plan, and installs what your sites need only when you agree.
      </Empty>
    )
  }
  return (
    <Stack gap="lg">
      <VitalsStrip vitals={vitals} status={status} />
      {/* In the middle of a run much is half done, and that is no fault. */}
      {status.activeRun === null && <><ProxyNotice /><DriftCard drift={status.drift} /></>}
      {status.sites.length === 0
        ? (
          <Empty icon={<IconWorldPlus size={42} stroke={1.4} />} title="No sites yet" action={<Button component={Link} href={`/servers/${server.id}/sites/new`}>Add your first site</Button>}>
            A site is a folder of files, a git repository, a program in a container, or just a redirect. You only need a domain.
          </Empty>
        )
        : (
          <section aria-label="Sites">
            <Group justify="space-between" mb="sm">
              <Text component="h2" fw={620} fz="lg">{counted(status.sites.length, 'site')}</Text>
              <Button component={Link} href={`/servers/${server.id}/sites/new`}>Add a site</Button>
            </Group>
            <ul className="hp-list" aria-label="Sites">
              <li className="hp-site-head" aria-hidden><div className="hp-site-row"><div>Site</div><div>State</div><div>Content</div><div /></div></li>
              {status.sites.map((site) => <SiteRow key={site.site.id} server={server} status={site} probe={probes.get(site.site.id)} />)}
            </ul>
          </section>
        )}
    </Stack>
  )
}

function SiteRow({ server, status, probe }: { server: KnownServer; status: SiteStatus; probe: Probe | undefined }) {
  const { site } = status
  const health = siteHealth(status, probe)
  const needsDns = probe !== undefined && probe.dns !== 'here' && !site.paused && probe.status !== null
  return (
    <li aria-label={site.domain}>
      <div className="hp-site-row">
        <div>
          <Group gap={6} wrap="nowrap">
            <Link className="hp-rowlink hp-ellipsis" href={`/servers/${server.id}/sites/${site.id}`}>{site.domain}</Link>
            <a href={`https://${site.domain}/`} target="_blank" rel="noreferrer" aria-label={`Open https://${site.domain}`} style={{ color: 'var(--mantine-color-dimmed)', display: 'inline-flex' }}><IconExternalLink size={15} /></a>
          </Group>
          <CertificateLine status={status} href={`/servers/${server.id}/sites/${site.id}/certificate`} />
        </div>
        <div>
          <StateBadge tone={health.tone}>{health.word}</StateBadge>
          {probe?.latencyMs != null && health.tone === 'good' && <Text fz="xs" c="dimmed" mt={2}>{probe.status} in {Math.round(probe.latencyMs)} ms</Text>}
        </div>
        <div><SiteSource status={status} /></div>
        <div><SiteMenu serverId={server.id} status={status} /></div>
      </div>
      {health.meaning !== '' && !site.paused && (
        <div className="hp-site-note">
          <Text fz="sm" c="dimmed">{health.meaning}</Text>
          {needsDns && <Disclosure label="Show the DNS record to set" openLabel="Hide the DNS record"><DnsAdvice site={site} host={server.target.host} /></Disclosure>}
        </div>
      )}
    </li>
  )
}

/** Without the proxy no site answers, so its trouble is said first. */
function ProxyNotice() {
  const { status } = useLive()
  const changes = useChanges()
  const proxy = status?.proxy ?? null
  if (proxy !== null && (proxy.active === 'active' || proxy.active === 'activating' || proxy.active === 'reloading')) return null
  return (
    <Notice role="alert" tone="bad" title="The proxy does not run, so no site can be reached"
      actions={proxy === null
        ? <Button size="xs" onClick={() => changes.review('Bring the proxy back', { kind: 'set-up' })}>Bring it back</Button>
        : <Button size="xs" onClick={() => changes.act('Restart the proxy', { kind: 'restart-proxy' })}>Restart the proxy</Button>}>
      The proxy is the front door: it takes every visitor to the right site.
    </Notice>
  )
}

function DashboardSkeleton() {
  return <Stack gap="lg" role="status" aria-label="Connecting to the server"><Skeleton height={92} radius="lg" /><Skeleton height={240} radius="lg" /></Stack>
}
