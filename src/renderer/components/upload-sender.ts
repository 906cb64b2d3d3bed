import type { Client } from '../../shared/client.ts'
import type { Input, StreamEvent, StreamUp } from '../../shared/contract.ts'
import { HomeportError } from '../../shared/errors.ts'
import type { UploadChoice, UploadFile } from './upload-entries.ts'

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

/** Streams that take files. */
type UploadStream = 'upload.send' | 'files.upload'
type StoredOf<K extends UploadStream> = Extract<StreamEvent<K>, { kind: 'stored' }>

export interface SendOptions {
  readonly files: readonly UploadFile[]
  readonly signal: AbortSignal
  onProgress(sentBytes: number): void
  /** Told when the line to the server was cut, and when it is back: the upload goes on by itself. */
  onLine(state: 'lost' | 'back'): void
}

/** Sends files at the pace that the server sets. Rejects with HomeportError, or with the signal's reason. */
export async function sendInto<K extends UploadStream>(client: Client, name: K, input: Input<K>, { files, signal, onProgress, onLine }: SendOptions): Promise<StoredOf<K>> {
  let credit = 0
  let wake: () => void = () => {}
  let hasEnded = false
  signal.throwIfAborted()
  const stored = Promise.withResolvers<StoredOf<K>>()
  const finish = (settle: () => void) => { hasEnded = true; wake(); settle() }
  const stream = client.open(name, input, {
    onEvent: (event) => {
      switch (event.kind) {
        case 'credit': credit += event.messages; return wake()
        case 'progress': return onProgress(event.sentBytes)
        case 'line': return onLine(event.state)
        case 'stored': return finish(() => stored.resolve(event as StoredOf<K>))
      }
    },
    onEnd: (error) => finish(() => stored.reject(error ?? new HomeportError('upload-interrupted', 'The upload ended before it was complete.', { hint: 'Try again.' }))),
  })
  const abort = () => { stream.close(); finish(() => stored.reject(signal.reason)) }
  signal.addEventListener('abort', abort)
  async function send(): Promise<void> {
    for await (const message of uploadMessages({ files })) {
      while (credit === 0 && !hasEnded) await new Promise<void>((resolve) => { wake = resolve })
      if (hasEnded) return
      credit -= 1
      stream.send(message as StreamUp<K>)
    }
  }
  send().catch((cause: unknown) => {
    stream.close()
    finish(() => stored.reject(new HomeportError('upload-invalid', 'A file could not be read.', { hint: 'It may have been moved or changed meanwhile. Choose the folder again.', detail: String(cause), cause })))
  })
  return stored.promise.finally(() => signal.removeEventListener('abort', abort))
}

/** Sends the files of a site, to be published later. */
export async function sendUpload(client: Client, { serverId, choice, ...options }: Omit<SendOptions, 'files'> & { readonly serverId: string; readonly choice: UploadChoice }): Promise<Stored> {
  return await sendInto(client, 'upload.send', { serverId, shape: choice.shape, name: choice.name, size: { bytes: choice.totalBytes, files: choice.files.length } }, { files: choice.files, ...options })
}
