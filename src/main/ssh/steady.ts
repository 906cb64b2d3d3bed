import { HomeportError } from '../../shared/errors.ts'
import type { Sftp, SftpHandle } from './sftp.ts'

/** After this many milliseconds without an answer of the server a lost line is given up. */
const patienceMs = 10 * 60_000

export interface SteadyOptions<Tool> {
  /** Does a step with a line that is open, or with a new one. */
  use<T>(step: (tool: Tool) => Promise<T>): Promise<T>
  /** A step that changes nothing and shows that the line is back. */
  probe(tool: Tool): Promise<unknown>
  readonly signal: AbortSignal
  /** Waits before the next attempt. */
  pause(attempt: number): Promise<void>
  /** Told when the line was lost, and when it is back. */
  onLine(state: 'lost' | 'back'): void
}

/** Does each step again after a lost line, until it is done: for steps that may be done twice. */
export class Steady<Tool> {
  readonly #options: SteadyOptions<Tool>
  #waiting: Promise<void> | null = null

  constructor(options: SteadyOptions<Tool>) {
    this.#options = options
  }

  /** Rejects with what a step rejects with, `upload-interrupted` where the server stays away, or the signal's reason. */
  async run<T>(step: (tool: Tool) => Promise<T>): Promise<T> {
    for (;;) {
      this.#options.signal.throwIfAborted()
      try {
        return await this.#options.use(step)
      } catch (error) {
        if (!isLost(error)) throw error
        // Many steps notice one lost line; one of them waits for all.
        this.#waiting ??= this.#reconnect().finally(() => { this.#waiting = null })
        await this.#waiting
      }
    }
  }

  async #reconnect(): Promise<void> {
    const { use, probe, signal, pause, onLine } = this.#options
    onLine('lost')
    const until = Date.now() + patienceMs
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted()
      try {
        await use(probe)
        return onLine('back')
      } catch (error) {
        if (!isUnreachable(error)) throw error
        if (Date.now() > until) throw new HomeportError('upload-interrupted', 'The server could not be reached again for ten minutes.', { hint: 'Send the files again when it answers.', cause: error })
      }
      await pause(attempt)
    }
  }
}

export function isLost(error: unknown): boolean {
  return error instanceof HomeportError && error.code === 'connection-lost'
}

/** What passes by itself when the line is back. */
function isUnreachable(error: unknown): boolean {
  return error instanceof HomeportError && ['connection-lost', 'connection-refused', 'connection-timeout', 'no-route', 'host-not-found'].includes(error.code)
}

/** A file that is written at given places: writing one twice is the same as once. */
export class SteadyFile<Tool extends { readonly sftp: Sftp }> {
  readonly #steady: Steady<Tool>
  readonly #path: string
  readonly #flags: number
  #open: { readonly sftp: Sftp; readonly handle: Promise<SftpHandle> } | null = null

  constructor(steady: Steady<Tool>, path: string, flags: number) {
    this.#steady = steady
    this.#path = path
    this.#flags = flags
  }

  /** Opens it where it is not open on this line. */
  async with(work: (sftp: Sftp, handle: SftpHandle) => Promise<void>): Promise<void> {
    await this.#steady.run(async ({ sftp }) => {
      if (this.#open?.sftp !== sftp) {
        const handle = sftp.open(this.#path, this.#flags, 0o600)
        handle.catch(() => {}) // each who waits for it is told
        this.#open = { sftp, handle }
      }
      await work(sftp, await this.#open.handle)
    })
  }

  /** Writes a whole content, some pieces at a time: a long line is kept full, and little is in memory. `onWritten` is told of each. */
  async fill(content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, onWritten: (bytes: number) => void): Promise<number> {
    const writes = new Set<Promise<void>>()
    let failure: unknown = null
    let size = 0
    await this.with(async () => {}) // an empty file is a file too
    for await (const chunk of content) {
      const data = Buffer.from(chunk)
      const place = size
      size += data.length
      const write: Promise<void> = this.with(async (sftp, handle) => await sftp.write(handle, place, data))
        .then(() => onWritten(data.length), (error: unknown) => { failure ??= error })
        .finally(() => writes.delete(write))
      writes.add(write)
      while (writes.size >= piecesAtATime) await Promise.race(writes)
      if (failure !== null) throw failure
    }
    await Promise.all(writes)
    if (failure !== null) throw failure
    return size
  }

  /** Onto the disk, and closed. */
  async finish(work: (sftp: Sftp, handle: SftpHandle) => Promise<void> = async () => {}): Promise<void> {
    await this.with(async (sftp, handle) => { await Promise.all([work(sftp, handle), sftp.sync(handle)]) })
    await this.with(async (sftp, handle) => await sftp.close(handle))
  }
}

/** With pieces of 192 KB, 3 MB on their way. */
export const piecesAtATime = 16
