import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Who may come in: one fresh token at a time, each good for one browser, and the sessions of the browsers that used theirs. */
export interface EntryPass {
  /** Makes the token of a new address. An earlier one that was not used is void from then on. */
  mintToken(): string
  /** The secret of a new session, or null where the token is wrong or was used. */
  redeem(token: string): string | null
  isSession(secret: string): boolean
}

/** Everything is in memory: when the process ends, nothing opens any more. */
export function createEntryPass(): EntryPass {
  let token: Buffer | null = null
  const sessions = new Set<string>()
  return {
    mintToken() {
      const text = randomBytes(32).toString('base64url')
      token = digest(text)
      return text
    },
    redeem(given) {
      // Digests have one length, so the comparison takes as long for any guess.
      if (token === null || !timingSafeEqual(token, digest(given))) return null
      token = null
      const secret = randomBytes(32).toString('base64url')
      sessions.add(digest(secret).toString('hex'))
      return secret
    },
    isSession: (secret) => sessions.has(digest(secret).toString('hex')),
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
