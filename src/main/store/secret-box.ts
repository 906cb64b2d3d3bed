/** The system's keychain: turns a secret into text (base64) that only this person on this computer can open. It may take as long as a person takes. */
export interface SecretBox {
  /** Seals something to see whether it can. Null: it can; else why not, in words for a person. */
  check(): Promise<string | null>
  /** Throws `secrets-unavailable` where it refuses, or where anybody could open what it gives. */
  seal(text: string): Promise<string>
  /** Throws `secrets-unavailable` where it cannot be opened. */
  open(sealed: string): Promise<string>
}
