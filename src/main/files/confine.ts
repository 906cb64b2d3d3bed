import { type FilePath, folderOf } from '../../shared/files.ts'
import { type Sftp, SftpError, type SftpStats } from '../ssh/sftp.ts'
import { at, isWritable, type Place } from './place.ts'
import { missing, refused } from './problem.ts'

/** Resolves if a path lies among the files of its site, whatever links are on the way. Rejects with `file-refused` where they lead out. */
export async function confine(sftp: Sftp, place: Place, path: FilePath): Promise<void> {
  // The top itself is asked each time: a new version may have been published meanwhile.
  const [root, real] = await Promise.all([sftp.realpath(place.root), sftp.realpath(at(place, path))])
  if (!isWithin(root, real)) throw refused(path, 'A link on the way leads out of the files of this site. Homeport does not follow it.')
}

export function isWithin(root: string, real: string): boolean {
  return real === root || real.startsWith(`${root}/`)
}

/** A regular file that lies where its path says. Links are for following in the list, and not here. */
export async function regularFile(sftp: Sftp, place: Place, path: FilePath): Promise<SftpStats> {
  const [stats] = await Promise.all([sftp.lstat(at(place, path)), confine(sftp, place, folderOf(path))])
  if (!stats.isFile()) throw refused(path, stats.isDirectory() ? 'It is a folder.' : 'It is not an ordinary file.')
  return stats
}

/** Resolves if something can be made, changed or moved at a path. */
export async function ensureWritable(sftp: Sftp, place: Place, path: FilePath): Promise<void> {
  if (path === '') throw missing(path)
  if (!isWritable(place, folderOf(path))) {
    throw refused(path, place.access === 'data' ? 'The folders on top are those that the container was given: change them with Edit.' : 'These pages come from a repository: change them there, and the next pull brings them here.')
  }
  await confine(sftp, place, folderOf(path))
}

/** Whether something has a place, be it only a link that leads nowhere. */
export async function isThere(sftp: Sftp, remotePath: string): Promise<boolean> {
  try {
    await sftp.lstat(remotePath)
    return true
  } catch (error) {
    if (error instanceof SftpError && error.status === 'missing') return false
    throw error
  }
}
