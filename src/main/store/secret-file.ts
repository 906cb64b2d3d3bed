import { z } from 'zod'
import type { ConfFile } from './conf-file.ts'

const key = 'secrets'
/** Beside the secrets, so that a new passphrase and what it seals are written at once. No place of a secret is called so. */
const headerKey = 'vault'

/** A secret as it lies in the file, with what sealed it. */
export interface SealedSecret { readonly by: 'keychain' | 'passphrase'; readonly sealed: string }

const Entry = z.object({ by: z.enum(['keychain', 'passphrase']), version: z.literal(1), sealed: z.string() })

/** What is kept in the settings of secrets. What this Homeport does not understand stays as it is. */
export class SecretFile {
  readonly #file: ConfFile

  constructor(file: ConfFile) {
    this.#file = file
  }

  /** What is known of the passphrase; undefined where none was set. */
  header(): unknown {
    return this.#read()[headerKey]
  }

  /** Null where nothing is kept there, `unreadable` where another Homeport wrote it. */
  get(place: string): SealedSecret | 'unreadable' | null {
    const entry = this.#read()[place]
    return entry === undefined ? null : (readEntry(entry) ?? 'unreadable')
  }

  list(): { readonly place: string; readonly secret: SealedSecret }[] {
    return Object.entries(this.#read()).flatMap(([place, entry]) => {
      const secret = place === headerKey ? null : readEntry(entry)
      return secret === null ? [] : [{ place, secret }]
    })
  }

  /** Writes all of it at once. Null takes away. */
  change(secrets: Readonly<Record<string, SealedSecret | null>>, header?: object | null): void {
    const written = Object.entries(secrets).map(([place, secret]) => [place, secret === null ? null : { ...secret, version: 1 }] as const)
    const next = { ...this.#read(), ...Object.fromEntries(written), ...(header === undefined ? {} : { [headerKey]: header }) }
    this.#file.set(key, Object.fromEntries(Object.entries(next).filter(([, value]) => value !== null)))
  }

  #read(): Record<string, unknown> {
    return z.record(z.string(), z.unknown()).catch({}).parse(this.#file.get(key) ?? {})
  }
}

/** Before it was noted what sealed a secret, it was the keychain. */
function readEntry(entry: unknown): SealedSecret | null {
  if (typeof entry === 'string') return { by: 'keychain', sealed: entry }
  const parsed = Entry.safeParse(entry)
  return parsed.success ? { by: parsed.data.by, sealed: parsed.data.sealed } : null
}
