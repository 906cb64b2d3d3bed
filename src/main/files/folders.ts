import { type FilePath, folderOf } from '../../shared/files.ts'
import { type Sftp, SftpError } from '../ssh/sftp.ts'
import { confine, ensureWritable, isThere } from './confine.ts'
import { at, type Place } from './place.ts'
import { exists, problemWith, refused } from './problem.ts'
import { newFolderMode, ownerOf } from './store.ts'

export async function makeFolder(sftp: Sftp, place: Place, path: FilePath): Promise<void> {
  try {
    await ensureWritable(sftp, place, path)
    await make(sftp, place, path)
  } catch (error) {
    // SFTP does not say why: it is what is there already, nearly always.
    const isTaken = error instanceof SftpError && error.status === 'failure' && (await isThere(sftp, at(place, path)))
    throw isTaken ? exists(path) : problemWith(path, error)
  }
}

/** A folder and all folders above it, as far as they are not there. Throws `file-refused` where a link or a file is in the way. */
export async function makeFolders(sftp: Sftp, place: Place, path: FilePath): Promise<void> {
  if (path === '') return
  const found = await sftp.stat(at(place, path)).catch((error: unknown) => { if (error instanceof SftpError && error.status === 'missing') return null; throw error })
  if (found !== null) {
    if (!found.isDirectory()) throw refused(path, 'A file has the name that this folder wants.')
    return await confine(sftp, place, path)
  }
  await makeFolders(sftp, place, folderOf(path))
  await ensureWritable(sftp, place, path)
  await make(sftp, place, path).catch(async (error: unknown) => {
    // Somebody made it at the same moment.
    const stats = await sftp.lstat(at(place, path))
    if (!stats.isDirectory()) throw error
  })
}

async function make(sftp: Sftp, place: Place, path: FilePath): Promise<void> {
  const owner = await ownerOf(sftp, place, folderOf(path))
  await sftp.mkdir(at(place, path), newFolderMode)
  if (place.access === 'data') await sftp.setPathAttributes(at(place, path), owner)
}

/** Gives a file or folder another name, or another place. Never replaces anything. */
export async function renamePath(sftp: Sftp, place: Place, path: FilePath, to: FilePath): Promise<void> {
  if (path === to) return
  if (to.startsWith(`${path}/`)) throw refused(path, 'A folder cannot be moved into itself.')
  try {
    await Promise.all([ensureWritable(sftp, place, path), ensureWritable(sftp, place, to)])
    if (await isThere(sftp, at(place, to))) throw exists(to)
    await sftp.rename(at(place, path), at(place, to))
  } catch (error) {
    throw problemWith(path, error)
  }
}
