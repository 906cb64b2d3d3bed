import { randomBytes } from 'node:crypto'
import { once, type EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { createGzip, constants } from 'node:zlib'
import { pack, type Pack } from 'tar-stream'
import { HomeportError } from '../../shared/errors.ts'
import type { ReleaseId } from '../../shared/spec.ts'
import type { Resources } from '../resources.ts'
import type { Session } from '../ssh/session.ts'
import { checkEntryPath, isClutter, type UploadEntry } from './entry-path.ts'

export interface StoredUpload { readonly release: ReleaseId; readonly files: number; readonly bytes: number; readonly hasIndex: boolean }

/**
 * Sends files as one stream in one exchange and keeps them on the server until a plan publishes them. All or nothing:
 * a stream that breaks off leaves nothing behind. Throws `upload-invalid`, `upload-interrupted` and what `Session.run` throws.
 */
export async function sendFiles(session: Session, entries: AsyncIterable<UploadEntry>, resources: Resources, onProgress: (sentBytes: number) => void = () => {}): Promise<StoredUpload> {
  const release = newReleaseId(new Date())
  const archive = pack()
  const input = new PassThrough()
  const gzip = createGzip({ level: constants.Z_BEST_SPEED })
  // Not a pipeline: when packing fails, the server must see a stream that ends too early, which its tar refuses.
  archive.on('error', () => input.end()).pipe(gzip).pipe(input)
  const stored = session.run({ name: 'store-upload', script: resources.text('commands/store-upload.sh'), args: [release], input })
  // Awaited below; this only keeps an early failure from being reported as unhandled.
  stored.catch(() => archive.destroy())
  let files = 0
  let bytes = 0
  let hasIndex = false
  try {
    for await (const entry of entries) {
      if (isClutter(entry.path)) { await drain(entry.content); continue }
      const path = checkEntryPath(entry.path)
      await packEntry(archive, path, entry, (count) => { bytes += count; onProgress(bytes) })
      files++
      hasIndex ||= path === 'index.html' || path === 'index.htm'
    }
    if (files === 0) throw new HomeportError('upload-invalid', 'There are no files to send.', { hint: 'Choose a folder that holds the files of the site.' })
  } catch (error) {
    archive.destroy()
    input.end()
    const outcome = await stored.then(() => null, (failure: unknown) => failure)
    // Where the server went away, that is the reason and not the stream that broke because of it.
    throw outcome instanceof HomeportError && outcome.code !== 'command-failed' ? outcome : error
  }
  archive.finalize()
  await stored
  return { release, files, bytes, hasIndex }
}

async function packEntry(archive: Pack, path: string, entry: UploadEntry, onBytes: (count: number) => void): Promise<void> {
  refuseStopped(archive)
  const sink = archive.entry({ name: path, size: entry.sizeBytes, mode: 0o644 })
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

function newReleaseId(now: Date): ReleaseId {
  return `u${now.toISOString().replace(/[-:T]/g, '').slice(0, 14)}-${randomBytes(4).toString('hex')}`
}
