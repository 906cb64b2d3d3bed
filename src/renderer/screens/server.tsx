import '../components/dashboard.css'
import { Skeleton, Stack, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Route, Switch, useLocation } from 'wouter'
import type { KnownServer } from '../../shared/connection.ts'
import { ChangeDrawer } from '../components/change-drawer.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { knownServersQuery } from '../components/known-servers.ts'
import { LiveProvider } from '../components/live.tsx'
import { Page } from '../components/page.tsx'
import { ServerHeader } from '../components/server-header.tsx'
import { StoragePanel } from '../components/storage-panel.tsx'
import { UnitsPanel } from '../components/units-panel.tsx'
import { CertificateSettingsTab } from './certificate-settings.tsx'
import { MailDomainScreen } from './mail-domain.tsx'
import { MailTab } from './mail.tsx'
import { LogsTab } from './logs.tsx'
import { NotFound } from './not-found.tsx'
import { RunScreen } from './run.tsx'
import { ServerDetails } from './server-details.tsx'
import { SetupScreen } from './setup.tsx'
import { SiteScreen } from './site.tsx'
import { EditSiteScreen, NewSiteScreen, PublishScreen } from './site-edit.tsx'
import { SitesTab } from './sites.tsx'

/** Everything of one server, below its one live stream. */
export function ServerScreen({ serverId }: { serverId: string }) {
  const servers = useQuery(knownServersQuery)
  if (servers.isPending) return <div className="hp-page"><Skeleton height={60} mb="lg" radius="lg" /><Skeleton height={260} radius="lg" /></div>
  if (servers.isError) return <Page title="Your server" crumbs={[]}><ErrorNotice error={servers.error} onRetry={() => { void servers.refetch() }} /></Page>
  const server = servers.data.find((known) => known.id === serverId)
  if (server === undefined) return <NotFound />
  return (
    <LiveProvider serverId={serverId}>
      <ChangeDrawer serverId={serverId}>
        <Switch>
          <Route path="/servers/:id/setup"><SetupScreen server={server} /></Route>
          <Route path="/servers/:id/runs/:runId">{({ runId }) => <RunScreen server={server} runId={runId} />}</Route>
          <Route path="/servers/:id/sites/new"><NewSiteScreen server={server} /></Route>
          <Route path="/servers/:id/sites/new/:domain/:release?">{({ domain, release }) => <NewSiteScreen server={server} domain={domain} release={release} />}</Route>
          <Route path="/servers/:id/sites/:siteId/edit">{({ siteId }) => <EditSiteScreen server={server} siteId={siteId} />}</Route>
          <Route path="/servers/:id/sites/:siteId/publish">{({ siteId }) => <PublishScreen server={server} siteId={siteId} />}</Route>
          <Route path="/servers/:id/sites/:siteId/certificate">{({ siteId }) => <SiteScreen server={server} siteId={siteId} tab="certificate" />}</Route>
          <Route path="/servers/:id/sites/:siteId/files/*?">{({ siteId }) => <SiteScreen server={server} siteId={siteId} tab="files" />}</Route>
          <Route path="/servers/:id/sites/:siteId/services">{({ siteId }) => <SiteScreen server={server} siteId={siteId} tab="services" />}</Route>
          <Route path="/servers/:id/sites/:siteId">{({ siteId }) => <SiteScreen server={server} siteId={siteId} tab="overview" />}</Route>
          <Route path="/servers/:id"><Dashboard server={server} tab="sites" /></Route>
          <Route path="/servers/:id/logs/*?"><Dashboard server={server} tab="logs" /></Route>
          <Route path="/servers/:id/mail"><Dashboard server={server} tab="mail" /></Route>
          <Route path="/servers/:id/mail/:domain">{({ domain }) => <MailDomainScreen server={server} domain={domain} />}</Route>
          <Route path="/servers/:id/certificates"><Dashboard server={server} tab="certificates" /></Route>
          <Route path="/servers/:id/services"><Dashboard server={server} tab="services" /></Route>
          <Route path="/servers/:id/storage"><Dashboard server={server} tab="storage" /></Route>
          <Route path="/servers/:id/server"><Dashboard server={server} tab="server" /></Route>
          <Route><NotFound /></Route>
        </Switch>
      </ChangeDrawer>
    </LiveProvider>
  )
}

const tabs = [{ value: 'sites', label: 'Sites' }, { value: 'mail', label: 'Mail' }, { value: 'logs', label: 'Logs' }, { value: 'services', label: 'Services' }, { value: 'certificates', label: 'Certificates and alerts' }, { value: 'storage', label: 'Storage' }, { value: 'server', label: 'Server' }] as const

function Dashboard({ server, tab }: { server: KnownServer; tab: (typeof tabs)[number]['value'] }) {
  const [, navigate] = useLocation()
  const base = `/servers/${server.id}`
  return (
    <div className="hp-page" data-width={tab === 'logs' ? 'wide' : 'normal'}>
      <Stack gap="lg">
        <ServerHeader server={server} tab={tab} />
        <Tabs value={tab} onChange={(value) => navigate(value === 'sites' ? base : `${base}/${value}`)} activateTabWithKeyboard={false}>
          <Tabs.List mb="lg" className="hp-tabs">{tabs.map(({ value, label }) => <Tabs.Tab key={value} value={value}>{label}</Tabs.Tab>)}</Tabs.List>
          <Tabs.Panel value="sites"><SitesTab server={server} /></Tabs.Panel>
          <Tabs.Panel value="logs"><LogsTab serverId={server.id} /></Tabs.Panel>
          <Tabs.Panel value="mail">{tab === 'mail' && <MailTab serverId={server.id} />}</Tabs.Panel>
          <Tabs.Panel value="services">{tab === 'services' && <UnitsPanel server={server} />}</Tabs.Panel>
          <Tabs.Panel value="certificates"><CertificateSettingsTab serverId={server.id} /></Tabs.Panel>
          <Tabs.Panel value="storage">{tab === 'storage' && <StoragePanel server={server} />}</Tabs.Panel>
          <Tabs.Panel value="server"><ServerDetails server={server} /></Tabs.Panel>
        </Tabs>
      </Stack>
    </div>
  )
}

