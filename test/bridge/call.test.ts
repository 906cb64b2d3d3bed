import { afterEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { HomeportError } from '../../src/shared/errors.ts'
import { maxMessageBytes, maxPendingCalls } from '../../src/shared/wire.ts'
import { appInfo, handlersWith } from './handler-doubles.ts'
import { link } from './linked-wire.ts'

afterEach(() => { vi.restoreAllMocks() })

const silent = () => vi.spyOn(process.stderr, 'write').mockReturnValue(true)

test('answers a call', async () => {
  const { client } = link(handlersWith({ 'app.info': () => Promise.resolve(appInfo) }))
  expect(await client.call('app.info')).toEqual(appInfo)
})

test('gives the handler the validated input, with what the contract makes of it', async () => {
  const rename = vi.fn(() => Promise.reject(new HomeportError('server-unknown', 'No such server.')))
  const { client } = link(handlersWith({ 'servers.rename': rename }))
  await expect(client.call('servers.rename', { serverId: 'abcdefgh', name: '  Shop ' })).rejects.toMatchObject({ code: 'server-unknown' })
  expect(rename).toHaveBeenCalledWith({ serverId: 'abcdefgh', name: 'Shop' })
})

test('refuses input that breaks the contract, names the fields, and never calls the handler', async () => {
  const rename = vi.fn()
  const { client } = link(handlersWith({ 'servers.rename': rename }))
  const error = await client.call('servers.rename', { serverId: '../etc', name: '' }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(HomeportError)
  expect(error).toMatchObject({ code: 'input-invalid' })
  expect(Object.keys((error as HomeportError).fields ?? {}).sort()).toEqual(['name', 'serverId'])
  expect(rename).not.toHaveBeenCalled()
})

test('refuses input with a field that the contract does not know', async () => {
  const unlock = vi.fn()
  const { client } = link(handlersWith({ 'servers.unlock': unlock }))
  await expect(client.call('servers.unlock', { serverId: 'abcdefgh', secrets: {}, remember: false, extra: 1 } as never)).rejects.toMatchObject({ code: 'input-invalid' })
  expect(unlock).not.toHaveBeenCalled()
})

test.each(['app.nothing', 'constructor', '__proto__', 'toString', 'server.live'])('refuses to call %s, which is no call of the contract', async (name) => {
  const { client } = link(handlersWith({}))
  await expect(client.call(name as 'app.info')).rejects.toMatchObject({ code: 'not-allowed', message: 'Homeport does not know what this window asked for.' })
})

test('reports output that breaks the contract as a bug of ours, not as wrong input', async () => {
  const stderr = silent()
  const { client } = link(handlersWith({ 'settings.get': () => Promise.resolve({ colorScheme: 'pink' } as never) }))
  await expect(client.call('settings.get')).rejects.toMatchObject({ code: 'internal', detail: expect.stringContaining('output of settings.get') as string })
  expect(stderr).toHaveBeenCalledWith(expect.stringContaining('settings.get failed'))
})

test('keeps what the contract does not name out of the window', async () => {
  const { client } = link(handlersWith({ 'settings.get': () => Promise.resolve({ colorScheme: 'dark', password: 'x' } as never) }))
  expect(await client.call('settings.get')).toEqual({ colorScheme: 'dark' })
})

test('passes on an error with its code, hint, detail and fields', async () => {
  const thrown = new HomeportError('host-key-changed', 'Another key.', { hint: 'Compare it.', detail: 'SHA256:x', fields: { host: 'This one.' } })
  const { client } = link(handlersWith({ 'servers.list': () => Promise.reject(thrown) }))
  await expect(client.call('servers.list')).rejects.toMatchObject({ code: 'host-key-changed', message: 'Another key.', hint: 'Compare it.', detail: 'SHA256:x', fields: { host: 'This one.' } })
})

test('writes the stack and cause of a bug to standard error, and only its message to the window', async () => {
  const stderr = silent()
  const { client } = link(handlersWith({ 'servers.list': () => Promise.reject(new TypeError('x is undefined', { cause: new Error('deep down') })) }))
  await expect(client.call('servers.list')).rejects.toMatchObject({ code: 'internal', detail: 'x is undefined' })
  expect(stderr).toHaveBeenCalledWith(expect.stringMatching(/servers\.list failed: TypeError: x is undefined\n\s+at [^]*caused by Error: deep down\n\s+at /))
})

test('does not blame the input for unreadable data inside a handler', async () => {
  silent()
  const { client } = link(handlersWith({ 'servers.list': () => Promise.resolve().then(() => z.array(z.never()).parse([1]) as never) }))
  await expect(client.call('servers.list')).rejects.toMatchObject({ code: 'internal' })
})

test('refuses a call when too many are unanswered, and takes calls again afterwards', async () => {
  const gate = Promise.withResolvers<void>()
  const { client } = link(handlersWith({ 'app.info': () => gate.promise.then(() => appInfo) }))
  const calls = Array.from({ length: maxPendingCalls }, () => client.call('app.info'))
  await expect(client.call('app.info')).rejects.toMatchObject({ code: 'not-allowed' })
  gate.resolve()
  await Promise.all(calls)
  expect(await client.call('app.info')).toEqual(appInfo)
})

test('does not send a message that main would not take', async () => {
  const { client, refused } = link(handlersWith({}))
  // Three bytes a character: long enough in bytes, though not in characters.
  const name = '€'.repeat(maxMessageBytes / 3 + 1)
  await expect(client.call('servers.rename', { serverId: 'abcdefgh', name })).rejects.toMatchObject({ code: 'input-invalid' })
  expect(refused).toEqual([])
})

test.each([
  ['too long', `"${'x'.repeat(maxMessageBytes)}"`, 'A message is too long.'],
  ['not JSON', '{', 'A message is not JSON.'],
  ['of an unknown kind', '{"kind":"eval","id":1}', 'A message is not one of the protocol.'],
  ['without an id', '{"kind":"call","name":"app.info"}', 'A message is not one of the protocol.'],
  ['with a strange id', '{"kind":"call","id":"1","name":"app.info"}', 'A message is not one of the protocol.'],
])('refuses a message that is %s', (_what, text, reason) => {
  const { peer, refused, sent } = link(handlersWith({}))
  peer.receive(text)
  expect(refused).toEqual([reason])
  expect(sent).toEqual([])
})

test('takes nothing more after a message that breaks the protocol, and ends what was open', async () => {
  const info = vi.fn(() => Promise.resolve(appInfo))
  const signals: AbortSignal[] = []
  const { peer, sent } = link(handlersWith({ 'app.info': info, 'server.live': (_input, { signal }) => { signals.push(signal); return new Promise(() => {}) } }))
  peer.receive(JSON.stringify({ kind: 'open', id: 1, name: 'server.live', input: { serverId: 'abcdefgh' } }))
  peer.receive('{"kind":"eval"}')
  peer.receive('{"kind":"call","id":2,"name":"app.info"}')
  await new Promise(setImmediate)
  expect(signals[0]?.aborted).toBe(true)
  expect(info).not.toHaveBeenCalled()
  expect(sent).toEqual([])
})

test('rejects pending calls when the line is lost, and new ones until it is back', async () => {
  const { client, setLine } = link(handlersWith({ 'app.info': () => new Promise(() => {}), 'settings.get': () => Promise.resolve({ colorScheme: 'dark' }) }))
  const pending = client.call('app.info')
  setLine('reconnecting')
  await expect(pending).rejects.toMatchObject({ code: 'connection-lost' })
  await expect(client.call('settings.get')).rejects.toMatchObject({ code: 'connection-lost' })
  setLine('signed-out')
  await expect(client.call('settings.get')).rejects.toMatchObject({ code: 'connection-lost', hint: expect.stringContaining('new address') as string })
  setLine('connected')
  expect(await client.call('settings.get')).toEqual({ colorScheme: 'dark' })
})

test('sends nothing to a window that is gone', async () => {
  const gate = Promise.withResolvers<void>()
  const { client, peer, sent } = link(handlersWith({ 'app.info': () => gate.promise.then(() => appInfo) }))
  void client.call('app.info')
  await new Promise(setImmediate)
  peer.close()
  gate.resolve()
  await new Promise(setImmediate)
  expect(sent).toEqual([])
})
