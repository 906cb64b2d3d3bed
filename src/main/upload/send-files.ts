import { randomBytes } from 'node:crypto'
import type { ReleaseId } from '../../shared/spec.ts'
import type { UploadEntry } from './entry-path.ts'
import { packFiles, type Packed } from './pack.ts'
import { storeArchive, type UploadTarget } from './store-archive.ts'

export interface StoredUpload extends Readonly<Packed> { readonly release: ReleaseId }

/**
 * Sends files as one archive and keeps them on the server until a plan publishes them. Goes on by itself after a lost line.
 * All or nothing: what breaks off leaves nothing behind that could be published. Throws `upload-invalid`,
 * `upload-interrupted`, `disk-full` and what `Session.run` throws.
 */
export async function sendFiles(target: UploadTarget, entries: AsyncIterable<UploadEntry>, onProgress: (sentBytes: number) => void = () => {}): Promise<StoredUpload> {
  const release = newReleaseId(new Date())
  const packed = { files: 0, bytes: 0, hasIndex: false }
  await storeArchive(target, release, packFiles(entries, packed, onProgress), packed)
  return { release, ...packed }
}

function newReleaseId(now: Date): ReleaseId {
  return `u${now.toISOString().replace(/[-:T]/g, '').slice(0, 14)}-${randomBytes(4).toString('hex')}`
}
