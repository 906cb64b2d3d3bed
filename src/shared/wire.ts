import { z } from 'zod'
import type { WireError } from './errors.ts'

/**
 * The messages between the window and main, the same in both shells. They travel as JSON text.
 * Back-pressure: main sends at most `eventWindow` events of a stream ahead of the window's acknowledgements.
 */
export const ToMain = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('call'), id: z.number().int().min(1), name: z.string().max(100), input: z.unknown().optional() }),
  z.strictObject({ kind: z.literal('open'), id: z.number().int().min(1), name: z.string().max(100), input: z.unknown().optional() }),
  z.strictObject({ kind: z.literal('up'), id: z.number().int().min(1), data: z.unknown().optional() }),
  z.strictObject({ kind: z.literal('acknowledge'), id: z.number().int().min(1) }),
  z.strictObject({ kind: z.literal('close'), id: z.number().int().min(1) }),
])
export type ToMain = z.infer<typeof ToMain>

/** Main's half. Not validated on arrival: main is what the window trusts, and it has checked outputs and events itself. */
export type ToWindow =
  | { readonly kind: 'answer'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: WireError }
  | { readonly kind: 'event'; readonly id: number; readonly event: unknown }
  | { readonly kind: 'end'; readonly id: number; readonly error?: WireError }

/** Longest message that main takes, in bytes of UTF-8: a list of 100,000 mail aliases fits. */
export const maxMessageBytes = 32 * 1024 * 1024
/** Streams that one window may have open. */
export const maxOpenStreams = 64
/** Calls of one window that may be unanswered. */
export const maxPendingCalls = 256
/** Events of one stream that may be on the way. */
export const eventWindow = 8

/**
 * How the line between the window and main is. `signed-out`: the web shell was started anew and no longer
 * knows this browser, so its new address has to be opened. The Electron shell is always `connected`.
 */
export type LineState = 'connecting' | 'connected' | 'reconnecting' | 'signed-out'

/** Carries text to main and back. What is posted while `connecting` is sent when the line is there. */
export interface Wire {
  post(text: string): void
  onMessage(listener: (text: string) => void): () => void
  readonly line: LineState
  onLine(listener: (line: LineState) => void): () => void
}

/** What the preload script puts on `window.homeport`, and all it puts there. */
export interface PreloadBridge {
  post(text: string): void
  onMessage(listener: (text: string) => void): () => void
}
declare global {
  interface Window { readonly homeport?: PreloadBridge }
}

/** The wire of the Electron shell. */
export function bridgeWire(bridge: PreloadBridge): Wire {
  return { post: bridge.post, onMessage: bridge.onMessage, line: 'connected', onLine: () => () => {} }
}
