import { Button } from '@mantine/core'
import { Link } from 'wouter'
import { folderBytes, type Archive, type KeptMail, type SiteStorage } from '../../shared/storage.ts'
import { useChanges } from './change-drawer.tsx'
import { formatBytes, formatMoment } from './quantity.ts'
import { StorageRow, useFreeing } from './storage-lists.tsx'
import { siteParts } from './storage-words.ts'

/** Archives of removed sites: bring the files back, or delete them. `taken`: sites whose folder is there. */
export function ArchiveList({ archives, taken }: { archives: readonly Archive[]; taken: ReadonlySet<string> }) {
  const changes = useChanges()
  const free = useFreeing()
  return (
    <ul className="hp-list" aria-label="Kept archives">
      {archives.map(({ name, siteId, at, bytes }) => (
        <StorageRow key={name} title={siteId} bytes={bytes} text={`Kept on ${formatMoment(at)}.${taken.has(siteId) ? ' There are files of this name on the server, so it cannot be brought back beside them.' : ''}`}>
          {!taken.has(siteId) && <Button size="xs" variant="default" onClick={() => changes.act(`Bring back the files of ${siteId}`, { kind: 'restore-archive', archive: name })}>Bring back<span className="hp-hidden"> {name}</span></Button>}
          <Button size="xs" variant="default" c="var(--mantine-color-error)" onClick={() => free({ title: `Delete the archive of ${siteId}`, consent: `${name}, ${formatBytes(bytes)}: all that was kept of this site that day, with the secret values of its program if it had any. Homeport cannot bring it back.`, action: { kind: 'delete-archive', archive: name } })}>Delete<span className="hp-hidden"> {name}</span></Button>
        </StorageRow>
      ))}
    </ul>
  )
}

/** Mail that waited when the mail server was taken off, to delete; how it is sent on stands in a note beside it. */
export function KeptMailList({ kept }: { kept: readonly KeptMail[] }) {
  const free = useFreeing()
  return (
    <ul className="hp-list" aria-label="Kept mail">
      {kept.map(({ name, at, bytes }) => {
        const moment = formatMoment(at)
        return (
          <StorageRow key={name} title={moment} bytes={bytes} text={`In /srv/homeport-mail/${name}, with a note how to send it on.`}>
            <Button size="xs" variant="default" c="var(--mantine-color-error)" onClick={() => free({ title: `Delete the mail kept on ${moment}`, consent: `${name}, ${formatBytes(bytes)}: messages that were taken and not sent on, and the keys of the mail server of that day. Homeport cannot bring them back, and nobody who wrote them is told.`, action: { kind: 'free-space', what: 'kept-mail', kept: name } })}>Delete<span className="hp-hidden"> the mail kept on {moment}</span></Button>
          </StorageRow>
        )
      })}
    </ul>
  )
}

/** Folders that no site has: add a site with them, or delete them. */
export function LeftoverList({ serverId, sites }: { serverId: string; sites: readonly SiteStorage[] }) {
  const free = useFreeing()
  return (
    <ul className="hp-list" aria-label="Files without a site">
      {sites.map((site) => {
        const served = site.versions.find(({ id, isServed }) => isServed && id.startsWith('u'))
        return (
          <StorageRow key={site.siteId} title={site.siteId} bytes={folderBytes(site)} text={`${siteParts(site)}. A site that is added with this domain takes them up.`}>
            <Button size="xs" variant="default" component={Link} href={`/servers/${serverId}/sites/new/${site.siteId}${served === undefined ? '' : `/${served.id}`}`}>Add the site<span className="hp-hidden"> {site.siteId}</span></Button>
            <Button size="xs" variant="default" c="var(--mantine-color-error)" onClick={() => free({ title: `Delete the files of ${site.siteId}`, consent: `All files of ${site.siteId}, ${formatBytes(folderBytes(site))}, are deleted for ever. Homeport cannot bring them back.`, action: { kind: 'free-space', what: 'leftover', siteId: site.siteId } })}>Delete<span className="hp-hidden"> {site.siteId}</span></Button>
          </StorageRow>
        )
      })}
    </ul>
  )
}
