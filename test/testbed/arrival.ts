/** Waiting for what a test server sends by itself. */
import { setTimeout as sleep } from 'node:timers/promises'

/** Gives the list once it has that many. @throws Error with what has come, after `timeoutMs` */
export async function waitForCount<T>(arrived: readonly T[], count: number, timeoutMs = 20_000): Promise<readonly T[]> {
  const deadline = Date.now() + timeoutMs
  while (arrived.length < count) {
    if (Date.now() > deadline) throw new Error(`${arrived.length} of ${count} have come: ${JSON.stringify(arrived).slice(0, 2000)}`)
    await sleep(50)
  }
  return arrived
}
