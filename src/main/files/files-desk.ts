import type { FileListing, FilePath, FileText, TrashEntry, UploadSize } from '../../shared/files.ts'
import type { SiteId } from '../../shared/spec.ts'
import type { StreamPort } from '../bridge/handlers.ts'
import type { Resources } from '../resources.ts'
import type { SocketSession } from '../ssh/session.ts'
import { offerDownload, type OfferedDownload } from './download.ts'
import { makeFolder, renamePath } from './folders.ts'
import { listFolder } from './listing.ts'
import { SiteFiles } from './site-files.ts'
import { readText, writeText } from './text.ts'
import { listTrash, moveToTrash, restoreFromTrash } from './trash.ts'
import { serveFileUpload } from './upload.ts'

/** Where the questions about the files of one server's sites are answered. */
export class FilesDesk {
  readonly #session: () => Promise<SocketSession>
  readonly #resources: Resources
  readonly #sites = new Map<SiteId, SiteFiles>()

  constructor(session: () => Promise<SocketSession>, resources: Resources) {
    this.#session = session
    this.#resources = resources
  }

  async list(siteId: SiteId, path: FilePath): Promise<FileListing> {
    return await this.#of(siteId).use(async (sftp, place) => await listFolder(sftp, place, path), 'again')
  }

  async read(siteId: SiteId, path: FilePath): Promise<FileText> {
    return await this.#of(siteId).use(async (sftp, place) => await readText(sftp, place, path), 'again')
  }

  async write(siteId: SiteId, change: { path: FilePath; text: string; version: string | null }): Promise<{ version: string }> {
    return await this.#of(siteId).use(async (sftp, place) => await writeText(sftp, place, change))
  }

  async makeFolder(siteId: SiteId, path: FilePath): Promise<void> {
    await this.#of(siteId).use(async (sftp, place) => await makeFolder(sftp, place, path))
  }

  async rename(siteId: SiteId, path: FilePath, to: FilePath): Promise<void> {
    await this.#of(siteId).use(async (sftp, place) => await renamePath(sftp, place, path, to))
  }

  async mendNames(siteId: SiteId, path: FilePath): Promise<number> {
    return await this.#of(siteId).mendNames(path)
  }

  async delete(siteId: SiteId, paths: readonly FilePath[]): Promise<void> {
    await this.#of(siteId).use(async (sftp, place) => await moveToTrash(sftp, place, paths))
  }

  async trash(siteId: SiteId): Promise<TrashEntry[]> {
    return await this.#of(siteId).use(async (sftp) => await listTrash(sftp), 'again')
  }

  async restore(siteId: SiteId, id: string): Promise<{ path: FilePath }> {
    return await this.#of(siteId).use(async (sftp, place) => await restoreFromTrash(sftp, place, id))
  }

  async emptyTrash(siteId: SiteId): Promise<void> {
    await this.#of(siteId).emptyTrash()
  }

  async download(siteId: SiteId, paths: readonly FilePath[]): Promise<OfferedDownload> {
    return await offerDownload(this.#of(siteId), paths)
  }

  async upload(siteId: SiteId, what: { path: FilePath; size?: UploadSize | undefined }, port: StreamPort<'files.upload'>, pause: (attempt: number) => Promise<void>): Promise<void> {
    await serveFileUpload(this.#of(siteId), what, port, pause)
  }

  /** Sites may be of another kind from now on; the next question opens their files anew. */
  close(): void {
    for (const files of this.#sites.values()) files.close()
    this.#sites.clear()
  }

  #of(siteId: SiteId): SiteFiles {
    const files = this.#sites.get(siteId) ?? new SiteFiles(siteId, this.#session, this.#resources)
    this.#sites.set(siteId, files)
    return files
  }
}
