import type { Parsed } from '../../shared/contract.ts'
import type { StreamPort } from '../bridge/handlers.ts'
import { queueMessages, window } from './message-queue.ts'
import { receiveFiles, withReceivedArchive } from './receive.ts'
import { sendFiles } from './send-files.ts'
import type { UploadTarget } from './store-archive.ts'

/** Progress is told at most this often. */
const progressEveryMs = 150

/** Serves `upload.send`: from the window's messages straight into the server's tar. */
export async function serveUpload({ shape, size }: Pick<Parsed<'upload.send'>, 'shape' | 'size'>, port: StreamPort<'upload.send'>, to: Pick<UploadTarget, 'session' | 'resources' | 'pause'>): Promise<void> {
  const messages = queueMessages(port)
  await port.emit({ kind: 'credit', messages: window })
  let toldAt = 0
  const onProgress = (sentBytes: number): void => {
    if (Date.now() - toldAt < progressEveryMs) return
    toldAt = Date.now()
    // A closed window is noticed by the queue; progress that nobody reads is no error.
    port.emit({ kind: 'progress', sentBytes }).catch(() => {})
  }
  const target: UploadTarget = { ...to, signal: port.signal, onLine: (state) => { port.emit({ kind: 'line', state }).catch(() => {}) } }
  const stored = shape === 'folder'
    ? await sendFiles({ ...target, expected: size }, receiveFiles(messages), onProgress)
    : await withReceivedArchive(messages, async (entries) => await sendFiles({ ...target, expected: entries.size }, entries, onProgress))
  await port.emit({ kind: 'stored', ...stored })
}
