import type { FileAccess, FilePath } from '../../shared/files.ts'
import type { SiteId } from '../../shared/spec.ts'

/** The files of one site as they appear in the sandbox that `lib/site-files` makes around them. */
export interface Place {
  readonly siteId: SiteId
  readonly access: FileAccess
  /** The folder that a person sees as the top. */
  readonly root: string
}

/** Beside the versions of a site, or beside the folders of a container: nobody serves or mounts it. */
const kept = '/files/.homeport'
export const keptName = '.homeport'
export const trashFolder = `${kept}/trash`
/** Uploads and texts on their way: each becomes what it shall be by a rename. */
export const incomingFolder = `${kept}/incoming`

export function placeOf(siteId: SiteId, access: FileAccess): Place {
  return { siteId, access, root: access === 'data' ? '/files' : '/files/current' }
}

/** Where a file is in the sandbox. */
export function at(place: Place, path: FilePath): string {
  return path === '' ? place.root : `${place.root}/${path}`
}

/**
 * Whether what is in a folder can be changed. Pages of a repository are those of the repository; and the folders of a
 * container are what its settings name: a container that runs would go on with a folder that was moved away.
 */
export function isWritable({ access }: Place, folder: FilePath): boolean {
  return access === 'pages' || (access === 'data' && folder !== '')
}
