import { randomBytes } from 'node:crypto'
import { type FilePath, folderOf } from '../../shared/files.ts'
import { openFlags, type Sftp, type SftpAttributes } from '../ssh/sftp.ts'
import { at, incomingFolder, type Place } from './place.ts'
import { writeProblem } from './problem.ts'

const pieceBytes = 128 * 1024
const newFileMode = 0o644
export const newFolderMode = 0o755

/** Where a file grows until it is whole. */
export function newIncoming(): string {
  return `${incomingFolder}/${randomBytes(12).toString('hex')}`
}

/** What a new file is given: in a container's data it belongs to whom its folder belongs to, so that the program can use it. */
export async function newFileAttributes(sftp: Sftp, place: Place, path: FilePath): Promise<SftpAttributes> {
  return { mode: newFileMode, ...(await ownerOf(sftp, place, folderOf(path))) }
}

export async function ownerOf(sftp: Sftp, place: Place, folder: FilePath): Promise<{ uid?: number; gid?: number }> {
  if (place.access !== 'data') return {}
  const { uid, gid } = await sftp.stat(at(place, folder))
  return { uid, gid }
}

/** Writes a whole file, on the disk before it takes its place by a rename: there never is half of it. Throws `disk-full` and what `problemWith` gives. */
export async function storeFile(sftp: Sftp, place: Place, path: FilePath, content: Buffer, attributes: SftpAttributes, how: 'new' | 'replace'): Promise<void> {
  const incoming = newIncoming()
  try {
    const handle = await sftp.open(incoming, openFlags.create, 0o600)
    const writes = []
    for (let offset = 0; offset < content.length; offset += pieceBytes) writes.push(sftp.write(handle, offset, content.subarray(offset, offset + pieceBytes)))
    await Promise.all([...writes, sftp.setAttributes(handle, attributes), sftp.sync(handle), sftp.close(handle)])
    await (how === 'new' ? sftp.rename(incoming, at(place, path)) : sftp.replace(incoming, at(place, path)))
  } catch (error) {
    const problem = await writeProblem(sftp, path, incomingFolder, error)
    // What is left of it goes after a day, where this line is gone too.
    if (sftp.isOpen) await sftp.unlink(incoming).catch(() => {})
    throw problem
  }
}
