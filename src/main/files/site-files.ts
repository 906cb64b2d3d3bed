import { HomeportError } from '../../shared/errors.ts'
import { fileAccess, type FileAccess, type FilePath, pathIn } from '../../shared/files.ts'
import type { SiteId } from '../../shared/spec.ts'
import { parseSpec, specPath } from '../facts/spec.ts'
import type { Resources } from '../resources.ts'
import type { RemoteProcess, SocketSession } from '../ssh/session.ts'
import { SftpLine, type SftpTool } from '../ssh/sftp-line.ts'
import { openSftpCommand } from '../ssh/sftp-command.ts'
import type { Sftp } from '../ssh/sftp.ts'
import { ensureWritable } from './confine.ts'
import { at, type Place, placeOf } from './place.ts'
import { problemWith } from './problem.ts'

/** A line to the files of one site that nobody uses is closed after this many milliseconds. */
const idleMs = 120_000

/** The files of one site: one SFTP server in a sandbox. */
export class SiteFiles {
  readonly #siteId: SiteId
  readonly #session: () => Promise<SocketSession>
  readonly #resources: Resources
  readonly line: SftpLine<Place>

  constructor(siteId: SiteId, session: () => Promise<SocketSession>, resources: Resources) {
    this.#siteId = siteId
    this.#session = session
    this.#resources = resources
    this.line = new SftpLine(() => this.#start(), idleMs)
  }

  /** Works with the files. What only looks may say `again`: after a lost line it is tried once more. */
  async use<T>(work: (sftp: Sftp, place: Place) => Promise<T>, again: 'again' | 'once' = 'once'): Promise<T> {
    return await this.line.use(({ sftp, place }) => work(sftp, place), again)
  }

  /** The content of a file as a stream, at the full speed of the line. */
  async readFile(place: Place, path: FilePath): Promise<RemoteProcess> {
    return await this.#command(place, 'cat', [at(place, path)])
  }

  /** Files and folders as a tar, with paths as they are seen from the top. */
  async readTar(place: Place, paths: readonly FilePath[]): Promise<RemoteProcess> {
    return await this.#command(place, 'tar', [], Buffer.from(paths.map((path) => (path === '' ? '.\0' : `./${path}\0`)).join('')))
  }

  async emptyTrash(): Promise<void> {
    await this.use(async (_sftp, place) => { await this.#run(place, 'empty-trash', []) })
  }

  /** Gives how many names were mended. */
  async mendNames(path: FilePath): Promise<number> {
    return await this.use(async (sftp, place) => {
      await ensureWritable(sftp, place, pathIn(path, 'x')).catch((error: unknown) => { throw problemWith(path, error) })
      return (await this.#run(place, 'mend-names', [at(place, path)])).toString('latin1').split('\0').length - 1
    })
  }

  /** The next use opens it anew, and asks again what kind of site this is. */
  close(): void {
    this.line.close()
  }

  async #start(): Promise<SftpTool<Place>> {
    const session = await this.#session()
    const place = placeOf(this.#siteId, await this.#access(session))
    const sftp = await openSftpCommand(session, { name: 'files', script: this.#resources.text('lib/site-files'), args: [place.siteId, place.access, 'sftp'] })
    return { sftp, place }
  }

  /** What kind of site it is, as the server says: another computer may have changed it. */
  async #access(session: SocketSession): Promise<FileAccess> {
    const { stdout } = await session.run({ name: 'read-spec', script: 'cat "$1" 2>/dev/null || true', args: [specPath] })
    const content = stdout.toString('utf8')
    const spec = content === '' ? null : parseSpec(new Map([[specPath, { content, sha256: '', mode: 0o600, uid: 0, gid: 0 }]]))
    const site = spec?.sites.find(({ id }) => id === this.#siteId)
    if (site === undefined) throw new HomeportError('input-invalid', `There is no site ${this.#siteId} on this server.`, { hint: 'It may have been removed from another computer. Look at the list of sites again.' })
    const access = fileAccess(site)
    if (access === null) throw new HomeportError('input-invalid', `${site.domain} has no files of its own.`, { hint: 'It leads elsewhere, or shows a notice. Sites from files, from git and in containers have files.' })
    return access
  }

  async #command(place: Place, command: string, args: readonly string[], input?: Buffer): Promise<RemoteProcess> {
    return await (await this.#session()).open({ name: `files-${command}`, script: this.#resources.text('lib/site-files'), args: [place.siteId, place.access, command, ...args], ...(input === undefined ? {} : { input }) })
  }

  async #run(place: Place, command: string, args: readonly string[]): Promise<Buffer> {
    return (await (await this.#session()).run({ name: `files-${command}`, script: this.#resources.text('lib/site-files'), args: [place.siteId, place.access, command, ...args] })).stdout
  }
}
