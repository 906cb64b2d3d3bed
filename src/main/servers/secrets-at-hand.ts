import { HomeportError } from '../../shared/errors.ts'
import type { LoginSecrets, Secret } from '../ssh/secret.ts'
import { secretNames, type SecretName, type SecretStore } from '../store/secrets.ts'

/** Secrets of this run of the app, and those that are kept. What was typed last goes before what is kept. */
export class SecretsAtHand {
  readonly #store: SecretStore
  readonly #typed = new Map<string, Map<SecretName, Secret>>()

  constructor(store: SecretStore) {
    this.#store = store
  }

  /**
   * `typed` goes before everything. What is kept and cannot be opened now is left out, so that it is asked for; without the
   * passphrase of Homeport that throws `secrets-locked`, unless something was typed. `needed`: nothing else can stand in for it.
   */
  async of(serverId: string, typed: LoginSecrets = {}, needed?: SecretName): Promise<LoginSecrets> {
    const here = this.#typed.get(serverId)
    const mayBeLocked = Object.keys(typed).length > 0 || (here?.size ?? 0) > 0
    const found = await Promise.all(secretNames.map(async (name) => {
      const mayFail = (code: string) => name !== needed && (mayBeLocked || code === 'secrets-unavailable')
      return [name, typed[name] ?? here?.get(name) ?? await this.#kept(serverId, name, mayFail)] as const
    }))
    return Object.fromEntries(found.filter(([, secret]) => secret !== null))
  }

  async #kept(serverId: string, name: SecretName, mayFail: (code: string) => boolean): Promise<Secret | null> {
    try {
      return await this.#store.get(serverId, name)
    } catch (error) {
      if (isUnkeepable(error) && mayFail(error.code)) return null
      throw error
    }
  }

  /** Throws `secrets-locked` where something typed is to be kept, and the passphrase of Homeport has to be typed for that. */
  async expectOpen(typed: LoginSecrets, remember: boolean): Promise<void> {
    if (remember && Object.keys(typed).length > 0) await this.#store.expectOpen()
  }

  /** Takes what was typed. Says why, where it could not be written down although it should. */
  async take(serverId: string, secrets: LoginSecrets, remember: boolean): Promise<string | null> {
    const typed = secretNames.flatMap((name) => (secrets[name] === undefined ? [] : [[name, secrets[name]] as const]))
    for (const [name, secret] of typed) this.hold(serverId, name, secret)
    if (!remember) return null
    try {
      for (const [name, secret] of typed) (await this.#store.seal(serverId, name, secret))()
      return null
    } catch (error) {
      if (isUnkeepable(error)) return error.message
      throw error
    }
  }

  /** Has it at hand for this run of the app; what it gives has the one before at hand again. */
  hold(serverId: string, name: SecretName, secret: Secret): () => void {
    const typed = this.#typed.get(serverId) ?? new Map<SecretName, Secret>()
    const before = typed.get(name)
    this.#typed.set(serverId, typed.set(name, secret))
    return () => { if (before === undefined) typed.delete(name); else typed.set(name, before) }
  }

  /** Proves that it can be sealed; what it gives writes it down and has it at hand, and gives what undoes both. */
  async seal(serverId: string, name: SecretName, secret: Secret): Promise<() => () => void> {
    const write = await this.#store.seal(serverId, name, secret)
    return () => {
      const unwrite = write()
      const letGo = this.hold(serverId, name, secret)
      return () => { letGo(); unwrite() }
    }
  }

  /** Whether it would still be there after the app has ended. */
  isKept(serverId: string, name: SecretName): boolean {
    return this.#store.has(serverId, name)
  }

  forget(serverId: string, names: readonly SecretName[] = secretNames): void {
    for (const name of names) {
      this.#typed.get(serverId)?.delete(name)
      this.#store.delete(serverId, name)
    }
  }

  /** Leaves only what is kept. */
  forgetTyped(): void {
    this.#typed.clear()
  }
}

function isUnkeepable(error: unknown): error is HomeportError {
  return error instanceof HomeportError && (error.code === 'secrets-unavailable' || error.code === 'secrets-locked')
}
