import type { Client } from '../../shared/client.ts'
import type { StreamEvent, StreamUp } from '../../shared/contract.ts'
import { HomeportError } from '../../shared/errors.ts'
import type { UploadChoice } from './upload-entries.ts'

export type Stored = Extract<StreamEvent<'upload.send'>, { kind: 'stored' }>

/** Bytes of content in one message: below the contract's 256 KiB, and a multiple of 3 so that base64 needs no padding. */
export const chunkBytes = 192 * 1024

/** Base64, in pieces small enough to be arguments of one call. */
export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

/** The messages of an upload, read from the files only as they are asked for. */
export async function* uploadMessages(choice: Pick<UploadChoice, 'files'>): AsyncGenerator<StreamUp<'upload.send'>> {
  for (const { path, file } of choice.files) {
    yield { kind: 'file', path, sizeBytes: file.size }
    for (let at = 0; at < file.size; at += chunkBytes) {
      yield { kind: 'chunk', data: toBase64(new Uint8Array(await file.slice(at, at + chunkBytes).arrayBuffer())) }
    }
  }
  yield { kind: 'end' }
}

interface SendOptions { readonly serverId: string; readonly choice: UploadChoice; readonly signal: AbortSignal; onProgress(sentBytes: number): void }

/** Sends files at the pace that the server sets. Rejects with HomeportError, or with the signal's reason. */
export async function sendUpload(client: Client, { serverId, choice, signal, onProgress }: SendOptions): Promise<Stored> {
  let credit = 0
  let wake: () => void = () => {}
  let hasEnded = false
  signal.throwIfAborted()
  const stored = Promise.withResolvers<Stored>()
  const finish = (settle: () => void) => { hasEnded = true; wake(); settle() }
  const stream = client.open('upload.send', { serverId, shape: choice.shape, name: choice.name }, {
    onEvent: (event) => {
      if (event.kind === 'credit') { credit += event.messages; wake() }
      else if (event.kind === 'progress') onProgress(event.sentBytes)
      else finish(() => stored.resolve(event))
    },
    onEnd: (error) => finish(() => stored.reject(error ?? new HomeportError('upload-interrupted', 'The upload ended before it was complete.', { hint: 'Try again.' }))),
  })
  const abort = () => { stream.close(); finish(() => stored.reject(signal.reason)) }
  signal.addEventListener('abort', abort)
  async function send(): Promise<void> {
    for await (const message of uploadMessages(choice)) {
      while (credit === 0 && !hasEnded) await new Promise<void>((resolve) => { wake = resolve })
      if (hasEnded) return
      credit -= 1
      stream.send(message)
    }
  }
  send().catch((cause: unknown) => {
    stream.close()
    finish(() => stored.reject(new HomeportError('upload-invalid', 'A file could not be read.', { hint: 'It may have been moved or changed meanwhile. Choose the folder again.', detail: String(cause), cause })))
  })
  return stored.promise.finally(() => signal.removeEventListener('abort', abort))
}
