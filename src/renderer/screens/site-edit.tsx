import { Button, Card, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import type { KnownServer } from '../../shared/connection.ts'
import type { Edit } from '../../shared/edit.ts'
import { siteNames, SiteDraft, type Site } from '../../shared/spec.ts'
import { ChangeFlow } from '../components/change-flow.tsx'
import { DnsWatch } from '../components/dns-watch.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { useLive } from '../components/live.tsx'
import { isAfterLastRun } from '../components/last-runs.ts'
import { Notice } from '../components/notice.tsx'
import { Page, type Crumb } from '../components/page.tsx'
import { newSiteValues, type SiteFormValues } from '../components/site-values.ts'
import { SiteForm } from '../components/site-form.tsx'
import { UploadPicker } from '../components/upload-picker.tsx'
import type { Stored } from '../components/upload-sender.ts'

interface Asked { readonly draft: SiteDraft; readonly values: SiteFormValues | null }

/** A new site: form, review, run, and what is left for the person to do. `domain`, `release`: what is on the server of it already. */
export function NewSiteScreen({ server, domain, release = '' }: { server: KnownServer; domain?: string; release?: string | undefined }) {
  const initial = domain === undefined ? undefined : { ...newSiteValues, domain, release }
  return <SiteFlow server={server} initial={initial} title="Add a site" titleOfReview="Review the new site" crumbs={[{ label: 'Add a site' }]} edit={(draft) => ({ kind: 'add-site', draft })} />
}

export function EditSiteScreen({ server, siteId }: { server: KnownServer; siteId: string }) {
  return (
    <WithSite server={server} siteId={siteId} title="Edit">
      {(site, crumbs) => <SiteFlow server={server} site={site} title={`Edit ${site.domain}`} titleOfReview="Review the changes" crumbs={[...crumbs, { label: 'Edit' }]} edit={(draft) => ({ kind: 'change-site', siteId, draft })} />}
    </WithSite>
  )
}

function WithSite({ server, siteId, title, children }: { server: KnownServer; siteId: string; title: string; children: (site: Site, crumbs: Crumb[]) => ReactNode }) {
  const { status, error, tryAgain } = useLive()
  // The site as it was when the form was opened: what arrives meanwhile must not change it under the person's hands.
  const [opened, setOpened] = useState<Site | null>(null)
  const known = status !== null && isAfterLastRun(server.id, status) ? status : null
  const site = opened ?? known?.sites.find((candidate) => candidate.site.id === siteId)?.site
  if (opened === null && site !== undefined) setOpened(site)
  const crumbs = [{ label: server.name, href: `/servers/${server.id}` }, { label: site?.domain ?? siteId, href: `/servers/${server.id}/sites/${siteId}` }]
  if (site !== undefined) return children(site, crumbs)
  return <Page title={title} width="narrow" crumbs={crumbs}>{error !== null ? <ErrorNotice error={error} onRetry={tryAgain} /> : known === null ? <Skeleton height={320} radius="lg" /> : <Text>This site is not on the server any more.</Text>}</Page>
}

interface SiteFlowProps { readonly server: KnownServer; readonly site?: Site; readonly initial?: SiteFormValues | undefined; readonly title: string; readonly titleOfReview: string; readonly crumbs: Crumb[]; edit(draft: SiteDraft): Edit }

function SiteFlow({ server, site, initial, title, titleOfReview, crumbs, edit }: SiteFlowProps) {
  const { status } = useLive()
  const [, navigate] = useLocation()
  const [asked, setAsked] = useState<Asked | null>(null)
  const [values, setValues] = useState(initial)
  const [stage, setStage] = useState<'review' | 'watch' | 'done'>('review')
  const home = `/servers/${server.id}`
  const back = site === undefined ? home : `${home}/sites/${site.id}`
  const taken = new Set((status?.sites ?? []).filter((other) => other.site.id !== site?.id).flatMap((other) => siteNames(other.site)))
  const all = site === undefined ? [{ label: server.name, href: home }, ...crumbs] : crumbs
  const shownTitle = asked === null ? title : stage === 'watch' ? `${site === undefined ? 'Publishing' : 'Changing'} ${asked.draft.domain}` : stage === 'done' ? `${asked.draft.domain} is ${site === undefined ? 'published' : 'changed'}` : titleOfReview
  return (
    <Page key={asked === null ? 'form' : 'review'} title={shownTitle} width="narrow" crumbs={all}>
      {asked === null
        ? <SiteForm serverId={server.id} {...(site === undefined ? {} : { site })} initial={values} takenNames={taken} onCancel={() => navigate(back)} onSubmit={(draft, filled) => { setValues(filled); setAsked({ draft, values: filled }) }} />
        : <ChangeFlow serverId={server.id} edit={edit(asked.draft)} onBack={() => setAsked(null)} backLabel="Back to the form" onClose={() => navigate(back)} onStage={setStage}
            done={<Published server={server} siteId={site?.id ?? asked.draft.domain} draft={asked.draft} isNew={site === undefined} />} />}
    </Page>
  )
}

/** After a run: the site, and the one thing that Homeport cannot do itself. */
function Published({ server, siteId, draft, isNew }: { server: KnownServer; siteId: string; draft: SiteDraft; isNew: boolean }) {
  const { probes } = useLive()
  const probe = probes.get(siteId)
  return (
    <Stack gap="md">
      <Notice tone="good" title={isNew ? 'The site is on the server' : 'The site is changed'} actions={<>
        <Button component="a" href={`https://${draft.domain}/`} target="_blank" rel="noreferrer">Visit https://{draft.domain}</Button>
        <Button component={Link} href={`/servers/${server.id}`} variant="default">Go to the sites</Button>
      </>}>{isNew ? 'Its certificate is self-signed for now, so browsers warn of it. The server gets a trusted one by itself, within minutes of the domain leading here.' : 'If its names changed, the server gets a certificate for them by itself.'}</Notice>
      {(isNew || (probe !== undefined && probe.dns !== 'here')) && <Card><Text fw={620} mb="sm" component="h2">Where the domain leads</Text><DnsWatch serverId={server.id} siteId={siteId} /></Card>}
    </Stack>
  )
}

/** New files for a site that was uploaded. */
export function PublishScreen({ server, siteId }: { server: KnownServer; siteId: string }) {
  return <WithSite server={server} siteId={siteId} title="Publish again">{(site, crumbs) => <Publish server={server} site={site} crumbs={[...crumbs, { label: 'Publish again' }]} />}</WithSite>
}

/** The site as it is, with other files. */
function republished(site: Site, { release }: Stored): SiteDraft {
  const { domain, www, source, aliases, access, limits, headers } = site
  return SiteDraft.parse({ domain, www, source: source.kind === 'upload' ? { ...source, release } : { kind: 'upload', release }, aliases, access, limits, headers })
}

function Publish({ server, site, crumbs }: { server: KnownServer; site: Site; crumbs: Crumb[] }) {
  const [, navigate] = useLocation()
  const [stored, setStored] = useState<Stored | null>(null)
  const [reviewing, setReviewing] = useState(false)
  const [stage, setStage] = useState<'review' | 'watch' | 'done'>('review')
  const back = `/servers/${server.id}/sites/${site.id}`
  if (reviewing && stored !== null) {
    const draft = republished(site, stored)
    return (
      <Page key="review" title={stage === 'done' ? `${site.domain} is published` : `Publish ${site.domain}`} width="narrow" crumbs={crumbs}>
        <ChangeFlow serverId={server.id} edit={{ kind: 'change-site', siteId: site.id, draft }} onStage={setStage} onBack={() => { setReviewing(false); setStored(null) }} onClose={() => navigate(back)} done={<Published server={server} siteId={site.id} draft={draft} isNew={false} />} />
      </Page>
    )
  }
  return (
    <Page title={`Publish ${site.domain} again`} width="narrow" crumbs={crumbs} intro="Send the new files. The version that is online stays until you agree, and you can roll back to it.">
      <Stack>
        <UploadPicker serverId={server.id} onStored={setStored} />
        <Group justify="flex-end"><Button variant="default" onClick={() => navigate(back)}>Cancel</Button><Button disabled={stored === null} onClick={() => setReviewing(true)}>Review the changes</Button></Group>
      </Stack>
    </Page>
  )
}
