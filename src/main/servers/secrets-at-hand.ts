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

  /** `typed` goes before everything; a keychain that is locked is a failure only where nothing was typed. */
  async of(serverId: string, typed: LoginSecrets = {}): Promise<LoginSecrets> {
    const found = await Promise.all(secretNames.map(async (name) => [name, typed[name] ?? this.#typed.get(serverId)?.get(name) ?? (await this.#kept(serverId, name, Object.keys(typed).length > 0))] as const))
    return Object.fromEntries(found.filter(([, secret]) => secret !== null))
  }

  async #kept(serverId: string, name: SecretName, mayBeLocked: boolean): Promise<Secret | null> {
    try {
      return await this.#store.get(serverId, name)
    } catch (error) {
      if (mayBeLocked && error instanceof HomeportError && error.code === 'secrets-unavailable') return null
      throw error
    }
  }

  /** Takes what was typed. It is written down only on wish, and only where it can be sealed. */
  async take(serverId: string, secrets: LoginSecrets, remember: boolean): Promise<void> {
    for (const name of secretNames) {
      const secret = secrets[name]
      if (secret !== undefined) await this.put(serverId, name, secret, remember)
    }
  }

  async put(serverId: string, name: SecretName, secret: Secret, remember: boolean): Promise<void> {
    const typed = this.#typed.get(serverId) ?? new Map<SecretName, Secret>()
    this.#typed.set(serverId, typed.set(name, secret))
    if (remember && this.#store.isPersistent) await this.#store.set(serverId, name, secret)
  }

  /** Whether it would still be there after the app has ended. */
  async isKept(serverId: string, name: SecretName): Promise<boolean> {
    return this.#store.isPersistent && (await this.#store.get(serverId, name)) !== null
  }

  async forget(serverId: string, names: readonly SecretName[] = secretNames): Promise<void> {
    for (const name of names) {
      this.#typed.get(serverId)?.delete(name)
      await this.#store.delete(serverId, name)
    }
  }
}
