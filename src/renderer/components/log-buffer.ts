import type { LogLine } from '../../shared/log.ts'

export interface KeptLine extends LogLine {
  /** Counts up from 0; never used again. */
  readonly id: number
}
export interface LogFilter { /** Case does not matter; empty lets everything through. */ readonly text: string; /** syslog severity: this one and the more serious ones. */ readonly priority: number }

export const letsThrough = ({ text, priority }: LogFilter, line: LogLine): boolean =>
  line.priority <= priority && (text === '' || line.message.toLowerCase().includes(text.toLowerCase()) || line.unit.toLowerCase().includes(text.toLowerCase()))

/**
 * The last lines of a log, and of them those that a filter lets through: as many as asked for, and fewer where they are long.
 * Appending costs what is appended, not what is kept: lines come by the thousand in a second.
 */
export class LogBuffer {
  #lines: KeptLine[] = []
  #visible: KeptLine[] = []
  #nextId = 0
  #characters = 0
  #filter: LogFilter = { text: '', priority: 7 }
  #version = 0
  readonly #listeners = new Set<() => void>()
  readonly #capacity: number
  readonly #mostCharacters: number

  constructor(capacity = 100_000, mostCharacters = 32_000_000) {
    this.#capacity = capacity
    this.#mostCharacters = mostCharacters
  }

  get visible(): readonly KeptLine[] { return this.#visible }
  get kept(): number { return this.#lines.length }
  /** Changes whenever something is to be shown anew. */
  get version(): number { return this.#version }

  append(lines: readonly LogLine[]): void {
    if (lines.length === 0) return
    for (const line of lines) {
      const kept = { ...line, id: this.#nextId++ }
      this.#lines.push(kept)
      this.#characters += line.message.length
      if (letsThrough(this.#filter, kept)) this.#visible.push(kept)
    }
    // A tenth more than asked for, so that the arrays are not moved for every line.
    if (this.#lines.length > this.#capacity * 1.1) this.#drop(this.#lines.length - this.#capacity)
    if (this.#characters > this.#mostCharacters * 1.1) this.#drop(this.#countOverfull())
    this.#changed()
  }

  setFilter(filter: LogFilter): void {
    this.#filter = filter
    this.#visible = this.#lines.filter((line) => letsThrough(filter, line))
    this.#changed()
  }

  clear(): void {
    this.#lines = []
    this.#visible = []
    this.#characters = 0
    this.#changed()
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  /** How many lines have to go for the rest to fit. */
  #countOverfull(): number {
    let left = this.#characters
    let count = 0
    while (left > this.#mostCharacters && count < this.#lines.length) left -= this.#lines[count++]?.message.length ?? 0
    return count
  }

  #drop(count: number): void {
    for (const line of this.#lines.splice(0, count)) this.#characters -= line.message.length
    const first = this.#lines[0]?.id ?? this.#nextId
    const stays = this.#visible.findIndex((line) => line.id >= first)
    this.#visible.splice(0, stays === -1 ? this.#visible.length : stays)
  }

  #changed(): void {
    this.#version += 1
    for (const listener of this.#listeners) listener()
  }
}

/** One line as text: ISO time, unit, message. */
export function logText(lines: readonly LogLine[]): string {
  return lines.map((line) => `${new Date(line.at).toISOString()} ${line.unit} ${line.message}`).join('\n')
}

/** A unit's name without what all of Homeport's have in common. */
export function unitLabel(unit: string): string {
  return unit.replace(/\.service$/, '').replace(/^homeport-/, '')
}

export function severity(priority: number): 'error' | 'warning' | 'normal' | 'debug' {
  return priority <= 3 ? 'error' : priority === 4 ? 'warning' : priority === 7 ? 'debug' : 'normal'
}
