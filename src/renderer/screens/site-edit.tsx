import { Button, Card, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import type { KnownServer } from '../../shared/connection.ts'
import type { Edit } from '../../shared/edit.ts'
import { siteNames, type Site, type SiteDraft } from '../../shared/spec.ts'
import { ChangeFlow } from '../components/change-flow.tsx'
import { DnsAdvice } from '../components/dns-advice.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { useLive } from '../components/live.tsx'
import { Notice } from '../components/notice.tsx'
import { Page, type Crumb } from '../components/page.tsx'
import type { SiteFormValues } from '../components/site-draft.ts'
import { SiteForm } from '../components/site-form.tsx'
import { UploadPicker } from '../components/upload-picker.tsx'
import type { Stored } from '../components/upload-sender.ts'

interface Asked { readonly draft: SiteDraft; readonly values: SiteFormValues | null }

/** A new site: form, review, run, and what is left for the person to do. */
export function NewSiteScreen({ server }: { server: KnownServer }) {
  return <SiteFlow server={server} title="Add a site" titleOfReview="Review the new site" crumbs={[{ label: 'Add a site' }]} edit={(draft) => ({ kind: 'add-site', draft })} />
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
  const site = opened ?? status?.sites.find((candidate) => candidate.site.id === siteId)?.site
  if (opened === null && site !== undefined) setOpened(site)
  const crumbs = [{ label: server.name, href: `/servers/${server.id}` }, { label: site?.domain ?? siteId, href: `/servers/${server.id}/sites/${siteId}` }]
  if (site !== undefined) return children(site, crumbs)
  return <Page title={title} width="narrow" crumbs={crumbs}>{error !== null ? <ErrorNotice error={error} onRetry={tryAgain} /> : status === null ? <Skeleton height={320} radius="lg" /> : <Text>This site is not on the server any more.</Text>}</Page>
}

interface SiteFlowProps { readonly server: KnownServer; readonly site?: Site; readonly title: string; readonly titleOfReview: string; readonly crumbs: Crumb[]; edit(draft: SiteDraft): Edit }

function SiteFlow({ server, site, title, titleOfReview, crumbs, edit }: SiteFlowProps) {
  const { status } = useLive()
  const [, navigate] = useLocation()
  const [asked, setAsked] = useState<Asked | null>(null)
  const [values, setValues] = useState<SiteFormValues | undefined>()
  const [stage, setStage] = useState<'review' | 'watch' | 'done'>('review')
  const home = `/servers/${server.id}`
  const back = site === undefined ? home : `${home}/sites/${site.id}`
  const taken = new Set((status?.sites ?? []).filter((other) => other.site.id !== site?.id).flatMap((other) => siteNames(other.site)))
  const all = site === undefined ? [{ label: server.name, href: home }, ...crumbs] : crumbs
  const shownTitle = asked === null ? title : stage === 'watch' ? `Publishing ${asked.draft.domain}` : stage === 'done' ? `${asked.draft.domain} is published` : titleOfReview
  return (
    <Page key={asked === null ? 'form' : 'review'} title={shownTitle} width="narrow" crumbs={all}>
      {asked === null
        ? <SiteForm serverId={server.id} {...(site === undefined ? {} : { site })} initial={values} takenNames={taken} onCancel={() => navigate(back)} onSubmit={(draft, filled) => { setValues(filled); setAsked({ draft, values: filled }) }} />
        : <ChangeFlow serverId={server.id} edit={edit(asked.draft)} onBack={() => setAsked(null)} backLabel="Back to the form" onClose={() => navigate(back)} onStage={setStage}
            done={<Published server={server} draft={asked.draft} isNew={site === undefined} />} />}
    </Page>
  )
}

/** After a run: the site, and the one thing that Homeport cannot do itself. */
function Published({ server, draft, isNew }: { server: KnownServer; draft: SiteDraft; isNew: boolean }) {
  const { probes } = useLive()
  const probe = probes.get(draft.domain)
  return (
    <Stack gap="md">
      <Notice tone="good" title={isNew ? 'The site is on the server' : 'The site is changed'} actions={<>
        <Button component="a" href={`https://${draft.domain}/`} target="_blank" rel="noreferrer">Visit https://{draft.domain}</Button>
        <Button component={Link} href={`/servers/${server.id}`} variant="default">Go to the sites</Button>
      </>}>Its certificate is self-signed for now, so browsers warn of it once.</Notice>
      {(isNew || (probe !== undefined && probe.dns !== 'here')) && probe?.dns !== 'here' && <Card><Text fw={620} mb={6} component="h2">One thing is left for you: the DNS</Text><DnsAdvice site={draft} host={server.target.host} /></Card>}
    </Stack>
  )
}

/** New files for a site that was uploaded. */
export function PublishScreen({ server, siteId }: { server: KnownServer; siteId: string }) {
  return <WithSite server={server} siteId={siteId} title="Publish again">{(site, crumbs) => <Publish server={server} site={site} crumbs={[...crumbs, { label: 'Publish again' }]} />}</WithSite>
}

function Publish({ server, site, crumbs }: { server: KnownServer; site: Site; crumbs: Crumb[] }) {
  const [, navigate] = useLocation()
  const [stored, setStored] = useState<Stored | null>(null)
  const [reviewing, setReviewing] = useState(false)
  const back = `/servers/${server.id}/sites/${site.id}`
  if (reviewing && stored !== null) {
    const draft: SiteDraft = { domain: site.domain, www: site.www, source: { kind: 'upload', release: stored.release } }
    return (
      <Page key="review" title={`Publish ${site.domain}`} width="narrow" crumbs={crumbs}>
        <ChangeFlow serverId={server.id} edit={{ kind: 'change-site', siteId: site.id, draft }} onBack={() => { setReviewing(false); setStored(null) }} onClose={() => navigate(back)} done={<Published server={server} draft={draft} isNew={false} />} />
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
