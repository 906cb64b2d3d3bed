import { Button } from '@mantine/core'
import { openFolders, Volume, type KeptFolder } from '../../shared/site-folders.ts'
import { isApp } from '../../shared/site-source.ts'
import type { Site } from '../../shared/spec.ts'
import type { SiteStatus } from '../../shared/status.ts'
import { Notice } from './notice.tsx'
import { useSiteActions } from './site-actions.tsx'

/** Asks what becomes of folders in which the image says that it keeps data, and that no setting names. */
export function SiteFolders({ status: { site, folders } }: { status: SiteStatus }) {
  if (!isApp(site.source)) return null
  return <>{openFolders(site.source.app, folders).map((folder) => <Question key={folder.path} site={site} folder={folder} />)}</>
}

function Question({ site, folder }: { site: Site; folder: KeptFolder }) {
  const { answerFolder } = useSiteActions(site)
  const volume = Volume.safeParse(folder)
  const path = <span className="hp-mono">{folder.path}</span>
  return (
    <Notice tone="idle" title={<>The image keeps data in {path}</>} {...(volume.success ? { actions: <>
      <Button size="xs" onClick={() => answerFolder(volume.data, 'keep')}>Keep it</Button>
      <Button size="xs" variant="default" onClick={() => answerFolder(volume.data, 'scratch')}>It may be thrown away</Button>
    </> } : {})}>
      No folder of this site covers it, so it is kept as <span className="hp-mono">{folder.name}</span> until you say otherwise.
    </Notice>
  )
}
