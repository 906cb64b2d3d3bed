import type { SecretsState } from '../../shared/kept-secrets.ts'
import { HomeportError } from '../../shared/errors.ts'
import { Secret, type LoginSecrets } from '../ssh/secret.ts'
import { type ConfFile, takeSecretsOutOfCopy } from './conf-file.ts'
import { isSealedByFixedKey, openByFixedKey } from './fixed-key.ts'
import { Keychain } from './keychain-in-time.ts'
import type { SecretBox } from './secret-box.ts'
import { SecretFile, type SealedSecret } from './secret-file.ts'
import { Vault } from './vault.ts'

export const secretNames = ['password', 'passphrase', 'sudoPassword', 'jumpPassphrase', 'ownKey'] as const satisfies readonly (keyof LoginSecrets)[]
export type SecretName = (typeof secretNames)[number]

/** The secrets of known servers that outlive the app, by the server's id and what they are for. */
export interface SecretStore {
  state(): Promise<SecretsState>
  /** Throws `secrets-locked` where only the passphrase could keep something, and it was not typed yet. */
  expectOpen(): Promise<void>
  /** Whether one is kept, be it openable now or not. */
  has(serverId: string, name: SecretName): boolean
  /** Null where none is kept. Throws `secrets-locked` or `secrets-unavailable` where it cannot be opened now; it stays. */
  get(serverId: string, name: SecretName): Promise<Secret | null>
  /**
   * Proves that it can be sealed; what it gives writes it down, and gives what puts back the one that was there before.
   * Throws `secrets-locked` or `secrets-unavailable`.
   */
  seal(serverId: string, name: SecretName, secret: Secret): Promise<() => () => void>
  delete(serverId: string, name: SecretName): void
}

/** The store, with what a person does to it as a whole. Each answers once it is done. */
export interface KeptSecrets extends SecretStore {
  /** Sets the passphrase. */
  protect(passphrase: Secret): Promise<void>
  open(passphrase: Secret): Promise<void>
  changePassphrase(passphrase: Secret, next: Secret): Promise<void>
  lock(): void
  /** Deletes what the passphrase protects, or what lies open. */
  forget(what: 'passphrase' | 'exposed'): void
}

export interface SecretsOptions {
  readonly platform?: NodeJS.Platform
  /** For tests: milliseconds to wait for the keychain, and the cost of a guess. */
  readonly patienceMs?: number
  readonly vaultCost?: number
}

/** Keeps secrets sealed in the file: by the keychain where there is one that answers, else by a passphrase that was set. */
export function openSecretStore(file: ConfFile, box: SecretBox | null, options: SecretsOptions = {}): KeptSecrets {
  takeSecretsOutOfCopy(file)
  return new SealedSecrets(new SecretFile(file), box, options)
}

class SealedSecrets implements KeptSecrets {
  readonly #file: SecretFile
  readonly #vault: Vault
  readonly #keychain: Keychain
  readonly #isLinux: boolean
  #mended = 0
  #mending: Promise<void> = Promise.resolve()

  constructor(file: SecretFile, box: SecretBox | null, options: SecretsOptions) {
    this.#file = file
    this.#vault = new Vault(file, options.vaultCost)
    this.#keychain = new Keychain(box, options.patienceMs)
    this.#isLinux = (options.platform ?? process.platform) === 'linux'
  }

  async state(): Promise<SecretsState> {
    const { note, isWaiting } = await this.#keychain.problem('soon')
    const passphrase = this.#vault.state()
    if (note === '' || passphrase === 'open') await this.#mend()
    const otherwise = passphrase === 'open' || passphrase === 'locked' ? 'passphrase' : 'nothing'
    return {
      keptBy: note === '' ? 'keychain' : otherwise, isWaiting, note, passphrase,
      byPassphrase: this.#vault.count(), exposed: this.#exposed().length, mended: this.#mended,
    }
  }

  async expectOpen(): Promise<void> {
    if (this.#vault.state() !== 'locked') return
    const { note } = await this.#keychain.problem('soon')
    if (note !== '') this.#vault.expectOpen()
  }

  has(serverId: string, name: SecretName): boolean {
    return this.#file.get(`${serverId}/${name}`) !== null
  }

  async get(serverId: string, name: SecretName): Promise<Secret | null> {
    const place = `${serverId}/${name}`
    const found = this.#file.get(place)
    if (found === null) return null
    if (found === 'unreadable') {
      throw new HomeportError('secrets-unavailable', 'What Homeport keeps of this server was kept by another version of Homeport.', { hint: 'Update Homeport, or type the password again.' })
    }
    const open = this.#openExposed(found)
    if (open !== null) return new Secret(open)
    return new Secret(found.by === 'passphrase' ? this.#vault.unseal(place, found.sealed) : await this.#keychain.open(found.sealed))
  }

  async seal(serverId: string, name: SecretName, secret: Secret): Promise<() => () => void> {
    const place = `${serverId}/${name}`
    const finish = await this.#seal(place, secret.reveal())
    return () => {
      const before = this.#file.get(place)
      this.#file.change({ [place]: finish() })
      return () => this.#file.change({ [place]: before === 'unreadable' ? null : before })
    }
  }

  delete(serverId: string, name: SecretName): void {
    if (this.has(serverId, name)) this.#file.change({ [`${serverId}/${name}`]: null })
  }

  async protect(passphrase: Secret): Promise<void> {
    await this.#vault.create(passphrase)
    await this.#mend()
  }

  async open(passphrase: Secret): Promise<void> {
    await this.#vault.open(passphrase)
    await this.#mend()
  }

  async changePassphrase(passphrase: Secret, next: Secret): Promise<void> {
    await this.#vault.change(passphrase, next)
  }

  lock(): void {
    this.#vault.lock()
  }

  forget(what: 'passphrase' | 'exposed'): void {
    if (what === 'passphrase') this.#vault.forget()
    else this.#file.change(Object.fromEntries(this.#exposed().map(({ place }) => [place, null])))
  }

  /** What it gives is what to write. The passphrase may be changed until then, so its key is taken only there. */
  async #seal(place: string, text: string): Promise<() => SealedSecret> {
    const hasPassphrase = this.#vault.state() !== 'none'
    const { note } = await this.#keychain.problem(hasPassphrase ? 'soon' : 'patient')
    if (note === '') {
      const sealed = await this.#keychain.seal(text)
      return () => ({ by: 'keychain', sealed })
    }
    if (!hasPassphrase) {
      throw new HomeportError('secrets-unavailable', note, { hint: 'You can protect it with a passphrase of Homeport’s own: choose “Kept passwords” at the top of the window.' })
    }
    this.#vault.seal(place, text)
    return () => ({ by: 'passphrase', sealed: this.#vault.seal(place, text) })
  }

  #openExposed({ by, sealed }: SealedSecret): string | null {
    return this.#isLinux && by === 'keychain' && isSealedByFixedKey(sealed) ? openByFixedKey(sealed) : null
  }

  #exposed(): { place: string; text: string }[] {
    return this.#file.list().flatMap(({ place, secret }) => {
      const text = this.#openExposed(secret)
      return text === null ? [] : [{ place, text }]
    })
  }

  /** Seals properly what lies open, as far as that goes now: the rest stays counted as open. One after another, so that none is counted twice. */
  async #mend(): Promise<void> {
    this.#mending = this.#mending.then(() => this.#sealExposed()).catch((error: unknown) => {
      process.stderr.write(`homeport: kept secrets could not be sealed anew: ${error instanceof Error ? error.message : String(error)}\n`)
    })
    await this.#mending
  }

  async #sealExposed(): Promise<void> {
    for (const { place, text } of this.#exposed()) {
      const finish = await this.#seal(place, text)
      this.#file.change({ [place]: finish() })
      this.#mended++
    }
  }
}
