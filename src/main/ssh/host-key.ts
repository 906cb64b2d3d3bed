import { createHash } from 'node:crypto'
import type { HostKey } from '../../shared/connection.ts'
import { HomeportError } from '../../shared/errors.ts'

/** What is to be done about the key that a host shows. */
export type HostKeyVerdict =
  | { readonly kind: 'pinned' }
  /** Not known before; the person has agreed to exactly this key. */
  | { readonly kind: 'accepted'; readonly key: HostKey }
  | { readonly kind: 'unknown'; readonly key: HostKey }
  | { readonly kind: 'changed'; readonly key: HostKey; readonly pinned: readonly HostKey[] }

/** Reads a public key as it comes over the line (RFC 4253 6.6: a string with the type comes first). */
export function describeHostKey(host: string, port: number, blob: Buffer): HostKey {
  const typeLength = blob.readUInt32BE(0)
  const sha256 = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')
  return { host, port, type: blob.subarray(4, 4 + typeLength).toString('latin1'), sha256: `SHA256:${sha256}` }
}

/** The pinned keys of one host. */
export function pinnedFor(host: string, port: number, pinned: readonly HostKey[]): HostKey[] {
  return pinned.filter((key) => key.host === host && key.port === port)
}

/**
 * Judges a shown key. Where a key is pinned, only that key will do: consent given in the same breath
 * counts for unknown hosts alone, so that a changed key cannot be clicked away.
 */
export function judgeHostKey(shown: HostKey, pinned: readonly HostKey[], consented: string | undefined): HostKeyVerdict {
  const own = pinnedFor(shown.host, shown.port, pinned)
  if (own.some((key) => key.sha256 === shown.sha256)) return { kind: 'pinned' }
  if (own.length > 0) return { kind: 'changed', key: shown, pinned: own }
  return shown.sha256 === consented ? { kind: 'accepted', key: shown } : { kind: 'unknown', key: shown }
}

export function hostKeyChanged(shown: HostKey, pinned: readonly HostKey[]): HomeportError {
  const before = pinned.map((key) => `${key.sha256} (${key.type})`).join(', ')
  return new HomeportError('host-key-changed', `${shown.host} shows another identity than before: ${shown.sha256} instead of ${pinned[0]?.sha256 ?? 'the known one'}. Homeport did not log in and sent nothing secret.`, {
    hint: 'If you reinstalled the server, this is expected: compare the new fingerprint with the one in your provider\'s console, then forget this server in Homeport and connect to it again. If you did not, somebody may be in between: do not connect, and ask your provider.',
    detail: `known: ${before}\nshown: ${shown.sha256} (${shown.type})`,
  })
}
