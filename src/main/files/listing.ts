import { type FileEntry, type FileListing, type FilePath, mostEntries } from '../../shared/files.ts'
import { type Sftp, type SftpEntry, SftpError, type SftpHandle, type SftpStats } from '../ssh/sftp.ts'
import { confine, isWithin } from './confine.ts'
import { at, isWritable, keptName, type Place } from './place.ts'
import { problemWith } from './problem.ts'

/** Questions on their way at a time: a long line is used well, and the server is not flooded. */
const questionsAtATime = 8
/** So many links of one folder are looked into. */
const mostLinks = 500

/** What a folder holds. Throws `file-missing` (but for the folder on top), `file-refused`. */
export async function listFolder(sftp: Sftp, place: Place, path: FilePath): Promise<FileListing> {
  const [confined, opened] = await Promise.allSettled([confine(sftp, place, path), sftp.opendir(at(place, path))])
  if (opened.status === 'rejected') {
    if (path === '' && opened.reason instanceof SftpError && opened.reason.status === 'missing') return { isThere: false, isWritable: false, entries: [], isCut: false }
    throw problemWith(path, opened.reason)
  }
  try {
    if (confined.status === 'rejected') throw problemWith(path, confined.reason)
    const found = (await readFolder(sftp, opened.value)).filter(({ filename }) => path !== '' || filename !== keptName)
    const entries = await Promise.all(found.slice(0, mostEntries).map((one) => entryOf(one)))
    await followLinks(sftp, place, path, entries)
    return { isThere: true, isWritable: isWritable(place, path), entries, isCut: found.length > mostEntries }
  } finally {
    if (sftp.isOpen) await sftp.close(opened.value)
  }
}

async function readFolder(sftp: Sftp, handle: SftpHandle): Promise<SftpEntry[]> {
  const found: SftpEntry[] = []
  for (;;) {
    const batches = await Promise.all(Array.from({ length: questionsAtATime }, () => sftp.readdir(handle)))
    for (const batch of batches) found.push(...(batch ?? []))
    if (batches.includes(null) || found.length > mostEntries) return found
  }
}

function entryOf({ filename, attrs }: SftpEntry): FileEntry {
  return {
    name: filename, kind: kindOf(attrs as SftpStats), sizeBytes: attrs.size, modifiedAt: attrs.mtime * 1000, mode: attrs.mode & 0o7777, uid: attrs.uid, gid: attrs.gid,
    ...(filename.includes('\u{fffd}') ? { hasOddName: true } : {}),
  }
}

/** The file types of POSIX, in the upper bits of a mode. */
export function kindOf({ mode }: { mode: number }): FileEntry['kind'] {
  switch (mode & 0o170000) {
    case 0o100000: return 'file'
    case 0o040000: return 'folder'
    case 0o120000: return 'link'
    default: return 'other'
  }
}

/** Says of each link where it leads, as far as that lies among the files of the site. */
async function followLinks(sftp: Sftp, place: Place, folder: FilePath, entries: FileEntry[]): Promise<void> {
  const links = entries.filter(({ kind, hasOddName }) => kind === 'link' && hasOddName !== true).slice(0, mostLinks)
  if (links.length === 0) return
  const root = await sftp.realpath(place.root)
  await Promise.all(links.map(async (entry) => {
    const path = `${at(place, folder)}/${entry.name}`
    const [target, real, stats] = await Promise.allSettled([sftp.readlink(path), sftp.realpath(path), sftp.stat(path)])
    // One that is gone meanwhile, or that leads nowhere, is shown as a link without a goal.
    const isInside = real.status === 'fulfilled' && stats.status === 'fulfilled' && isWithin(root, real.value) && !real.value.includes('\u{fffd}')
    const kind = stats.status === 'fulfilled' ? kindOf(stats.value) : 'other'
    entry.link = {
      target: target.status === 'fulfilled' ? target.value : '',
      to: isInside && (kind === 'file' || kind === 'folder') ? { path: real.value.slice(root.length + 1), kind } : null,
    }
  }))
}
