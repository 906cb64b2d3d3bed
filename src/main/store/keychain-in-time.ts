import { HomeportError } from '../../shared/errors.ts'
import type { SecretBox } from './secret-box.ts'

const noBox = 'This way of running Homeport has no keychain, so passwords are kept only until it ends.'
const noAnswer = 'The keychain of this system does not answer. It may be asking for its password in a window of its own.'
/** Milliseconds. A person may have to type something first, which nothing that only shows a state may wait for. */
const usualPatienceMs = 20_000
const soonMs = 1500

export interface KeychainProblem {
  /** Empty where there is none. */
  readonly note: string
  readonly isWaiting: boolean
}

/** The keychain, which may not be there, and may never answer. */
export class Keychain {
  readonly #box: SecretBox | null
  readonly #patienceMs: number
  #check: Promise<string | null> | null = null

  constructor(box: SecretBox | null, patienceMs = usualPatienceMs) {
    this.#box = box
    this.#patienceMs = patienceMs
  }

  /** Why it seals nothing now. It is asked again after a problem, and once at a time. */
  async problem(wait: 'soon' | 'patient'): Promise<KeychainProblem> {
    if (this.#box === null) return { note: noBox, isWaiting: false }
    this.#check ??= this.#box.check().finally(() => { this.#check = null })
    const found = await inTime(this.#check, wait === 'soon' ? Math.min(soonMs, this.#patienceMs) : this.#patienceMs)
    return found === late ? { note: noAnswer, isWaiting: true } : { note: found ?? '', isWaiting: false }
  }

  async seal(text: string): Promise<string> {
    return await this.#answer((box) => box.seal(text))
  }

  async open(sealed: string): Promise<string> {
    return await this.#answer((box) => box.open(sealed))
  }

  async #answer(ask: (box: SecretBox) => Promise<string>): Promise<string> {
    if (this.#box === null) {
      throw new HomeportError('secrets-unavailable', 'This is kept by the keychain of the system, which this way of running Homeport cannot open.', {
        hint: 'Start Homeport as an app of its own, or log in with the password or a key file.',
      })
    }
    const answer = await inTime(ask(this.#box), this.#patienceMs)
    if (answer === late) throw new HomeportError('secrets-unavailable', noAnswer, { hint: 'Answer it and try again.' })
    return answer
  }
}

const late = Symbol('late')

async function inTime<T>(answer: Promise<T>, limitMs: number): Promise<T | typeof late> {
  answer.catch(() => {}) // An answer that comes too late may be a refusal.
  const limit = Promise.withResolvers<typeof late>()
  const timer = setTimeout(() => limit.resolve(late), limitMs)
  try {
    return await Promise.race([answer, limit.promise])
  } finally {
    clearTimeout(timer)
  }
}
