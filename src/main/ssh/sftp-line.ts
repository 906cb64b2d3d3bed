import type { Sftp } from './sftp.ts'
import { isLost } from './steady.ts'

/** What goes with an SFTP session: where it is. */
export interface SftpTool<Place> { readonly sftp: Sftp; readonly place: Place }

/** An SFTP session that is opened when it is first needed, again after a lost line, and closed when nobody uses it for a while. */
export class SftpLine<Place> {
  readonly #start: () => Promise<SftpTool<Place>>
  readonly #idleMs: number
  #tool: Promise<SftpTool<Place>> | null = null
  #users = 0
  #idle: NodeJS.Timeout | undefined

  constructor(start: () => Promise<SftpTool<Place>>, idleMs: number) {
    this.#start = start
    this.#idleMs = idleMs
  }

  /** What only looks may say `again`: after a lost line it is tried once more. */
  async use<T>(work: (tool: SftpTool<Place>) => Promise<T>, again: 'again' | 'once' = 'once'): Promise<T> {
    clearTimeout(this.#idle)
    this.#users += 1
    try {
      return await work(await this.#open())
    } catch (error) {
      if (again === 'once' || !isLost(error)) throw error
      return await this.use(work)
    } finally {
      this.#users -= 1
      if (this.#users === 0) this.#idle = setTimeout(() => this.close(), this.#idleMs).unref()
    }
  }

  /** The next use opens it anew. */
  close(): void {
    clearTimeout(this.#idle)
    const tool = this.#tool
    this.#tool = null
    tool?.then(({ sftp }) => sftp.end(), () => {}) // one that could not be opened has been told to who asked
  }

  async #open(): Promise<SftpTool<Place>> {
    const known = this.#tool
    if (known !== null) {
      const tool = await known
      if (tool.sftp.isOpen) return tool
      if (this.#tool === known) this.#tool = null
    }
    if (this.#tool === null) {
      const opening = this.#start()
      this.#tool = opening
      opening.catch(() => { if (this.#tool === opening) this.#tool = null })
    }
    return await this.#tool
  }
}
