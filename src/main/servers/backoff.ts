import { HomeportError, type ErrorCode } from '../../shared/errors.ts'

/** Milliseconds before the second try after a network failure; doubles up to the limit. */
const networkWait = { firstMs: 1_000, limitMs: 30_000 }
/**
 * Milliseconds for which a refusal counts as the answer. sshd punishes failed logins of an address for everyone behind it
 * (PerSourcePenalties of OpenSSH >= 9.8, 5 s each and up to 10 minutes), fail2ban likewise: no program should add to them.
 */
const refusalWait = { firstMs: 60_000, limitMs: 600_000 }

/** Failures that a server counts against this computer, or that only a person can settle. */
const refusals: ReadonlySet<ErrorCode> = new Set(['auth-failed', 'too-many-auth-failures', 'account-locked', 'host-key-changed', 'host-key-unknown', 'sudo-refused', 'sudo-password-wrong', 'sudo-missing', 'not-linux', 'no-systemd'])
/** Failures found before the server was called: the next try may come at once. */
const local: ReadonlySet<ErrorCode> = new Set(['password-needed', 'passphrase-needed', 'passphrase-wrong', 'key-file-unreadable', 'key-file-invalid', 'agent-unavailable', 'secrets-unavailable', 'secrets-locked'])

export type BackoffVerdict =
  | { readonly kind: 'try'; readonly afterMs: number }
  /** Not now: this is what the server said last. */
  | { readonly kind: 'refused'; readonly error: HomeportError }

/** When to call a server again by oneself. Pure but for the time, which is given in milliseconds. */
export class Backoff {
  #failures = 0
  #until = 0
  #refusal: HomeportError | null = null

  ask(now: number): BackoffVerdict {
    if (this.#refusal !== null && now < this.#until) return { kind: 'refused', error: this.#refusal }
    return { kind: 'try', afterMs: Math.max(0, this.#until - now) }
  }

  failed(error: unknown, now: number): void {
    if (error instanceof HomeportError && local.has(error.code)) return
    const wait = isRefusal(error) ? refusalWait : networkWait
    this.#refusal = isRefusal(error) ? error : null
    this.#until = now + Math.min(wait.firstMs * 2 ** this.#failures, wait.limitMs)
    this.#failures += 1
  }

  /** After a login that worked, or when a person tries anew. */
  reset(): void {
    this.#failures = 0
    this.#until = 0
    this.#refusal = null
  }
}

function isRefusal(error: unknown): error is HomeportError {
  if (!(error instanceof HomeportError)) return false
  // What failed on the way decides, not that it was on the way.
  return refusals.has(error.code) || (error.code === 'jump-failed' && isRefusal(error.cause))
}
