import { z } from 'zod'

/** A passphrase of Homeport's own, for where the system has no keychain. Whoever has the settings file may guess at it for as long as they like. */
export const NewPassphrase = z.string().min(12, 'Take at least 12 characters.').max(1024, 'Take at most 1024 characters.')
/** One that was chosen before. */
export const Passphrase = z.string().min(1, 'Type the passphrase.').max(1024)

/** How this computer keeps secrets that are to outlive the app. */
export const SecretsState = z.object({
  /** What seals the next one. `nothing`: secrets are only kept in memory until the app ends. */
  keptBy: z.enum(['keychain', 'passphrase', 'nothing']),
  /** The system's keychain has not answered yet; it may be asking the person something. */
  isWaiting: z.boolean(),
  /** Why the keychain does not keep secrets, in words for a person; empty where it does. */
  note: z.string(),
  /** The passphrase of Homeport's own. `unreadable`: set by another version of Homeport, or damaged. */
  passphrase: z.enum(['none', 'locked', 'open', 'unreadable']),
  /** How many secrets it protects. */
  byPassphrase: z.number().int(),
  /** How many lie in the settings as good as readable, because an earlier Homeport took a fixed key for the keychain's. */
  exposed: z.number().int(),
  /** How many of those were protected since the app started. */
  mended: z.number().int(),
})
export type SecretsState = z.infer<typeof SecretsState>
