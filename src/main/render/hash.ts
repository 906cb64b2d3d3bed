import { createHash } from 'node:crypto'

/** sha256 in hex. */
export function sha256(content: string): string {
  return createHash('sha256').update(content, 'utf8').digest('hex')
}

/** A short hash over several texts, for labels that a person may read. */
export function shortHash(...parts: readonly string[]): string {
  return sha256(JSON.stringify(parts)).slice(0, 16)
}
