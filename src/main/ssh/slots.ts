/** sshd allows 10 sessions on one connection (MaxSessions); two stay free for whoever else shares it. */
const allSlots = 8
/** Sessions that stay open (logs, vitals) leave two for commands that end. */
const lastingSlots = 6

export type SlotKind = 'short' | 'lasting'
interface Waiter { readonly kind: SlotKind; readonly start: (release: () => void) => void; readonly refuse: (error: Error) => void }

/** Lets at most so many sessions be open at a time; the others wait in the order in which they came. */
export class Slots {
  readonly #limits: { readonly all: number; readonly lasting: number }
  #taken = { short: 0, lasting: 0 }
  #waiting: Waiter[] = []
  #refusal: Error | null = null

  constructor(limits: { readonly all: number; readonly lasting: number } = { all: allSlots, lasting: lastingSlots }) {
    this.#limits = limits
  }

  /** Gives the function that frees the slot; calling it again does nothing. Rejects once `refuseAll` was called. */
  take(kind: SlotKind): Promise<() => void> {
    return new Promise((start, refuse) => {
      if (this.#refusal !== null) return refuse(this.#refusal)
      this.#waiting.push({ kind, start, refuse })
      this.#serve()
    })
  }

  /** Ends the waiting: the line is gone. */
  refuseAll(error: Error): void {
    this.#refusal = error
    for (const waiter of this.#waiting.splice(0)) waiter.refuse(error)
  }

  #isFree(kind: SlotKind): boolean {
    const { short, lasting } = this.#taken
    return short + lasting < this.#limits.all && (kind === 'short' || lasting < this.#limits.lasting)
  }

  #serve(): void {
    for (;;) {
      const index = this.#waiting.findIndex((waiter) => this.#isFree(waiter.kind))
      const [waiter] = index < 0 ? [] : this.#waiting.splice(index, 1)
      if (waiter === undefined) return
      this.#taken[waiter.kind] += 1
      waiter.start(this.#releaseOf(waiter.kind))
    }
  }

  #releaseOf(kind: SlotKind): () => void {
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      this.#taken[kind] -= 1
      this.#serve()
    }
  }
}
