import { afterEach, expect, test, vi } from 'vitest'
import type { Handlers, StreamPort } from '../../src/main/bridge/handlers.ts'
import { servePeer } from '../../src/main/bridge/peer.ts'
import { eventWindow, maxOpenStreams, type ToWindow } from '../../src/shared/wire.ts'
import { HomeportError } from '../../src/shared/errors.ts'
import { handlersWith } from './handler-doubles.ts'
import { link } from './linked-wire.ts'

afterEach(() => { vi.restoreAllMocks() })

const follow = { serverId: 'abcdefgh', source: { kind: 'all' } } as const
const line = (message: string) => [{ at: 0, unit: 'a.service', priority: 6, message }]
const turns = async (count = 20) => { for (let i = 0; i < count; i++) await new Promise(setImmediate) }
const upload = { serverId: 'abcdefgh', shape: 'folder', name: 'site' } as const

/** A peer whose window acknowledges nothing by itself. */
function serveMute(handlers: Handlers) {
  const sent: ToWindow[] = []
  return { sent, peer: servePeer(handlers, (text) => { sent.push(JSON.parse(text) as ToWindow) }) }
}

test('carries events in their order and then the end', async () => {
  const { client } = link(handlersWith({
    'logs.follow': async (input, port) => {
      for (let i = 0; i < 50; i++) await port.emit(line(`${input.lines} ${i}`))
    },
  }))
  const seen: string[] = []
  const end = await new Promise((resolve) => {
    client.open('logs.follow', follow, { onEvent: ([first]) => seen.push(first?.message ?? ''), onEnd: resolve })
  })
  expect(end).toBeNull()
  expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => `500 ${i}`))
})

test('ends with the error of the handler', async () => {
  const { client } = link(handlersWith({ 'server.live': () => Promise.reject(new HomeportError('connection-lost', 'Gone.', { hint: 'Wait.' })) }))
  const end = await new Promise((resolve) => client.open('server.live', { serverId: 'abcdefgh' }, { onEvent: () => {}, onEnd: resolve }))
  expect(end).toMatchObject({ code: 'connection-lost', message: 'Gone.', hint: 'Wait.' })
})

test('waits for the window before it sends more than a few events', async () => {
  let emitted = 0
  const { peer, sent } = serveMute(handlersWith({
    'logs.follow': async (_input, port) => {
      for (; ;) {
        await port.emit(line(''))
        emitted++
      }
    },
  }))
  const events = () => sent.filter((message) => message.kind === 'event').length
  peer.receive(JSON.stringify({ kind: 'open', id: 1, name: 'logs.follow', input: follow }))
  await turns()
  expect(events()).toBe(eventWindow)
  expect(emitted).toBe(eventWindow - 1)
  peer.receive(JSON.stringify({ kind: 'acknowledge', id: 1 }))
  await turns()
  expect(events()).toBe(eventWindow + 1)
  peer.close()
})

test('cannot be made to send without limit by acknowledging what was not sent', async () => {
  const gate = Promise.withResolvers<void>()
  const { peer, sent } = serveMute(handlersWith({
    'logs.follow': async (_input, port) => {
      await gate.promise
      for (; ;) await port.emit(line(''))
    },
  }))
  peer.receive(JSON.stringify({ kind: 'open', id: 1, name: 'logs.follow', input: follow }))
  for (let i = 0; i < 100; i++) peer.receive(JSON.stringify({ kind: 'acknowledge', id: 1 }))
  gate.resolve()
  await turns()
  expect(sent).toHaveLength(eventWindow)
  peer.close()
})

test('goes on although a listener of the window throws', async () => {
  const { client } = link(handlersWith({
    'logs.follow': async (_input, port) => { for (let i = 0; i < 3 * eventWindow; i++) await port.emit(line(`${i}`)) },
  }))
  const thrown: unknown[] = []
  const keep = (error: unknown) => { thrown.push(error) }
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', keep)
  const end = await new Promise((resolve) => client.open('logs.follow', follow, { onEvent: () => { throw new Error('in the window') }, onEnd: resolve }))
  process.off('uncaughtException', keep)
  for (const listener of others) process.on('uncaughtException', listener)
  expect(end).toBeNull()
  expect(thrown).toHaveLength(3 * eventWindow)
})

test.each(['close by the window', 'loss of the window'])('stops the handler at its next event after the %s', async (way) => {
  const ports: StreamPort<'logs.follow'>[] = []
  const ended = vi.fn()
  const { client, peer, sent } = link(handlersWith({
    'logs.follow': async (_input, port) => {
      ports.push(port)
      try {
        for (; ;) await port.emit(line(''))
      } finally {
        ended()
      }
    },
  }))
  const onEnd = vi.fn()
  const handle = client.open('logs.follow', follow, { onEvent: () => {}, onEnd })
  await turns()
  expect(ports[0]?.signal.aborted).toBe(false)
  if (way === 'close by the window') handle.close()
  else peer.close()
  await turns()
  expect(ports[0]?.signal.aborted).toBe(true)
  expect(ended).toHaveBeenCalledOnce()
  expect(onEnd).not.toHaveBeenCalled()
  expect(sent.some((message) => message.kind === 'end')).toBe(false)
})

test('wakes a handler that waits for the window when the window is gone', async () => {
  const outcome = Promise.withResolvers<unknown>()
  const { peer } = serveMute(handlersWith({
    'logs.follow': async (_input, port) => {
      for (; ;) {
        await port.emit(line('')).catch((error: unknown) => {
          outcome.resolve(error)
          throw error
        })
      }
    },
  }))
  peer.receive(JSON.stringify({ kind: 'open', id: 1, name: 'logs.follow', input: follow }))
  await turns()
  peer.close()
  expect(await outcome.promise).toMatchObject({ name: 'AbortError' })
})

test('hands the messages of the window to the handler, also those that came before it listened', async () => {
  const got: unknown[] = []
  const { client } = link(handlersWith({
    'upload.send': async (_input, port) => {
      await turns(5)
      await new Promise<void>((resolve) => port.onUp((up) => {
        got.push(up)
        if (up.kind === 'end') resolve()
      }))
    },
  }))
  const end = await new Promise((resolve) => {
    const handle = client.open('upload.send', upload, { onEvent: () => {}, onEnd: resolve })
    handle.send({ kind: 'file', path: 'index.html', sizeBytes: 0 })
    setTimeout(() => handle.send({ kind: 'end' }), 20)
  })
  expect(end).toBeNull()
  expect(got).toEqual([{ kind: 'file', path: 'index.html', sizeBytes: 0 }, { kind: 'end' }])
})

test.each([
  ['breaks the contract', { kind: 'chunk', data: 7 }, 'input-invalid'],
  ['the handler refuses', { kind: 'file', path: '../x', sizeBytes: 0 }, 'upload-invalid'],
])('ends a stream when the window sends what %s', async (_what, up, code) => {
  const aborted = vi.fn()
  const { client } = link(handlersWith({
    'upload.send': (_input, port) => new Promise(() => {
      port.signal.addEventListener('abort', aborted)
      port.onUp((message) => {
        if (message.kind === 'file' && message.path.includes('..')) throw new HomeportError('upload-invalid', 'Not this path.')
      })
    }),
  }))
  const end = await new Promise((resolve) => client.open('upload.send', upload, { onEvent: () => {}, onEnd: resolve }).send(up as never))
  expect(end).toMatchObject({ code })
  expect(aborted).toHaveBeenCalledOnce()
})

test('ends a stream whose window floods a handler that does not listen', async () => {
  const { client } = link(handlersWith({ 'upload.send': () => new Promise(() => {}) }))
  const end = await new Promise((resolve) => {
    const handle = client.open('upload.send', upload, { onEvent: () => {}, onEnd: resolve })
    for (let i = 0; i < 100; i++) handle.send({ kind: 'chunk', data: '' })
  })
  expect(end).toMatchObject({ code: 'not-allowed' })
})

test('refuses input of a stream that breaks the contract', async () => {
  const { client } = link(handlersWith({}))
  const end = await new Promise((resolve) => client.open('logs.follow', { ...follow, lines: -1 }, { onEvent: () => {}, onEnd: resolve }))
  expect(end).toMatchObject({ code: 'input-invalid', fields: { lines: expect.any(String) as string } })
})

test('ends a stream with an internal error when an event breaks the contract', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const { client } = link(handlersWith({ 'logs.follow': (_input, port) => port.emit([{ message: 1 }] as never) }))
  const end = await new Promise((resolve) => client.open('logs.follow', follow, { onEvent: () => {}, onEnd: resolve }))
  expect(end).toMatchObject({ code: 'internal', detail: expect.stringContaining('event of logs.follow') as string })
})

test('refuses more streams than a window may have, and takes one again when another is closed', async () => {
  const { client } = link(handlersWith({ 'server.live': (_input, port) => new Promise((resolve) => port.signal.addEventListener('abort', () => resolve())) }))
  const open = (onEnd: (error: unknown) => void) => client.open('server.live', { serverId: 'abcdefgh' }, { onEvent: () => {}, onEnd })
  const ends = vi.fn()
  const handles = Array.from({ length: maxOpenStreams }, () => open(ends))
  expect(await new Promise(open)).toMatchObject({ code: 'not-allowed' })
  handles[0]?.close()
  const late = vi.fn()
  open(late)
  await turns()
  expect(ends).not.toHaveBeenCalled()
  expect(late).not.toHaveBeenCalled()
})

test('refuses to open a stream under the number of an open one', async () => {
  const { peer, refused } = link(handlersWith({ 'server.live': () => new Promise(() => {}) }))
  const open = JSON.stringify({ kind: 'open', id: 1, name: 'server.live', input: { serverId: 'abcdefgh' } })
  peer.receive(open)
  peer.receive(open)
  expect(refused).toEqual(['A stream was opened twice.'])
})

test('ends the streams of the window when the line is lost', async () => {
  const { client, setLine } = link(handlersWith({ 'server.live': () => new Promise(() => {}) }))
  const end = new Promise((resolve) => client.open('server.live', { serverId: 'abcdefgh' }, { onEvent: () => {}, onEnd: resolve }))
  setLine('reconnecting')
  expect(await end).toMatchObject({ code: 'connection-lost' })
  const refused = new Promise((resolve) => client.open('server.live', { serverId: 'abcdefgh' }, { onEvent: () => {}, onEnd: resolve }))
  expect(await refused).toMatchObject({ code: 'connection-lost' })
})
