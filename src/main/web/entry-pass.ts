import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { WebSession } from '../../shared/web-session.ts'

/** Who may come in: one fresh token at a time, each good for one browser, and the sessions of the browsers that used theirs. */
export interface EntryPass {
  /** Makes the token of a new address. An earlier one that was not used is void from then on. */
  mintToken(): string
  /** A new session, or null where the token is wrong or was used. */
  redeem(token: string): WebSession | null
  /** What Homeport shows to whoever has this secret; null where it is none of a session. */
  answerTo(secret: string): string | null
}

/** Everything is in memory: when the process ends, nothing opens any more. */
export function createEntryPass(): EntryPass {
  let token: Buffer | null = null
  /** Answers by the digest of the secret. */
  const sessions = new Map<string, string>()
  return {
    mintToken() {
      const text = randomText()
      token = digest(text)
      return text
    },
    redeem(given) {
      // Digests have one length, so the comparison takes as long for any guess.
      if (token === null || !timingSafeEqual(token, digest(given))) return null
      token = null
      const session = { secret: randomText(), answer: randomText() }
      sessions.set(digest(session.secret).toString('hex'), session.answer)
      return session
    },
    answerTo: (secret) => sessions.get(digest(secret).toString('hex')) ?? null,
  }
}

function randomText(): string {
  return randomBytes(32).toString('base64url')
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
