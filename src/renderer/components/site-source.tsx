import { Text } from '@mantine/core'
import { IconBrandGit, IconPin, IconUpload } from '@tabler/icons-react'
import type { SiteStatus } from '../../shared/status.ts'
import { Ago } from './now.tsx'
import { releaseName } from './quantity.ts'

/** The repository without what everybody knows. */
export function shortRepository(url: string): string {
  return url.replace(/^https?:\/\//, '').replace(/\.git$/, '')
}

/** Where the site's files come from, and which version is served. */
export function SiteSource({ status }: { status: SiteStatus }) {
  const { source } = status.site
  const current = status.releases.find((release) => release.current)
  if (source.kind === 'upload') {
    return (
      <div className="hp-source">
        <IconUpload size={15} aria-hidden /><div><Text fz="sm">Uploaded files</Text><Text fz="xs" c="dimmed">{current === undefined ? releaseName(source.release) : <>published <Ago at={current.publishedAt} /></>}</Text></div>
      </div>
    )
  }
  const { pull } = status
  return (
    <div className="hp-source">
      <IconBrandGit size={15} aria-hidden />
      <div>
        <Text fz="sm" title={source.url} className="hp-ellipsis">{shortRepository(source.url)}<Text span c="dimmed" fz="sm"> @ {source.branch}</Text></Text>
        {source.pinned !== undefined && <Text fz="xs" className="hp-tone-warn"><IconPin size={12} aria-hidden /> stays on {releaseName(source.pinned)}</Text>}
        {pull !== null && pull.ok && source.pinned === undefined && <Text fz="xs" c="dimmed" className="hp-ellipsis">pulled <Ago at={pull.at} /> · <span className="hp-mono">{pull.commit?.slice(0, 7)}</span> {pull.subject}</Text>}
        {pull !== null && !pull.ok && <Text fz="xs" className="hp-tone-bad">Pull failed <Ago at={pull.at} />: {pull.error ?? 'no reason given'}</Text>}
        {pull === null && <Text fz="xs" c="dimmed">not pulled yet</Text>}
      </div>
    </div>
  )
}
