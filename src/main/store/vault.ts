import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { SecretsState } from '../../shared/kept-secrets.ts'
import { HomeportError } from '../../shared/errors.ts'
import type { Secret } from '../ssh/secret.ts'
import type { SecretFile } from './secret-file.ts'
import { deriveKey, Kdf, newKdf, openWith, sealWith, usualCost } from './vault-cipher.ts'

/** What stands in the file of a passphrase: how its key is made, and something that only this key opens. */
const Header = z.strictObject({ version: z.literal(1), kdf: Kdf, verifier: z.string().max(1024) })
type Header = z.infer<typeof Header>

const verifierPlace = 'homeport vault 1'
const bound = (place: string) => `homeport secret 1 ${place}`

/** Secrets under a passphrase of Homeport's own, for where there is no keychain. The key is in memory while it is open. */
export class Vault {
  readonly #file: SecretFile
  readonly #cost: number
  #open: { readonly key: KeyObject; readonly header: Header } | null = null
  #turn: Promise<unknown> = Promise.resolve()

  /** `cost` of a guess is for tests. */
  constructor(file: SecretFile, cost = usualCost) {
    this.#file = file
    this.#cost = cost
  }

  state(): SecretsState['passphrase'] {
    const header = this.#header()
    if (header === null || header === 'unreadable') return header ?? 'none'
    return this.#keyFor(header) === null ? 'locked' : 'open'
  }

  /** Sets the first passphrase. */
  async create(passphrase: Secret): Promise<void> {
    await this.#inTurn(async () => {
      const made = await this.#make(passphrase)
      if (this.#file.header() !== undefined) {
        throw new HomeportError('not-allowed', 'There is a passphrase of Homeport already.', { hint: 'Type that one, or forget what it protects first.' })
      }
      this.#file.change({}, made.header)
      this.#open = made
    })
  }

  /** Throws `secrets-passphrase-wrong`. */
  async open(passphrase: Secret): Promise<void> {
    await this.#inTurn(async () => { this.#open = await this.#unlock(passphrase) })
  }

  /** Seals everything anew. What cannot be opened stays as it is. */
  async change(passphrase: Secret, next: Secret): Promise<void> {
    await this.#inTurn(async () => {
      const made = await this.#make(next)
      const { key } = await this.#unlock(passphrase)
      const sealed = this.#secrets().flatMap(({ place, secret }) => {
        const text = openWith(key, secret.sealed, bound(place))
        return text === null ? [] : [[place, { by: 'passphrase' as const, sealed: sealWith(made.key, text, bound(place)) }] as const]
      })
      this.#file.change(Object.fromEntries(sealed), made.header)
      this.#open = made
    })
  }

  lock(): void {
    this.#open = null
  }

  /** Deletes what it protects, and the passphrase with it. */
  forget(): void {
    this.#open = null
    this.#file.change(Object.fromEntries(this.#secrets().map(({ place }) => [place, null])), null)
  }

  /** How many secrets it protects. */
  count(): number {
    return this.#secrets().length
  }

  /** Throws `secrets-locked` where the passphrase was not typed yet. */
  expectOpen(): void {
    this.#key()
  }

  /** Throws `secrets-locked`. */
  seal(place: string, text: string): string {
    return sealWith(this.#key(), text, bound(place))
  }

  /** Throws `secrets-locked`, or `secrets-unavailable` where it was altered. */
  unseal(place: string, sealed: string): string {
    const text = openWith(this.#key(), sealed, bound(place))
    if (text !== null) return text
    throw new HomeportError('secrets-unavailable', 'What Homeport keeps of this server was altered, and cannot be opened.', {
      hint: 'Type the password again, or connect to the server again.',
    })
  }

  #key(): KeyObject {
    const header = this.#header()
    if (header === 'unreadable') throw unreadable()
    const key = header === null ? null : this.#keyFor(header)
    if (key !== null) return key
    throw new HomeportError('secrets-locked', 'What Homeport keeps for your servers is locked.', { hint: 'Type your passphrase of Homeport to open it.' })
  }

  /** Another Homeport on the same settings may have set another passphrase meanwhile. */
  #keyFor(header: Header): KeyObject | null {
    return this.#open?.header.verifier === header.verifier ? this.#open.key : null
  }

  #header(): Header | 'unreadable' | null {
    const found = this.#file.header()
    if (found === undefined) return null
    const header = Header.safeParse(found)
    return header.success ? header.data : 'unreadable'
  }

  #secrets() {
    return this.#file.list().filter(({ secret }) => secret.by === 'passphrase')
  }

  async #make(passphrase: Secret): Promise<{ key: KeyObject; header: Header }> {
    const kdf = newKdf(this.#cost)
    const key = await deriveKey(passphrase, kdf)
    return { key, header: { version: 1, kdf, verifier: sealWith(key, verifierPlace, verifierPlace) } }
  }

  async #unlock(passphrase: Secret): Promise<{ key: KeyObject; header: Header }> {
    const header = this.#header()
    if (header === null) throw new HomeportError('not-allowed', 'No passphrase of Homeport is set on this computer.', { hint: 'Set one first.' })
    if (header === 'unreadable') throw unreadable()
    const key = await deriveKey(passphrase, header.kdf)
    if (openWith(key, header.verifier, verifierPlace) === verifierPlace) return { key, header }
    throw new HomeportError('secrets-passphrase-wrong', 'This is not the passphrase.', { hint: 'Check the keyboard layout and capital letters, and try again.' })
  }

  /** One at a time: each takes 128 MiB. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => {}) // whoever asked is told
    await mine
  }
}

function unreadable(): HomeportError {
  return new HomeportError('secrets-unavailable', 'What Homeport keeps for your servers was protected by another version of Homeport, or is damaged.', {
    hint: 'Update Homeport, or forget what was kept and type the passwords again.',
  })
}
