import { createReadStream } from 'node:fs'
import { crc32, createGunzip } from 'node:zlib'
import type { Readable } from 'node:stream'
import { extract } from 'tar-stream'
import yauzl from 'yauzl'
import { HomeportError } from '../../shared/errors.ts'
import type { UploadSize } from '../../shared/files.ts'
import { checkEntryPath, isClutter, type UploadEntry } from './entry-path.ts'

/** More entries or more unpacked bytes than any site needs: an archive that would fill the server's disk. */
const mostEntries = 200_000
const mostBytes = 50 * 2 ** 30

/** The files of an archive, and what they have altogether. */
export interface ArchiveEntries extends AsyncIterable<UploadEntry> { readonly size: UploadSize }

interface Listed { readonly path: string; readonly sizeBytes: number }

/**
 * Files of a .zip, .tar, .tar.gz or .tgz, told by content and not by name. A single folder around everything is taken off.
 * Links, devices and names that lead out are refused with `upload-invalid`, before anything is sent.
 */
export async function readArchive(file: string, firstBytes: Buffer): Promise<ArchiveEntries> {
  const read = isZip(firstBytes) ? readZip : isGzip(firstBytes) || isTar(firstBytes) ? readTar : null
  if (read === null) throw invalid('This is not an archive that Homeport can read.', 'Use a .zip, .tar or .tar.gz file, or drop the folder itself.')
  const listed: Listed[] = []
  let bytes = 0
  for await (const entry of read(file, firstBytes, false)) {
    listed.push(entry)
    bytes += entry.sizeBytes
    if (listed.length > mostEntries || bytes > mostBytes) throw new HomeportError('upload-too-large', 'This archive is too large for a site.', { hint: 'Homeport takes up to 200,000 files and 50 GB.' })
  }
  if (listed.length === 0) throw invalid('There are no files in this archive.', 'Choose an archive that holds the files of the site.')
  const prefix = commonFolder(listed.map((entry) => entry.path))
  return Object.assign(withoutPrefix(read(file, firstBytes, true), prefix), { size: { bytes, files: listed.length } })
}

async function* withoutPrefix(entries: AsyncIterable<UploadEntry>, prefix: string): AsyncIterable<UploadEntry> {
  for await (const entry of entries) yield { ...entry, path: entry.path.slice(prefix.length) }
}

/** `site/` if all paths are below `site/`, else nothing. */
export function commonFolder(paths: readonly string[]): string {
  const first = paths[0]?.split('/')
  if (first === undefined || first.length < 2) return ''
  const folder = `${first[0]}/`
  return paths.every((path) => path.startsWith(folder)) ? folder : ''
}

async function* readTar(file: string, firstBytes: Buffer, _withContent: boolean): AsyncGenerator<UploadEntry> {
  const raw = createReadStream(file)
  const unpack = extract()
  const source: Readable = isGzip(firstBytes) ? raw.pipe(createGunzip()) : raw
  const fail = (error: Error): void => void unpack.destroy(error)
  raw.on('error', fail)
  source.on('error', fail)
  source.pipe(unpack)
  try {
    for await (const entry of unpack) {
      const { name, type, size } = entry.header
      const path = name.replace(/^(\.\/)+/, '').replace(/\/$/, '')
      if (type === 'directory' || isClutter(path)) { entry.resume(); continue }
      if (type !== 'file' && type !== 'contiguous-file') throw invalid(`The archive holds a link or a special file: ${JSON.stringify(path.slice(0, 120))}.`, 'Pack only ordinary files and folders.')
      yield { path: checkEntryPath(path), sizeBytes: size ?? 0, content: entry as unknown as AsyncIterable<Uint8Array> }
      entry.resume()
    }
  } catch (error) {
    throw readable(error)
  } finally {
    raw.destroy()
  }
}

async function* readZip(file: string, _firstBytes: Buffer, withContent: boolean): AsyncGenerator<UploadEntry> {
  // yauzl checks names (no absolute paths, no ..) and sizes by itself; ours are checked on top.
  const zip = await yauzl.openPromise(file, { strictFileNames: true }).catch((error: unknown) => { throw readable(error) })
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/') || isClutter(entry.fileName)) continue
      if (isZipLink(entry.externalFileAttributes)) throw invalid(`The archive holds a link: ${JSON.stringify(entry.fileName.slice(0, 120))}.`, 'Pack only ordinary files and folders.')
      if (entry.isEncrypted()) throw invalid('The archive is protected by a password.', 'Pack it again without a password.')
      const content = withContent ? checkContent(await zip.openReadStreamPromise(entry), entry.crc32) : nothing()
      yield { path: checkEntryPath(entry.fileName), sizeBytes: entry.uncompressedSize, content }
    }
  } catch (error) {
    throw readable(error)
  } finally {
    zip.close()
  }
}

/** The content of a zip's file: yauzl compares its length, this its checksum. Errors come as `upload-invalid`, as they do for a whole archive. */
async function* checkContent(content: AsyncIterable<Uint8Array>, expected: number): AsyncGenerator<Uint8Array> {
  let sum = 0
  try {
    for await (const chunk of content) {
      sum = crc32(chunk, sum)
      yield chunk
    }
  } catch (error) {
    throw readable(error)
  }
  if (sum !== expected) throw readable(new Error('A file has another checksum than it was packed with.'))
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

const isZip = (bytes: Buffer): boolean => bytes.subarray(0, 2).toString('latin1') === 'PK'
const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b
/** POSIX.1-2024 pax, ustar header: the magic at offset 257. */
const isTar = (bytes: Buffer): boolean => bytes.subarray(257, 262).toString('latin1') === 'ustar'
/** Unix mode in the upper half of the external attributes; 0o120000 is a symbolic link. */
const isZipLink = (attributes: number): boolean => ((attributes >>> 16) & 0o170000) === 0o120000

function invalid(message: string, hint: string): HomeportError {
  return new HomeportError('upload-invalid', message, { hint })
}

function readable(error: unknown): HomeportError {
  if (error instanceof HomeportError) return error
  return new HomeportError('upload-invalid', 'The archive cannot be read: it is damaged or incomplete.', { hint: 'Make the archive again and send it once more.', detail: error instanceof Error ? error.message : String(error), cause: error })
}
