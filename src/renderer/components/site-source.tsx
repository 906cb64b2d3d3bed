import { Text } from '@mantine/core'
import { IconArrowForwardUp, IconBox, IconBrandDocker, IconBrandGit, IconHammer, IconPin, IconPlugConnected, IconUpload } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { isApp, isPulled, type Source } from '../../shared/site-source.ts'
import type { SiteStatus } from '../../shared/status.ts'
import { Ago } from './now.tsx'
import { releaseName } from './quantity.ts'

/** An address without what everybody knows. */
export function shortRepository(url: string): string {
  return url.replace(/^(https?|ssh):\/\/([^@/]+@)?/, '').replace(/\.git$/, '')
}

const icons: Record<Source['kind'], typeof IconBox> = { upload: IconUpload, git: IconBrandGit, build: IconBrandDocker, image: IconBox, address: IconPlugConnected, redirect: IconArrowForwardUp, notice: IconHammer }

/** What the site is made of, and what is served now. */
export function SiteSource({ status }: { status: SiteStatus }) {
  const Icon = icons[status.site.source.kind]
  return <div className="hp-source"><Icon size={15} aria-hidden /><div><Text fz="sm" className="hp-ellipsis">{headOf(status)}</Text>{tailOf(status)}</div></div>
}

function headOf({ site: { source } }: SiteStatus): ReactNode {
  switch (source.kind) {
    case 'upload': return 'Uploaded files'
    case 'git':
    case 'build': return <span title={source.url}>{shortRepository(source.url)}<Text span c="dimmed" fz="sm"> @ {source.branch}</Text></span>
    case 'image': return <span className="hp-mono">{source.image}</span>
    case 'address': return <span className="hp-mono">{source.url}</span>
    case 'redirect': return <>to <span className="hp-mono">{shortRepository(source.to)}</span></>
    case 'notice': return 'Maintenance page'
  }
}

function tailOf(status: SiteStatus): ReactNode {
  const { site: { source }, pull, deploy, releases } = status
  const current = releases.find((release) => release.current)
  const served = current === undefined ? null : <Text fz="xs" c="dimmed">published <Ago at={current.publishedAt} /></Text>
  const pinned = 'pinned' in source && source.pinned !== undefined ? <Text fz="xs" className="hp-tone-warn"><IconPin size={12} aria-hidden /> stays on {releaseName(source.pinned)}</Text> : null
  const failed = failureOf(status)
  if (failed !== null) return <>{pinned}<Text fz="xs" className="hp-tone-bad">{failed.title} <Ago at={failed.at} />: {failed.text}</Text></>
  if (isPulled(source)) {
    if (pull === null) return <Text fz="xs" c="dimmed">not pulled yet</Text>
    return pinned ?? <Text fz="xs" c="dimmed" className="hp-ellipsis">pulled <Ago at={pull.at} /> · <span className="hp-mono">{pull.commit?.slice(0, 7)}</span> {pull.subject}</Text>
  }
  if (source.kind === 'upload') return served ?? <Text fz="xs" c="dimmed">{releaseName(source.release)}</Text>
  if (source.kind === 'image') return pinned ?? (deploy === null ? null : <Text fz="xs" c="dimmed">in service since <Ago at={current?.publishedAt ?? deploy.at} /></Text>)
  return null
}

/** What went wrong last with bringing a new version, where something did; the version before stays online. */
export function failureOf({ site: { source }, pull, deploy }: Pick<SiteStatus, 'site' | 'pull' | 'deploy'>): { title: string; text: string; detail: string | null; at: number } | null {
  if (isPulled(source) && pull !== null && !pull.ok) return { title: 'Pull failed', text: pull.error ?? 'The server gave no reason.', detail: pull.detail ?? null, at: pull.at }
  if (!isApp(source) || deploy === null || deploy.ok) return null
  const titles = { pull: source.kind === 'image' ? 'The image did not come' : 'Pull failed', build: 'Build failed', start: 'The new version did not start' } as const
  return { title: titles[deploy.stage ?? 'start'], text: deploy.error ?? 'The server gave no reason.', detail: null, at: deploy.at }
}
