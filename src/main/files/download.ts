import type { Readable } from 'node:stream'
import { extract } from 'tar-stream'
import { ZipFile } from 'yazl'
import { HomeportError } from '../../shared/errors.ts'
import { type FilePath, folderOf, nameOf } from '../../shared/files.ts'
import type { Download } from '../bridge/handlers.ts'
import { confine, regularFile } from './confine.ts'
import { at } from './place.ts'
import { problemWith } from './problem.ts'
import type { SiteFiles } from './site-files.ts'

/** A download that was checked and not begun. */
export interface OfferedDownload { readonly name: string; open(): Promise<Download> }

/** One file as it is; several, or a folder, as a .zip. Throws `file-missing` and `file-refused`. */
export async function offerDownload(files: SiteFiles, paths: readonly FilePath[]): Promise<OfferedDownload> {
  const [only] = paths
  return await files.use(async (sftp, place) => {
    try {
      await Promise.all(paths.map((path) => confine(sftp, place, folderOf(path))))
      if (paths.length === 1 && only !== undefined && only !== '' && (await sftp.lstat(at(place, only))).isFile()) {
        const { size } = await regularFile(sftp, place, only)
        const name = nameOf(only)
        return { name, open: async () => ({ name, sizeBytes: size, body: (await files.readFile(place, only)).stdout }) }
      }
    } catch (error) {
      throw problemWith(only ?? '', error)
    }
    const name = `${(only === '' || only === undefined ? '' : nameOf(paths.length === 1 ? only : folderOf(only))) || place.siteId}.zip`
    return { name, open: async () => ({ name, sizeBytes: null, body: await zipOf(files, place, paths) }) }
  }, 'again')
}

async function zipOf(files: SiteFiles, place: Parameters<SiteFiles['readTar']>[0], paths: readonly FilePath[]): Promise<Readable> {
  const tar = await files.readTar(place, paths)
  const zip = new ZipFile()
  const output = zip.outputStream as Readable
  const fill = async (): Promise<void> => {
    const entries = extract()
    tar.stdout.on('error', (error) => entries.destroy(error)).pipe(entries)
    output.on('close', () => { tar.stop(); entries.destroy() })
    for await (const entry of entries) {
      const { type, mtime, mode } = entry.header
      const isRead = new Promise((resolve) => entry.on('close', () => resolve(null)))
      const path = zipPath(entry.header.name, paths)
      const when = { ...(mtime === undefined ? {} : { mtime }), ...(mode === undefined ? {} : { mode: mode & 0o777 }) }
      // Links and devices mean nothing on another computer.
      if (path === '' || (type !== 'file' && type !== 'directory')) entry.resume()
      else if (type === 'directory') { entry.resume(); zip.addEmptyDirectory(path, when) }
      else zip.addReadStream(entry as unknown as Readable, path, { ...when, mode: 0o100000 | (when.mode ?? 0o644) })
      await isRead
    }
    const exitCode = await tar.exit
    // 1: a file changed while it was read, as files of a running program do.
    if (exitCode !== 0 && exitCode !== 1) throw new HomeportError('command-failed', 'The server stopped sending the files.', { hint: 'Download them again.' })
    zip.end()
  }
  // The browser shows a download that breaks off as failed.
  fill().catch((error: unknown) => output.destroy(error instanceof Error ? error : new Error(String(error))))
  return output
}

/** A path as every system takes it, below the folder that was asked for. */
function zipPath(name: string, paths: readonly FilePath[]): string {
  const path = name.replace(/^(\.\/)+/, '').replace(/\/+$/, '')
  const [only] = paths
  const below = only === undefined ? '' : folderOf(only)
  const short = below !== '' && path.startsWith(`${below}/`) ? path.slice(below.length + 1) : path
  // Names that are no path elsewhere, or lead out of the folder that they are unpacked into.
  return short.split('/').filter((part) => part !== '' && part !== '.' && part !== '..').map((part) => part.replaceAll(/[\\:\p{Cc}]/gu, '_')).join('/')
}
