import type { UploadUp } from '../../shared/contract.ts'
import type { StreamPort } from '../bridge/handlers.ts'
import type { Resources } from '../resources.ts'
import type { Session } from '../ssh/session.ts'
import { receiveFiles, withReceivedArchive, type UploadMessages } from './receive.ts'
import { sendFiles } from './send-files.ts'

/** Messages on their way at a time: with 192 KiB chunks about 1.5 MB, enough to keep a line full. */
const window = 8
/** Progress is told at most this often. */
const progressEveryMs = 150

/** Serves `upload.send`: from the window's messages straight into the server's tar. */
export async function serveUpload(shape: 'folder' | 'archive', port: StreamPort<'upload.send'>, session: Session, resources: Resources): Promise<void> {
  const messages = queueMessages(port)
  await port.emit({ kind: 'credit', messages: window })
  let toldAt = 0
  const onProgress = (sentBytes: number): void => {
    if (Date.now() - toldAt < progressEveryMs) return
    toldAt = Date.now()
    // A closed window is noticed by the queue; progress that nobody reads is no error.
    port.emit({ kind: 'progress', sentBytes }).catch(() => {})
  }
  const stored = shape === 'folder'
    ? await sendFiles(session, receiveFiles(messages), resources, onProgress)
    : await withReceivedArchive(messages, async (entries) => await sendFiles(session, entries, resources, onProgress))
  await port.emit({ kind: 'stored', ...stored })
}

/** Each message taken gives the window credit for one more, so the browser never runs ahead of the server. */
function queueMessages(port: StreamPort<'upload.send'>): UploadMessages {
  const waiting: UploadUp[] = []
  let wake: (() => void) | null = null
  port.onUp((message) => { waiting.push(message); wake?.() })
  port.signal.addEventListener('abort', () => wake?.(), { once: true })
  return {
    async next() {
      while (waiting.length === 0) {
        if (port.signal.aborted) return null
        await new Promise<void>((resolve) => { wake = resolve })
        wake = null
      }
      const message = waiting.shift() ?? null
      if (message !== null && message.kind !== 'end') await port.emit({ kind: 'credit', messages: 1 })
      return message
    },
  }
}
