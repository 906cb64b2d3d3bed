import { HomeportError } from '../../shared/errors.ts'
import type { UploadSize } from '../../shared/files.ts'

/** What stays free for everything else on the server, as in resources/server/lib/room. */
const reserveBytes = 2 ** 30
const reserveFiles = 10_000
/** So much is written before the free space is asked for again: others write too. */
const asksEveryBytes = 64 * 2 ** 20
const asksEveryFiles = 1000

/** Sees to it that uploads leave a reserve of the server's disk. */
export class RoomKeeper {
  readonly #free: () => Promise<{ bytes: number; files: number | null }>
  #bytes = 0
  #files = 0

  constructor(free: () => Promise<{ bytes: number; files: number | null }>) {
    this.#free = free
  }

  /** Throws `disk-full` where there is no room for so much. */
  async ask({ bytes, files }: UploadSize): Promise<void> {
    const free = await this.#free()
    if (bytes + reserveBytes > free.bytes) {
      throw full(`${megabytes(bytes)} have no room on the disk of the server: of ${megabytes(free.bytes)} that are free ${megabytes(reserveBytes)} have to stay free.`)
    }
    if (free.files !== null && files + reserveFiles > free.files) throw full('The disk of the server takes too few more files.')
  }

  /** For the next file. Throws `disk-full` where there is no room for it. */
  async take(bytes: number): Promise<void> {
    if (bytes > this.#bytes || this.#files === 0) {
      await this.ask({ bytes, files: 1 })
      this.#bytes = Math.max(bytes, asksEveryBytes)
      this.#files = asksEveryFiles
    }
    this.#bytes -= bytes
    this.#files -= 1
  }
}

function full(message: string): HomeportError {
  return new HomeportError('disk-full', message, { hint: 'Make room first: the page Storage shows what takes the space, such as the trash. What was sent so far is there.' })
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`
}
