import type { Readable } from 'node:stream'
import type { z } from 'zod'
import type { CallName, Contract, Output, Parsed, StreamName, StreamUp } from '../../shared/contract.ts'

/** What the window's browser saves as a file. */
export interface Download {
  readonly name: string
  /** Null where it is not known before its end. */
  readonly sizeBytes: number | null
  readonly body: Readable
}

/** A stream as its handler sees it. */
export interface StreamPort<K extends StreamName> {
  /** Aborted when the window closes the stream or is gone. */
  readonly signal: AbortSignal
  /**
   * Sends an event. Resolves when the window can take the next one, so await it before making another.
   * Rejects with the signal's reason once the stream is closed: a loop of events needs no check of its own.
   */
  emit(event: z.input<Contract[K]['event']>): Promise<void>
  /** What the window sends; messages that came earlier are handed over at once. An error thrown by the listener ends the stream. */
  onUp(listener: (up: StreamUp<K>) => void): void
}

/** Everything that main can be asked, by the names of the contract. A stream ends when its handler's promise does. */
export type Handlers =
  & { readonly [K in CallName]: (input: Parsed<K>) => Promise<Output<K>> }
  & { readonly [K in StreamName]: (input: Parsed<K>, port: StreamPort<K>) => Promise<void> }

/** Everything behind the contract, as the shells hold it. */
export interface Services {
  readonly handlers: Handlers
  /** What `files.download` offered; null where the token is wrong, was used or is too old. */
  download(token: string): Promise<Download | null>
  /** Closes connections to servers. Runs on servers go on. */
  close(): Promise<void>
}
