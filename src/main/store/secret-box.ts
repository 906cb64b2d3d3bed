/** Turns a secret into text that only this person on this computer can open: the keychain's key, or one of a passphrase. */
export interface SecretBox {
  /** False where nothing can be protected; then `seal` and `open` must not be called. */
  readonly available: boolean
  /** Why not, in words for a person; empty where it is available. */
  readonly note: string
  seal(text: string): Promise<string>
  /** Throws `secrets-unavailable` where it cannot be opened. */
  open(sealed: string): Promise<string>
}
