import type { UploadUp } from '../../shared/contract.ts'
import type { StreamPort } from '../bridge/handlers.ts'
import type { UploadMessages } from './receive.ts'

/** Messages on their way at a time: with 192 KiB chunks about 1.5 MB, enough to keep a line full. */
export const window = 8

/** Each message taken gives the window credit for one more, so the browser never runs ahead of the server. */
export function queueMessages(port: StreamPort<'upload.send'> | StreamPort<'files.upload'>): UploadMessages {
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
