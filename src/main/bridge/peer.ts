import type { z } from 'zod'
import { type CallName, contract, type Contract, type StreamName } from '../../shared/contract.ts'
import { HomeportError } from '../../shared/errors.ts'
import { maxMessageBytes, maxOpenStreams, maxPendingCalls, ToMain, type ToWindow } from '../../shared/wire.ts'
import { describeFailure } from './failure.ts'
import type { Handlers, StreamPort } from './handlers.ts'
import { openStream, type PeerStream } from './peer-stream.ts'

/** One window at the other end of a wire. */
export interface Peer {
  /** Takes a message as it arrived. Never throws and never rejects. */
  receive(text: string): void
  /** The window is gone: ends all of its streams; nothing is sent any more. */
  close(): void
}

type AnyCall = (input: unknown) => Promise<unknown>
type AnyStream = (input: unknown, port: StreamPort<StreamName>) => Promise<void>

/**
 * Serves one window. Every message, input, output and event is checked against the contract.
 * A message that breaks the protocol ends the peer, since no window of ours sends such a thing; `refuse` is told why.
 */
export function servePeer(handlers: Handlers, send: (text: string) => void, refuse: (reason: string) => void = () => {}): Peer {
  const streams = new Map<number, PeerStream>()
  let pendingCalls = 0
  let isOpen = true

  const post = (message: ToWindow) => { if (isOpen) send(JSON.stringify(message)) }

  async function answer(id: number, name: string, input: unknown): Promise<void> {
    pendingCalls++
    try {
      const entry = entryNamed(name, 'call')
      if (pendingCalls > maxPendingCalls) throw tooMany('questions')
      const parsed = entry.input.parse(input)
      const output = await inHandler(name, () => (handlers[name as CallName] as AnyCall)(parsed))
      post({ kind: 'answer', id, output: checked(`output of ${name}`, entry.output, output) })
    } catch (thrown) {
      post({ kind: 'failure', id, error: describeFailure(name, thrown) })
    } finally {
      pendingCalls--
    }
  }

  async function serve(id: number, name: string, input: unknown): Promise<void> {
    let stream: PeerStream | undefined
    try {
      const entry = entryNamed(name, 'stream')
      if (streams.size >= maxOpenStreams) throw tooMany('views')
      const parsed = entry.input.parse(input)
      stream = openStream(
        (event) => post({ kind: 'event', id, event: checked(`event of ${name}`, entry.event, event) }),
        (up) => entry.up.parse(up),
      )
      streams.set(id, stream)
      const { port, failed } = stream
      await Promise.race([inHandler(name, () => (handlers[name as StreamName] as AnyStream)(parsed, port)), failed])
      end(id, stream)
    } catch (thrown) {
      if (stream?.port.signal.aborted && isAbort(thrown)) return
      const error = describeFailure(name, thrown)
      if (stream === undefined) post({ kind: 'end', id, error })
      else end(id, stream, error)
    }
  }

  function end(id: number, stream: PeerStream, error?: ReturnType<typeof describeFailure>): void {
    if (streams.get(id) === stream) {
      streams.delete(id)
      post(error === undefined ? { kind: 'end', id } : { kind: 'end', id, error })
    }
    stream.abort()
  }

  function hangUp(reason: string): void {
    close()
    refuse(reason)
  }

  function receive(text: string): void {
    if (!isOpen) return
    const message = readMessage(text)
    if (typeof message === 'string') return hangUp(message)
    switch (message.kind) {
      case 'call': return void answer(message.id, message.name, message.input)
      case 'open': return streams.has(message.id) ? hangUp('A stream was opened twice.') : void serve(message.id, message.name, message.input)
      case 'up': return streams.get(message.id)?.receive(message.data)
      case 'acknowledge': return streams.get(message.id)?.acknowledge()
      case 'close': {
        const stream = streams.get(message.id)
        streams.delete(message.id)
        return stream?.abort()
      }
    }
  }

  function close(): void {
    isOpen = false
    for (const stream of streams.values()) stream.abort()
    streams.clear()
  }

  return { receive, close }
}

/** The message, or in words what is wrong with it. */
function readMessage(text: string): ToMain | string {
  if (Buffer.byteLength(text) > maxMessageBytes) return 'A message is too long.'
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'A message is not JSON.'
  }
  const message = ToMain.safeParse(value)
  return message.success ? message.data : 'A message is not one of the protocol.'
}

function entryNamed<Kind extends 'call' | 'stream'>(name: string, kind: Kind): Extract<Contract[keyof Contract], { kind: Kind }> {
  // hasOwn, so that "constructor" is as unknown as anything else.
  const entry = Object.hasOwn(contract, name) ? contract[name as keyof Contract] : undefined
  if (entry?.kind === kind) return entry as Extract<Contract[keyof Contract], { kind: Kind }>
  throw new HomeportError('not-allowed', 'Homeport does not know what this window asked for.', { hint: 'Close the window and start Homeport again.', detail: `${kind} ${name}` })
}

function tooMany(what: string): HomeportError {
  return new HomeportError('not-allowed', `This window has too many open ${what}.`, { hint: 'Close the window and open it again.' })
}

/** A ZodError from inside a handler is about its own data and no fault of the input: it must not look like one. */
async function inHandler<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    throw isZodError(thrown) ? new Error(`Unreadable data in ${name}: ${thrown.message}`, { cause: thrown }) : thrown
  }
}

function checked(what: string, schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new Error(`The ${what} breaks the contract: ${result.error.message}`, { cause: result.error })
}

/** How a handler ends whose stream was closed: with the signal's own reason, or with what Node made of it. */
function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError'
}

function isZodError(thrown: unknown): thrown is z.ZodError {
  return thrown instanceof Error && thrown.name === 'ZodError'
}
