import { createHash } from 'node:crypto'
import { extract, type Header } from 'tar-stream'
import type { FileFact } from './facts.ts'
import { unreadable } from './sections.ts'

/** Reads the archive of small files. Throws `unreadable-answer` where it is not an archive. */
export async function parseFiles(archive: Buffer): Promise<Map<string, FileFact>> {
  const files = new Map<string, FileFact>()
  const entries = extract()
  entries.end(archive)
  try {
    for await (const entry of entries) {
      const chunks: Uint8Array[] = []
      for await (const chunk of entry) chunks.push(chunk as Uint8Array)
      if (entry.header.type === 'file') files.set(entry.header.name, fileFact(entry.header, Buffer.concat(chunks)))
    }
  } catch (error) {
    throw unreadable('The archive of files is damaged.', error)
  }
  return files
}

/** Files that are too large to come along: permissions, owner and group, sha256, path. */
const largeFile = /^([0-7]{1,4}) (\d+) (\d+) ([0-9a-f]{64}) [ *](\/.*)$/

export function parseLargeFiles(lines: readonly string[]): Map<string, FileFact> {
  const found = lines.flatMap((line) => {
    const match = largeFile.exec(line)
    if (match === null) return []
    const [, mode = '', uid = '', gid = '', sha256 = '', path = ''] = match
    return [[path, { content: null, sha256, mode: Number.parseInt(mode, 8), uid: Number(uid), gid: Number(gid) }] as const]
  })
  return new Map(found)
}

function fileFact(header: Header, bytes: Buffer): FileFact {
  return {
    content: readText(bytes), sha256: createHash('sha256').update(bytes).digest('hex'),
    mode: header.mode & 0o7777, uid: header.uid, gid: header.gid,
  }
}

/** Null for what is not text, so that a difference is never computed over replacement characters. */
function readText(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
