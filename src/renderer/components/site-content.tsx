import { Button, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { openFolders, type KeptFolder } from '../../shared/site-folders.ts'
import { isApp, isPulled } from '../../shared/site-source.ts'
import { counterpart, type Site } from '../../shared/spec.ts'
import type { SiteStatus } from '../../shared/status.ts'
import { CodeBlock } from './code-block.tsx'
import { Disclosure } from './disclosure.tsx'
import { FactList } from './fact-list.tsx'
import { useLive } from './live.tsx'
import { Notice } from './notice.tsx'
import { Ago } from './now.tsx'
import { counted, releaseName } from './quantity.ts'
import { SiteFolders } from './site-folders.tsx'
import { failureOf, shortRepository } from './site-source.tsx'

type Fact = readonly [string, ReactNode]

/** What the site is made of, where it comes from, and how the last try to bring something new came out. */
export function SiteContent({ serverId, status }: { serverId: string; status: SiteStatus }) {
  const { site } = status
  const failure = failureOf(status)
  return (
    <Stack gap="sm">
      <FactList facts={[...sourceFacts(status), ...visitorFacts(site)]} />
      <Building serverId={serverId} site={site} />
      <SiteFolders status={status} />
      {failure !== null && (
        <Notice tone="bad" title={failure.title} actions={<Button size="xs" variant="default" component={Link} href={`/servers/${serverId}/logs/site/${site.id}`}>Open the log</Button>}>
          {failure.text} {failure.title === 'Pull failed' && status.releases.some((release) => release.current) && 'The version before stays online.'}
          {failure.detail !== null && <div style={{ marginTop: 6 }}><Disclosure label="What git said"><CodeBlock code={failure.detail} label="What git said" wrap /></Disclosure></div>}
        </Notice>
      )}
    </Stack>
  )
}

function sourceFacts({ site: { source }, pull, nextPullAt, releases, deploy, folders }: SiteStatus): Fact[] {
  const current = releases.find((release) => release.current)
  const pinned = 'pinned' in source && source.pinned !== undefined
  const served: Fact = ['Served', current === undefined ? 'nothing yet' : <><span className="hp-mono">{releaseName(current.id)}</span>{current.label !== undefined ? ` ${current.label}` : pull?.commit === current.id && pull.subject !== null ? ` ${pull.subject}` : ''}</>]
  const pulls: Fact[] = isPulled(source) ? [
    ['Repository', <span key="url" title={source.url}>{shortRepository(source.url)}</span>],
    ['Branch', `${source.branch}, pulled every ${counted(source.intervalMinutes, 'minute')}`],
    served,
    ['Last pull', pull === null ? 'not yet' : <><Ago at={pull.at} />{pull.ok && pull.author !== null ? `, last change by ${pull.author}` : ''}</>],
    ['Next pull', pinned ? 'stays on the chosen version' : nextPullAt === null ? 'not planned' : <Ago at={nextPullAt} />],
  ] : []
  switch (source.kind) {
    case 'upload': return [['Source', 'files uploaded from a computer'], ['Published', current === undefined ? 'not yet' : <Ago at={current.publishedAt} />], ...folderFact(source.folder)]
    case 'git': return [...pulls, ...folderFact(source.folder)]
    case 'build': return [...pulls, ['Built', deploy === null ? 'not yet' : <><Ago at={deploy.at} />{deploy.seconds === null ? '' : `, in ${counted(deploy.seconds, 'second')}`}</>], ...appFacts(source.app, folders)]
    case 'image': return [['Image', <span key="image" className="hp-mono">{source.image}</span>], served, ['New images', pinned ? 'stays on the chosen version' : source.updates === 'daily' ? 'looked for every day' : 'when you ask for them'], ...appFacts(source.app, folders)]
    case 'address': return [['Comes from', <span key="url" className="hp-mono">{source.url}</span>], ['Asked by', source.keepHost === false ? 'the name in the address' : 'the site’s own domain']]
    case 'redirect': return [['Leads to', <span key="to" className="hp-mono">{source.to}</span>], ['Path', source.keepPath ? 'kept' : 'not kept'], ['Remembered by browsers', source.permanent ? 'yes, for good' : 'no']]
    case 'notice': return [['Shows', source.title]]
  }
}

function folderFact(folder: string | undefined): Fact[] {
  return folder === undefined || folder === '' ? [] : [['Sub-folder', <span key="folder" className="hp-mono">{folder}</span>]]
}

function appFacts(app: Extract<Site['source'], { app: unknown }>['app'], folders: readonly KeptFolder[]): Fact[] {
  const { volumes = [], scratch = [], environment = [] } = app
  const kept = [...volumes, ...openFolders(app, folders)]
  return [
    ['Port', app.port],
    ['Memory', `at most ${app.memoryMb ?? 512} MB`],
    ...(kept.length === 0 ? [] : [['Data that is kept', kept.map(({ path }) => path).join(', ')] as const]),
    ...(scratch.length === 0 ? [] : [['Thrown away', `${scratch.join(', ')}, with each new container`] as const]),
    ...(environment.length === 0 ? [] : [['Environment', environment.map((variable) => ('secret' in variable ? `${variable.name} (secret)` : variable.name)).join(', ')] as const]),
  ]
}

function visitorFacts(site: Site): Fact[] {
  const { aliases = [], access } = site
  const others = [...(site.www ? [`${counterpart(site.domain)} leads here too`] : []), ...aliases.map(({ domain, redirect }) => (redirect ? `${domain} leads here too` : domain))]
  return [
    ['Other names', others.length === 0 ? 'none' : others.join(', ')],
    ...(access?.users === undefined ? [] : [['Password', access.users.map(({ name }) => name).join(', ')] as const]),
    ...(access?.addresses === undefined ? [] : [['Only for', access.addresses.join(', ')] as const]),
  ]
}

/** A build that goes on; it may take minutes. */
function Building({ serverId, site }: { serverId: string; site: Site }) {
  const { status } = useLive()
  const unit = `homeport-${site.id}-build.service`
  if (!isApp(site.source) || status?.units.some(({ name, active }) => name === unit && active === 'activating') !== true) return null
  return <Notice tone="busy" title="A new version is being built" actions={<Button size="xs" variant="default" component={Link} href={`/servers/${serverId}/logs/unit/${encodeURIComponent(unit)}`}>Watch it</Button>}>What is online stays until the new version is well.</Notice>
}
