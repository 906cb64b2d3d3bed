import { type CallName, contract, type Input, type Output, type Parsed, type StreamEvent, type StreamName, type StreamUp } from '../../../src/shared/contract.ts'
import { toWireError } from '../../../src/shared/errors.ts'
import type { PreloadBridge, ToMain, ToWindow } from '../../../src/shared/wire.ts'
import { calls } from './calls.ts'
import { streams } from './streams.ts'
import { World } from './world.ts'

export type FakeCalls = { [K in CallName]: (world: World, input: Parsed<K>) => Output<K> | Promise<Output<K>> }
export interface FakeStream<K extends StreamName> { emit(event: StreamEvent<K>): void; end(error?: unknown): void; onUp(listener: (up: StreamUp<K>) => void): void; onClose(listener: () => void): void }
export type FakeStreams = { [K in StreamName]: (world: World, input: Parsed<K>, stream: FakeStream<K>) => void }

/** Main, played in the window. Inputs and outputs are checked against the contract, so that a wrong one shows. */
export function fakeBridge(scenario: string): PreloadBridge {
  const world = new World(scenario)
  const listeners = new Set<(text: string) => void>()
  const open = new Map<number, { up: ((up: never) => void)[]; close: (() => void)[] }>()
  const say = (message: ToWindow) => setTimeout(() => { for (const listener of listeners) listener(JSON.stringify(message)) }, 0)

  async function answer(id: number, name: CallName, input: unknown): Promise<void> {
    try {
      await new Promise((resolve) => setTimeout(resolve, world.delayMs(name)))
      const handler = calls[name] as (world: World, input: unknown) => unknown
      say({ kind: 'answer', id, output: contract[name].output.parse(await handler(world, contract[name].input.parse(input))) })
    } catch (error) {
      say({ kind: 'failure', id, error: toWireError(error) })
    }
  }

  function start(id: number, name: StreamName, input: unknown): void {
    const state = { up: [] as ((up: never) => void)[], close: [] as (() => void)[] }
    open.set(id, state)
    const end = (error?: unknown) => { if (open.delete(id)) say({ kind: 'end', id, ...(error === undefined ? {} : { error: toWireError(error) }) }) }
    const handler = streams[name] as (world: World, input: unknown, stream: unknown) => void
    handler(world, contract[name].input.parse(input), {
      emit: (event: unknown) => { if (open.has(id)) say({ kind: 'event', id, event: contract[name].event.parse(event) }) },
      end, onUp: (listener: (up: never) => void) => state.up.push(listener), onClose: (listener: () => void) => state.close.push(listener),
    })
  }

  return {
    onMessage: (listener) => { listeners.add(listener); return () => listeners.delete(listener) },
    post(text) {
      const message = JSON.parse(text) as ToMain
      switch (message.kind) {
        case 'call': void answer(message.id, message.name as CallName, message.input as Input<CallName>); return
        case 'open': start(message.id, message.name as StreamName, message.input); return
        case 'up': for (const listener of open.get(message.id)?.up ?? []) listener(message.data as never); return
        case 'close': for (const listener of open.get(message.id)?.close ?? []) listener(); open.delete(message.id); return
        case 'acknowledge': return
      }
    },
  }
}
