import { expect, test } from 'vitest'
import { chooseUpload, type UploadChoice } from '../../src/renderer/components/upload-entries.ts'
import { chunkBytes, sendUpload, toBase64, uploadMessages } from '../../src/renderer/components/upload-sender.ts'
import type { Client, StreamListener } from '../../src/shared/client.ts'
import { type StreamUp, UploadUp } from '../../src/shared/contract.ts'
import { HomeportError } from '../../src/shared/errors.ts'

const folder = (...contents: [string, Uint8Array<ArrayBuffer>][]): UploadChoice => {
  const choice = chooseUpload(contents.map(([path, bytes]) => ({ path: `site/${path}`, file: new File([bytes], path) })))
  if (choice === null) throw new Error('No files.')
  return choice
}
const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 31) % 256)

/** A client whose upload stream is played by the test. */
function playedClient() {
  const sent: StreamUp<'upload.send'>[] = []
  let listener: StreamListener<'upload.send'> | null = null
  let closed = false
  const open = (_name: string, _input: unknown, given: StreamListener<'upload.send'>) => { listener = given; return { send: (up: StreamUp<'upload.send'>) => { sent.push(up) }, close: () => { closed = true } } }
  return {
    client: { open } as unknown as Client, sent, isClosed: () => closed,
    emit: (event: Parameters<StreamListener<'upload.send'>['onEvent']>[0]) => listener?.onEvent(event),
    end: (error: HomeportError | null) => listener?.onEnd?.(error),
  }
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 20))
const stored = { kind: 'stored', release: 'u20261122180000-00ddba11', files: 1, bytes: 1, hasIndex: true } as const

test('a file travels as its header and chunks whose contents are the file', async () => {
  const content = bytes(chunkBytes * 2 + 5)
  const messages: StreamUp<'upload.send'>[] = []
  for await (const message of uploadMessages(folder(['a.bin', content], ['empty.txt', bytes(0)]))) messages.push(message)
  expect(messages.map(({ kind }) => kind)).toEqual(['file', 'chunk', 'chunk', 'chunk', 'file', 'end'])
  expect(messages[0]).toEqual({ kind: 'file', path: 'a.bin', sizeBytes: content.length })
  const received = Buffer.concat(messages.flatMap((message) => (message.kind === 'chunk' ? [Buffer.from(message.data, 'base64')] : [])))
  expect(received.equals(Buffer.from(content))).toBe(true)
  for (const message of messages) expect(UploadUp.safeParse(message).success).toBe(true)
})

test('base64 is that of the standard', () => {
  const content = bytes(100_001)
  expect(toBase64(content)).toBe(Buffer.from(content).toString('base64'))
})

test('never sends more messages than the server gave credit for', async () => {
  const played = playedClient()
  const result = sendUpload(played.client, { serverId: 'harbour01', choice: folder(['a.txt', bytes(3)]), signal: new AbortController().signal, onProgress: () => {}, onLine: () => {} })
  await settled()
  expect(played.sent).toHaveLength(0)
  played.emit({ kind: 'credit', messages: 2 })
  await settled()
  expect(played.sent.map(({ kind }) => kind)).toEqual(['file', 'chunk'])
  played.emit({ kind: 'credit', messages: 5 })
  await settled()
  expect(played.sent.map(({ kind }) => kind)).toEqual(['file', 'chunk', 'end'])
  played.emit(stored)
  await expect(result).resolves.toEqual(stored)
})

test('says how far it is', async () => {
  const played = playedClient()
  const progress: number[] = []
  const result = sendUpload(played.client, { serverId: 'harbour01', choice: folder(['a.txt', bytes(3)]), signal: new AbortController().signal, onProgress: (sentBytes) => progress.push(sentBytes), onLine: () => {} })
  played.emit({ kind: 'progress', sentBytes: 2 })
  played.emit({ kind: 'progress', sentBytes: 3 })
  played.emit(stored)
  await result
  expect(progress).toEqual([2, 3])
})

test('cancelling closes the stream and sends nothing more', async () => {
  const played = playedClient()
  const controller = new AbortController()
  const result = sendUpload(played.client, { serverId: 'harbour01', choice: folder(['a.txt', bytes(3)]), signal: controller.signal, onProgress: () => {}, onLine: () => {} })
  played.emit({ kind: 'credit', messages: 1 })
  await settled()
  controller.abort(new Error('cancelled'))
  await expect(result).rejects.toThrow('cancelled')
  played.emit({ kind: 'credit', messages: 9 })
  await settled()
  expect(played.isClosed()).toBe(true)
  expect(played.sent).toHaveLength(1)
})

test('what the server refuses is the error of the upload', async () => {
  const played = playedClient()
  const result = sendUpload(played.client, { serverId: 'harbour01', choice: folder(['a.txt', bytes(3)]), signal: new AbortController().signal, onProgress: () => {}, onLine: () => {} })
  played.end(new HomeportError('upload-too-large', 'The site is too large.'))
  await expect(result).rejects.toMatchObject({ code: 'upload-too-large' })
})

test('an end without a stored version is an interruption', async () => {
  const played = playedClient()
  const result = sendUpload(played.client, { serverId: 'harbour01', choice: folder(['a.txt', bytes(3)]), signal: new AbortController().signal, onProgress: () => {}, onLine: () => {} })
  played.end(null)
  await expect(result).rejects.toMatchObject({ code: 'upload-interrupted' })
})

test('a file that cannot be read any more is said to the person', async () => {
  const played = playedClient()
  const gone = Object.assign(new File(['abc'], 'a.txt'), { slice: () => ({ arrayBuffer: () => Promise.reject(new Error('NotFoundError')) }) })
  const choice = { ...folder(['a.txt', bytes(3)]), files: [{ path: 'a.txt', file: gone as unknown as File }] }
  const result = sendUpload(played.client, { serverId: 'harbour01', choice, signal: new AbortController().signal, onProgress: () => {}, onLine: () => {} })
  played.emit({ kind: 'credit', messages: 9 })
  await expect(result).rejects.toMatchObject({ code: 'upload-invalid' })
  expect(played.isClosed()).toBe(true)
})
