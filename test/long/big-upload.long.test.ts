/** Two gigabytes over a line that is cut in the middle: they arrive whole, and little of them is ever in memory. */
import { createCipheriv, createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sendFiles } from '../../src/main/upload/send-files.ts'
import type { UploadEntry } from '../../src/main/upload/entry-path.ts'
import { on, Pipeline } from '../server/pipeline.ts'
import { startDelayProxy, startServer, type DelayProxy, type TestServer } from '../testbed/index.ts'

const size = 2_000_000_000
const chunkBytes = 1_000_000
/** Growth of this process that is no part of the 2 GB: buffers of packing, encryption and the proxy in it. */
const mostGrowthBytes = 400_000_000

let server: TestServer
let line: DelayProxy
beforeAll(async () => {
  server = await startServer()
  line = await startDelayProxy({ host: server.host, port: server.port, rttMs: 20 })
})
afterAll(async () => {
  await line?.stop()
  await server?.stop()
})

it('goes on where the line was cut', async () => {
  const away = Pipeline.to(server, line)
  const told: string[] = []
  const hash = createHash('sha256')
  const before = process.memoryUsage().rss
  let most = before
  // Noise that is made on the way: it can be neither compressed nor kept.
  const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16))
  async function* content(): AsyncGenerator<Uint8Array> {
    for (let sent = 0; sent < size; sent += chunkBytes) {
      if (sent === size / 2) line.cut()
      const chunk = noise.update(Buffer.alloc(chunkBytes))
      hash.update(chunk)
      most = Math.max(most, process.memoryUsage().rss)
      yield chunk
    }
  }
  async function* entries(): AsyncGenerator<UploadEntry> { yield { path: 'large.bin', sizeBytes: size, content: content() } }
  const startedAt = performance.now()
  const { release } = await sendFiles(away.target({ onLine: (state) => told.push(state), signal: AbortSignal.timeout(1800_000) }), entries())
  const seconds = (performance.now() - startedAt) / 1000
  console.warn(`2 GB in ${seconds.toFixed(0)} s (${(size / seconds / 1e6).toFixed(0)} MB/s) with the line cut once; this process grew by ${((most - before) / 1e6).toFixed(0)} MB; told: ${told.join(', ')}`)
  expect(await on(server, `sha256sum </var/lib/homeport/uploads/${release}/large.bin`)).toBe(`${hash.digest('hex')}  -`)
  expect(await on(server, 'ls -A /var/lib/homeport/uploads')).toBe(release)
  expect(most - before).toBeLessThan(mostGrowthBytes)
  away.close()
})
