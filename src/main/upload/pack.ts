import { once, type EventEmitter } from 'node:events'
import { constants, createGzip } from 'node:zlib'
import { pack, type Pack } from 'tar-stream'
import { HomeportError } from '../../shared/errors.ts'
import { checkEntryPath, isClutter, type UploadEntry } from './entry-path.ts'

/** What was packed, complete once the archive was read to its end. */
export interface Packed { files: number; bytes: number; hasIndex: boolean }

/** Bytes of one piece of the archive, all but the last: what SFTP takes in one request. */
const pieceBytes = 192 * 1024

/**
 * Files as pieces of a .tar.gz, at the pace at which they are read. `packed` counts along. Throws `upload-invalid` and
 * `upload-interrupted`: then what was given is no whole archive.
 */
export async function* packFiles(entries: AsyncIterable<UploadEntry>, packed: Packed, onProgress: (bytes: number) => void): AsyncGenerator<Buffer> {
  const archive = pack()
  const gzip = createGzip({ level: constants.Z_BEST_SPEED })
  archive.on('error', () => {}).pipe(gzip) // the reason is thrown below
  gzip.on('close', () => archive.destroy())
  const filling = fill(archive, entries, packed, onProgress)
  filling.catch((error: Error) => gzip.destroy(error))
  let waiting: Buffer[] = []
  let size = 0
  for await (const chunk of gzip as AsyncIterable<Buffer>) {
    waiting.push(chunk)
    size += chunk.length
    if (size < pieceBytes) continue
    yield Buffer.concat(waiting)
    waiting = []
    size = 0
  }
  await filling
  if (size > 0) yield Buffer.concat(waiting)
}

async function fill(archive: Pack, entries: AsyncIterable<UploadEntry>, packed: Packed, onProgress: (bytes: number) => void): Promise<void> {
  for await (const entry of entries) {
    if (isClutter(entry.path)) { await drain(entry.content); continue }
    const path = checkEntryPath(entry.path)
    await packEntry(archive, path, entry, (count) => { packed.bytes += count; onProgress(packed.bytes) })
    packed.files++
    packed.hasIndex ||= path === 'index.html' || path === 'index.htm'
  }
  if (packed.files === 0) throw new HomeportError('upload-invalid', 'There are no files to send.', { hint: 'Choose a folder that holds the files of the site.' })
  archive.finalize()
}

async function packEntry(archive: Pack, path: string, entry: UploadEntry, onBytes: (count: number) => void): Promise<void> {
  refuseStopped(archive)
  const sink = archive.entry({ name: path, size: entry.sizeBytes, mode: 0o644 })
  sink.on('error', () => {}) // of the archive, whose reason is thrown
  let left = entry.sizeBytes
  for await (const chunk of entry.content) {
    left -= chunk.byteLength
    if (left < 0 || archive.destroyed) break
    if (!sink.write(chunk)) await drained(sink, archive)
    onBytes(chunk.byteLength)
  }
  refuseStopped(archive)
  if (left !== 0) throw new HomeportError('upload-interrupted', `The file ${JSON.stringify(path)} changed while it was sent.`, { hint: 'Send the files again when nothing is writing to them.' })
  sink.end(null)
}

function refuseStopped(archive: Pack): void {
  if (archive.destroyed) throw new HomeportError('upload-interrupted', 'The server stopped taking the files.', { hint: 'Check the space on its disk, then send the files again.' })
}

/** Until the sink takes more, or the archive is gone. An upload waits thousands of times: each wait takes its listeners off again. */
async function drained(sink: EventEmitter, archive: EventEmitter): Promise<void> {
  const over = new AbortController()
  await Promise.race([once(sink, 'drain', over), once(archive, 'close', over)]).finally(() => over.abort())
}

async function drain(content: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _chunk of content) { /* read past it */ }
}
