import type { Action } from '../../shared/edit.ts'
import type { Site } from '../../shared/spec.ts'
import { folderBytes, type SiteStorage, type Storage } from '../../shared/storage.ts'
import { counted, formatBytes } from './quantity.ts'

/** Something that can be freed: what it is, what it takes, and what deleting it means. */
export interface Freeing { readonly label: string; readonly title: string; readonly bytes: number; readonly means: string; readonly consent: string; readonly action: Action }

/** One line of what there is of a site: "3 versions 1.2 GB, data 3.2 GB, trash 310 MB". */
export function siteParts({ versions, images, dataBytes, trashBytes }: SiteStorage): string {
  const sum = (all: readonly { readonly bytes: number }[]): string => formatBytes(all.reduce((total, { bytes }) => total + bytes, 0))
  const parts = [
    ...(versions.length === 0 ? [] : [`${counted(versions.length, 'version')} ${sum(versions)}`]),
    ...(images.length === 0 ? [] : [`${counted(images.length, 'image')} up to ${sum(images)}`]),
    ...(dataBytes === 0 ? [] : [`data ${formatBytes(dataBytes)}`]),
    ...(trashBytes === 0 ? [] : [`trash ${formatBytes(trashBytes)}`]),
  ]
  return parts.join(', ') || 'nothing yet'
}

/** The earlier versions of a site; null where there is none. */
export function earlierVersions({ siteId, versions, images }: SiteStorage): Freeing | null {
  const old = versions.filter(({ isServed }) => !isServed)
  // One of the images is in service.
  const oldImages = [...images].sort((a, b) => b.bytes - a.bytes).slice(1)
  const count = old.length + oldImages.length
  if (count === 0 || (versions.length > 0 && old.length === versions.length)) return null
  const bytes = [...old, ...oldImages].reduce((sum, one) => sum + one.bytes, 0)
  return {
    label: 'Delete earlier versions', title: `Delete the earlier versions of ${siteId}`, bytes, means: '',
    consent: `${counted(count, 'version')} of ${siteId}, ${formatBytes(bytes)} at most. The one that is served stays. You cannot roll back to the others any more.`,
    action: { kind: 'free-space', what: 'versions', siteId },
  }
}

/** Folders that belong to none of the sites. */
export function leftovers(storage: Storage, sites: readonly Site[]): SiteStorage[] {
  const here = new Set(sites.map(({ id }) => id))
  return storage.sites.filter((site) => !here.has(site.siteId) && folderBytes(site) > 0)
}

/** What is for the whole server, those that take something. */
export function serverFreeings({ uploadsBytes, journalBytes, buildCacheBytes, runsBytes, sites }: Storage, here: readonly Site[]): Freeing[] {
  const ids = new Set(here.map(({ id }) => id))
  const orphans = sites.filter(({ siteId }) => !ids.has(siteId)).flatMap(({ images }) => images)
  const all: Freeing[] = [
    { label: 'Uploads that wait', title: 'Delete the uploads that wait', bytes: uploadsBytes, means: 'Sent and not published. What is older than a day goes by itself.', consent: 'Files that were sent and not published yet, also those of an upload that goes on at this moment. They have to be sent again.', action: { kind: 'free-space', what: 'uploads' } },
    { label: 'Images of sites that are gone', title: 'Delete images of sites that are gone', bytes: orphans.reduce((sum, { bytes }) => sum + bytes, 0), means: 'Container images of versions whose site was removed.', consent: 'Images that no site of this server uses.', action: { kind: 'free-space', what: 'images' } },
    { label: 'Build cache', title: 'Empty the cache of builds', bytes: buildCacheBytes, means: 'What programs were built from: the next build is faster with it.', consent: 'What builds of all sites keep to be faster. The next build of each takes longer.', action: { kind: 'free-space', what: 'build-cache' } },
    // The newest 100 MB stay.
    { label: 'Journal', title: 'Shorten the journal', bytes: journalBytes <= 110e6 ? 0 : journalBytes, means: 'The log of the whole system and of all sites.', consent: 'All of the log but the newest 100 MB, for the whole system. Earlier lines cannot be read any more.', action: { kind: 'free-space', what: 'journal' } },
    // Below that nothing is worth it.
    { label: 'Logs of changes', title: 'Delete the logs of earlier changes', bytes: runsBytes <= 1e6 ? 0 : runsBytes, means: 'What the last twenty changes of this server did and said.', consent: 'The logs of all earlier changes. They cannot be read any more.', action: { kind: 'free-space', what: 'runs' } },
  ]
  return all.filter(({ bytes }) => bytes > 0)
}
