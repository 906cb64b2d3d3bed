import type { StreamPort } from '../bridge/handlers.ts'
import { type FilePath, folderOf, pathIn, type UploadSize } from '../../shared/files.ts'
import type { SftpTool } from '../ssh/sftp-line.ts'
import { openFlags, type Sftp, type SftpAttributes } from '../ssh/sftp.ts'
import { piecesAtATime, Steady, SteadyFile } from '../ssh/steady.ts'
import { checkEntryPath, isClutter, type UploadEntry } from '../upload/entry-path.ts'
import { queueMessages, window } from '../upload/message-queue.ts'
import { receiveFiles } from '../upload/receive.ts'
import { ensureWritable, isThere } from './confine.ts'
import { makeFolders } from './folders.ts'
import { at, incomingFolder, type Place } from './place.ts'
import { problemWith, refused, writeProblem } from './problem.ts'
import { RoomKeeper } from './room.ts'
import type { SiteFiles } from './site-files.ts'
import { newFileAttributes, newIncoming } from './store.ts'

/** Files of up to this many bytes are sent several at a time. */
const smallBytes = 256 * 1024
const progressEveryMs = 150

/** Serves `files.upload`: from the window's messages into a folder of a site. */
export async function serveFileUpload(files: SiteFiles, { path: folder, size }: { path: FilePath; size?: UploadSize | undefined }, port: StreamPort<'files.upload'>, pause: (attempt: number) => Promise<void>): Promise<void> {
  const messages = queueMessages(port)
  // What nobody listens to any more is noticed by the queue.
  const tell = (event: Parameters<typeof port.emit>[0]): void => { port.emit(event).catch(() => {}) }
  const steady = new Steady<SftpTool<Place>>({ use: (step) => files.line.use(step), probe: ({ sftp, place }) => sftp.realpath(place.root), signal: port.signal, pause, onLine: (state) => tell({ kind: 'line', state }) })
  let toldAt = 0
  const upload = new FileUpload(files, steady, (sentBytes) => {
    if (Date.now() - toldAt < progressEveryMs) return
    toldAt = Date.now()
    tell({ kind: 'progress', sentBytes })
  })
  await steady.run(async ({ sftp, place }) => await ensureWritable(sftp, place, pathIn(folder, 'x')).catch((error: unknown) => { throw problemWith(folder, error) }))
  const room = new RoomKeeper(async () => await steady.run(async ({ sftp }) => await sftp.free(incomingFolder).catch((error: unknown) => { throw problemWith(folder, error) })))
  if (size !== undefined) await room.ask(size)
  await port.emit({ kind: 'credit', messages: window })
  for await (const entry of receiveFiles(messages)) {
    if (isClutter(entry.path)) continue
    await room.take(entry.sizeBytes)
    await upload.take(pathIn(folder, checkEntryPath(entry.path)), entry)
  }
  await port.emit({ kind: 'stored', ...(await upload.end()) })
}

/** Files that are written into a site's folder, several at a time. */
class FileUpload {
  readonly #site: SiteFiles
  readonly #steady: Steady<SftpTool<Place>>
  readonly #onProgress: (sentBytes: number) => void
  readonly #folders = new Map<FilePath, Promise<SftpAttributes>>()
  readonly #running = new Set<Promise<void>>()
  #failure: unknown = null
  #files = 0
  #bytes = 0

  constructor(site: SiteFiles, steady: Steady<SftpTool<Place>>, onProgress: (sentBytes: number) => void) {
    this.#site = site
    this.#steady = steady
    this.#onProgress = onProgress
  }

  async take(path: FilePath, entry: UploadEntry): Promise<void> {
    if (entry.sizeBytes > smallBytes) return await this.#store(path, entry.content)
    const content: Uint8Array[] = []
    for await (const chunk of entry.content) content.push(chunk)
    await this.#inParallel(this.#store(path, content))
  }

  async end(): Promise<{ files: number; bytes: number }> {
    await Promise.all(this.#running)
    if (this.#failure !== null) throw this.#failure
    return { files: this.#files, bytes: this.#bytes }
  }

  async #inParallel(task: Promise<void>): Promise<void> {
    const noted = task.catch((error: unknown) => { this.#failure ??= error }).finally(() => this.#running.delete(noted))
    this.#running.add(noted)
    while (this.#running.size >= piecesAtATime) await Promise.race(this.#running)
    if (this.#failure !== null) throw this.#failure
  }

  async #store(path: FilePath, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    const incoming = newIncoming()
    try {
      const attributes = await this.#folder(folderOf(path))
      const file = new SteadyFile(this.#steady, incoming, openFlags.write)
      await file.fill(content, (bytes) => this.#onProgress(this.#bytes += bytes))
      await file.finish((sftp, handle) => sftp.setAttributes(handle, attributes))
      await this.#steady.run(async ({ sftp, place }) => await putInPlace(sftp, place, incoming, path))
      this.#files += 1
    } catch (error) {
      // Not as steadily as the rest: whoever gave up waits for nothing.
      throw await this.#site.use(async (sftp) => {
        const problem = await writeProblem(sftp, path, incomingFolder, error)
        if (await isThere(sftp, incoming)) await sftp.unlink(incoming)
        return problem
      }).catch(() => problemWith(path, error)) // what is left of it goes after a day
    }
  }

  /** Makes a folder once, and gives what its new files are given. */
  async #folder(folder: FilePath): Promise<SftpAttributes> {
    const known = this.#folders.get(folder) ?? this.#steady.run(async ({ sftp, place }) => {
      await makeFolders(sftp, place, folder)
      await ensureWritable(sftp, place, pathIn(folder, 'x'))
      return await newFileAttributes(sftp, place, pathIn(folder, 'x'))
    })
    known.catch(() => {}) // each who waits for it is told
    this.#folders.set(folder, known)
    return await known
  }
}

/** Replaces a file, and nothing else. Doing it again after a lost line is fine: then it is gone from where it came. */
async function putInPlace(sftp: Sftp, place: Place, incoming: string, path: FilePath): Promise<void> {
  if (!(await isThere(sftp, incoming)) && (await isThere(sftp, at(place, path)))) return
  const [there] = await Promise.allSettled([sftp.lstat(at(place, path))])
  if (there.status === 'fulfilled' && there.value.isDirectory()) throw refused(path, 'A folder has the name of this file.')
  await sftp.replace(incoming, at(place, path))
}
