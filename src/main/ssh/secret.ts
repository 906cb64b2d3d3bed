import { inspect } from 'node:util'
import type { ConnectSecrets } from '../../shared/connection.ts'

const redacted = '[redacted]'

/** A text that no message, log or JSON ever shows; `reveal` is the one way to it and can be grepped for. */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  reveal(): string {
    return this.#text
  }

  toString(): string {
    return redacted
  }

  toJSON(): string {
    return redacted
  }

  [Symbol.toPrimitive](): string {
    return redacted
  }

  [inspect.custom](): string {
    return redacted
  }
}

/** The secrets of one login. `ownKey` is a private key that Homeport made, in OpenSSH's format. */
export interface LoginSecrets {
  readonly password?: Secret
  readonly passphrase?: Secret
  readonly sudoPassword?: Secret
  readonly jumpPassphrase?: Secret
  readonly ownKey?: Secret
}

/** Wraps what the person typed. An empty field counts as not typed. */
export function protectSecrets(typed: ConnectSecrets): LoginSecrets {
  return Object.fromEntries(Object.entries(typed).flatMap(([name, text]) => (text === undefined || text === '' ? [] : [[name, new Secret(text)]])))
}
