import { createHash } from 'node:crypto'
import { HomeportError } from '../../shared/errors.ts'
import { type FilePath, type FileText, longestTextBytes } from '../../shared/files.ts'
import { openFlags, type Sftp, type SftpStats } from '../ssh/sftp.ts'
import { ensureWritable, isThere, regularFile } from './confine.ts'
import { newFileAttributes, storeFile } from './store.ts'
import { at, type Place } from './place.ts'
import { exists, problemWith } from './problem.ts'

const pieceBytes = 128 * 1024

/** A text and what stands for exactly this content. Throws `file-not-text` for anything else, and for what is too large to edit. */
export async function readText(sftp: Sftp, place: Place, path: FilePath): Promise<FileText> {
  return textOf(path, (await readWhole(sftp, place, path)).content)
}

/** Replaces a text as a whole, or makes a new one. `version`: see the contract. Gives the new version. */
export async function writeText(sftp: Sftp, place: Place, { path, text, version }: { path: FilePath; text: string; version: string | null }): Promise<{ version: string }> {
  const content = Buffer.from(text)
  if (content.length > longestTextBytes) throw tooLarge(path)
  await ensureWritable(sftp, place, path).catch((error: unknown) => { throw problemWith(path, error) })
  if (version === null) {
    if (await isThere(sftp, at(place, path))) throw exists(path)
    await storeFile(sftp, place, path, content, await newFileAttributes(sftp, place, path), 'new')
    return { version: versionOf(content) }
  }
  const before = await readWhole(sftp, place, path)
  if (versionOf(before.content) !== version) {
    throw new HomeportError('file-changed', `${JSON.stringify(path)} was changed meanwhile by somebody else.`, { hint: 'Look at what it is now, then decide which one stays.' })
  }
  const { mode, uid, gid } = before.stats
  await storeFile(sftp, place, path, content, { mode: mode & 0o7777, ...(place.access === 'data' ? { uid, gid } : {}) }, 'replace')
  return { version: versionOf(content) }
}

async function readWhole(sftp: Sftp, place: Place, path: FilePath): Promise<{ content: Buffer; stats: SftpStats }> {
  try {
    const stats = await regularFile(sftp, place, path)
    if (stats.size > longestTextBytes) throw tooLarge(path)
    const handle = await sftp.open(at(place, path), openFlags.read)
    try {
      // It may grow meanwhile: one piece more than it was long.
      const pieces = Math.floor(stats.size / pieceBytes) + 1
      return { content: Buffer.concat(await Promise.all(Array.from({ length: pieces }, (_, index) => sftp.read(handle, index * pieceBytes, pieceBytes)))), stats }
    } finally {
      if (sftp.isOpen) await sftp.close(handle)
    }
  } catch (error) {
    throw problemWith(path, error)
  }
}

function textOf(path: FilePath, content: Buffer): FileText {
  let text: string
  try {
    // A byte order mark is part of the text: it is written back as it was.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
  } catch {
    throw notText(path)
  }
  if (text.includes('\0')) throw notText(path)
  return { text, version: versionOf(content) }
}

function versionOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

function notText(path: FilePath): HomeportError {
  return new HomeportError('file-not-text', `${JSON.stringify(path)} is not a text.`, { hint: 'Download it, change it with the program that it was made with, and upload it again.' })
}

function tooLarge(path: FilePath): HomeportError {
  return new HomeportError('file-not-text', `${JSON.stringify(path)} is too large to be edited here.`, { hint: 'Texts of up to 400 kB can be. Download it, change it, and upload it again.' })
}
