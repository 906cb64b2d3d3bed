import type { FilePath } from '../../shared/files.ts'
import { api } from '../api.ts'
import type { UploadFile } from './upload-entries.ts'
import { sendInto } from './upload-sender.ts'

type Sending = { readonly kind: 'sending'; readonly files: number; readonly totalBytes: number; readonly sentBytes: number; readonly isLineLost: boolean; /** Uploads that wait for this one. */ readonly waiting: number; cancel(): void }
export type UploadState = { readonly kind: 'none' } | Sending | { readonly kind: 'stored'; readonly files: number; readonly bytes: number } | { readonly kind: 'failed'; readonly error: unknown }

const none: UploadState = { kind: 'none' }

/** Uploads into the files of one site, one after another. They go on while the person looks at something else. */
export class FilesUploads {
  readonly #site: { readonly serverId: string; readonly siteId: string }
  readonly #listeners = new Set<() => void>()
  readonly #warn = (event: BeforeUnloadEvent): void => event.preventDefault()
  #state: UploadState = none
  #last: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(serverId: string, siteId: string) {
    this.#site = { serverId, siteId }
  }

  get state(): UploadState { return this.#state }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  /** Begins once those before it have ended. */
  add(folder: FilePath, files: readonly UploadFile[]): void {
    this.#waiting += 1
    if (this.#state.kind === 'sending') this.#say({ ...this.#state, waiting: this.#waiting })
    this.#last = this.#last.then(() => { this.#waiting -= 1; return this.#send(folder, files) })
  }

  fail(error: unknown): void { this.#say({ kind: 'failed', error }) }

  dismiss(): void { if (this.#state.kind !== 'sending') this.#say(none) }

  async #send(folder: FilePath, files: readonly UploadFile[]): Promise<void> {
    const controller = new AbortController()
    const change = (what: Partial<Sending>): void => { if (this.#state.kind === 'sending') this.#say({ ...this.#state, ...what }) }
    const totalBytes = files.reduce((sum, { file }) => sum + file.size, 0)
    this.#say({ kind: 'sending', files: files.length, totalBytes, sentBytes: 0, isLineLost: false, waiting: this.#waiting, cancel: () => controller.abort() })
    window.addEventListener('beforeunload', this.#warn)
    try {
      const stored = await sendInto(api, 'files.upload', { ...this.#site, path: folder, size: { bytes: totalBytes, files: files.length } }, { files, signal: controller.signal, onProgress: (sentBytes) => change({ sentBytes }), onLine: (line) => change({ isLineLost: line === 'lost' }) })
      this.#say({ kind: 'stored', files: stored.files, bytes: stored.bytes })
    } catch (error) {
      this.#say(controller.signal.aborted ? none : { kind: 'failed', error })
    } finally {
      window.removeEventListener('beforeunload', this.#warn)
    }
  }

  #say(state: UploadState): void {
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}

const all = new Map<string, FilesUploads>()

export function uploadsOf(serverId: string, siteId: string): FilesUploads {
  const key = `${serverId} ${siteId}`
  const uploads = all.get(key) ?? new FilesUploads(serverId, siteId)
  all.set(key, uploads)
  return uploads
}
