import { createWriteStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { UploadUp } from '../../shared/contract.ts'
import { HomeportError } from '../../shared/errors.ts'
import { readArchive, type ArchiveEntries } from './archive.ts'
import type { UploadEntry } from './entry-path.ts'

/** Messages of an upload in order, as an iterable: `next` waits for one, `null` is the end. */
export interface UploadMessages { next(): Promise<UploadUp | null> }

/** Files as the window sends them: a header, then chunks up to its size. Throws `upload-interrupted` where they stop in between. */
export async function* receiveFiles(messages: UploadMessages): AsyncGenerator<UploadEntry> {
  for (;;) {
    const message = await messages.next()
    if (message === null) throw interrupted()
    if (message.kind === 'end') return
    if (message.kind !== 'file') throw new HomeportError('upload-invalid', 'The upload is out of order.', { hint: 'Send the files again.' })
    const content = receiveContent(messages, message.sizeBytes)
    yield { path: message.path, sizeBytes: message.sizeBytes, content }
    for await (const _rest of content) { /* what the reader left */ }
  }
}

async function* receiveContent(messages: UploadMessages, sizeBytes: number): AsyncGenerator<Uint8Array> {
  let left = sizeBytes
  while (left > 0) {
    const message = await messages.next()
    if (message === null) throw interrupted()
    if (message.kind !== 'chunk') throw new HomeportError('upload-invalid', 'A file is shorter than it was said to be.', { hint: 'Send the files again when nothing is writing to them.' })
    const chunk = Buffer.from(message.data, 'base64')
    left -= chunk.byteLength
    if (left < 0 || chunk.byteLength === 0) throw new HomeportError('upload-invalid', 'A file is longer than it was said to be.', { hint: 'Send the files again when nothing is writing to them.' })
    yield chunk
  }
}

/** Runs `use` on the files inside one received archive, which lies in a temporary folder meanwhile. */
export async function withReceivedArchive<T>(messages: UploadMessages, use: (entries: ArchiveEntries) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'homeport-upload-'))
  try {
    const file = join(folder, 'archive')
    let count = 0
    for await (const entry of receiveFiles(messages)) {
      if (++count > 1) throw new HomeportError('upload-invalid', 'Only one archive can be sent at a time.', { hint: 'Drop one archive, or the folder itself.' })
      await pipeline(Readable.from(entry.content), createWriteStream(file, { mode: 0o600 }))
    }
    if (count === 0) throw new HomeportError('upload-invalid', 'There is no archive to send.', { hint: 'Choose a .zip or .tar.gz file.' })
    return await use(await readArchive(file, await firstBytes(file)))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function firstBytes(file: string): Promise<Buffer> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

function interrupted(): HomeportError {
  return new HomeportError('upload-interrupted', 'The upload stopped before its end.', { hint: 'Send the files again. Nothing has changed on the server.' })
}
