import { randomBytes } from 'node:crypto'
import type { Download } from '../bridge/handlers.ts'
import type { OfferedDownload } from './download.ts'

/** A token that nobody used is void after this many milliseconds. */
const lastsMs = 60_000

/** Downloads that were offered to the window: each can be fetched once. */
export class DownloadTokens {
  readonly #offered = new Map<string, { readonly download: OfferedDownload; readonly until: number }>()

  offer(download: OfferedDownload): string {
    for (const [token, { until }] of this.#offered) if (until < Date.now()) this.#offered.delete(token)
    const token = randomBytes(24).toString('base64url')
    this.#offered.set(token, { download, until: Date.now() + lastsMs })
    return token
  }

  /** Null where the token is wrong, was used or is too old. */
  async take(token: string): Promise<Download | null> {
    const offered = this.#offered.get(token)
    this.#offered.delete(token)
    return offered === undefined || offered.until < Date.now() ? null : await offered.download.open()
  }
}
