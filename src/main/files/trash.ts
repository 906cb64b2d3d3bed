import { randomBytes } from 'node:crypto'
import { FilePath, folderOf, type TrashEntry, TrashId } from '../../shared/files.ts'
import { openFlags, type Sftp, SftpError } from '../ssh/sftp.ts'
import { ensureWritable, isThere } from './confine.ts'
import { makeFolders } from './folders.ts'
import { kindOf } from './listing.ts'
import { at, type Place, trashFolder } from './place.ts'
import { exists, missing, problemWith } from './problem.ts'

/** Each deleted file or folder lies in a folder of its own, beside a note of where it was. */
const itemIn = (id: string): string => `${trashFolder}/${id}/item`
const noteIn = (id: string): string => `${trashFolder}/${id}/path`
const atATime = 20

/** Moves files and folders to the trash, whole: nothing is read or copied. */
export async function moveToTrash(sftp: Sftp, place: Place, paths: readonly FilePath[]): Promise<void> {
  for (let from = 0; from < paths.length; from += atATime) await Promise.all(paths.slice(from, from + atATime).map((path) => moveOne(sftp, place, path)))
}

async function moveOne(sftp: Sftp, place: Place, path: FilePath): Promise<void> {
  try {
    await ensureWritable(sftp, place, path)
    const id = newTrashId(new Date())
    await sftp.mkdir(`${trashFolder}/${id}`, 0o700)
    const handle = await sftp.open(noteIn(id), openFlags.create, 0o600)
    await Promise.all([sftp.write(handle, 0, Buffer.from(path)), sftp.close(handle)])
    await sftp.rename(at(place, path), itemIn(id)).catch(async (error: unknown) => {
      await sftp.unlink(noteIn(id))
      await sftp.rmdir(`${trashFolder}/${id}`)
      throw error
    })
  } catch (error) {
    throw problemWith(path, error)
  }
}

/** What lies in the trash, the newest first. */
export async function listTrash(sftp: Sftp): Promise<TrashEntry[]> {
  const ids: string[] = []
  const handle = await sftp.opendir(trashFolder).catch((error: unknown) => { if (error instanceof SftpError && error.status === 'missing') return null; throw problemWith('', error) })
  if (handle === null) return []
  for (let batch = await sftp.readdir(handle); batch !== null; batch = await sftp.readdir(handle)) ids.push(...batch.map(({ filename }) => filename))
  await sftp.close(handle)
  const found: TrashEntry[] = []
  const known = ids.filter((id) => TrashId.safeParse(id).success).sort().reverse()
  for (let from = 0; from < known.length; from += atATime) {
    found.push(...(await Promise.all(known.slice(from, from + atATime).map((id) => entryOf(sftp, id)))).filter((entry) => entry !== null))
  }
  return found
}

async function entryOf(sftp: Sftp, id: string): Promise<TrashEntry | null> {
  const [stats, path] = await Promise.allSettled([sftp.lstat(itemIn(id)), pathOf(sftp, id)])
  // One that is emptied or restored at this moment.
  if (stats.status === 'rejected' || path.status === 'rejected') return null
  return { id, path: path.value, deletedAt: deletedAt(id), kind: kindOf(stats.value), sizeBytes: stats.value.isFile() ? stats.value.size : 0 }
}

async function pathOf(sftp: Sftp, id: string): Promise<FilePath> {
  const handle = await sftp.open(noteIn(id), openFlags.read)
  const [content] = await Promise.all([sftp.read(handle, 0, 8192), sftp.close(handle)])
  return FilePath.parse(content.toString('utf8'))
}

/** Back to where it was, into folders that are made again where they are gone. */
export async function restoreFromTrash(sftp: Sftp, place: Place, id: string): Promise<{ path: FilePath }> {
  let path: FilePath
  try {
    path = await pathOf(sftp, id)
  } catch (error) {
    throw error instanceof SftpError ? missing('This') : error
  }
  try {
    await makeFolders(sftp, place, folderOf(path))
    await ensureWritable(sftp, place, path)
    if (await isThere(sftp, at(place, path))) throw exists(path)
    await sftp.rename(itemIn(id), at(place, path))
    await Promise.all([sftp.unlink(noteIn(id)), sftp.rmdir(`${trashFolder}/${id}`)])
    return { path }
  } catch (error) {
    throw problemWith(path, error)
  }
}

function newTrashId(now: Date): string {
  return `${now.toISOString().replace(/[-:]/g, '').slice(0, 15)}-${randomBytes(4).toString('hex')}`
}

/** Its id begins with the time, in UTC. */
function deletedAt(id: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/.exec(id) ?? []
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
}
