import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, test, vi } from 'vitest'
import { onContainerEvents, parseContainerEvent } from '../../src/main/docker/container-events.ts'
import type { SocketSession } from '../../src/main/ssh/session.ts'

/** As Docker 26.1 sends it, shortened. */
const event = (Action: string, more: object = {}) => JSON.stringify({ Type: 'container', Action, Actor: { ID: '0ab1', Attributes: { image: 'nginx', name: 'homeport-a.example', homeport: '1', ...more } }, scope: 'local', time: 1_790_000_000, timeNano: 1_790_000_000_123_456_000 })

test.each([
  ['start', { kind: 'started' }], ['destroy', { kind: 'removed' }], ['oom', { kind: 'out-of-memory' }],
  ['health_status: healthy', { kind: 'healthy' }], ['health_status: unhealthy', { kind: 'unhealthy' }],
])('%s is named', (action, named) => {
  expect(parseContainerEvent(event(action))).toEqual({ ...named, container: 'homeport-a.example', at: 1_790_000_000_123 })
})

test('an end carries its exit code', () => {
  expect(parseContainerEvent(event('die', { exitCode: '137' }))).toMatchObject({ kind: 'ended', exitCode: 137 })
})

test('what says nothing new is left out', () => {
  expect(parseContainerEvent(event('health_status: starting'))).toBeNull()
  expect(parseContainerEvent(event('exec_create: sh'))).toBeNull()
})

test.each(['{"message":"server error"}', 'not JSON', '[]', 'null', '{"Action":"start","timeNano":"soon","Actor":{"Attributes":{}}}', event('start').slice(0, -1)])('%s is no event', (line) => {
  expect(parseContainerEvent(line)).toBeNull()
})

test('a broken and an endless line are passed over, and what follows is told', async () => {
  const engine = createServer((_request, response) => {
    const endless = event('start', { name: 'endless', padding: 'x'.repeat(300_000) })
    response.write(['{"message":"x"}', 'not JSON', endless, event('start'), ''].join('\n'))
  })
  await new Promise<void>((resolve) => { engine.listen(0, '127.0.0.1', resolve) })
  const unused = () => { throw new Error('not used here') }
  const session: SocketSession = {
    sudo: 'root', exchanges: 1, host: '127.0.0.1', run: unused, open: unused, openDuplex: unused, onClosed: () => () => {}, close: () => {},
    openSocket: async () => connect((engine.address() as AddressInfo).port, '127.0.0.1'),
  }
  const onEvent = vi.fn()
  const onEnd = vi.fn()
  const stop = await onContainerEvents(session, onEvent, onEnd)
  await vi.waitFor(() => expect(onEvent).toHaveBeenCalledExactlyOnceWith({ kind: 'started', container: 'homeport-a.example', at: 1_790_000_000_123 }))
  expect(onEnd).not.toHaveBeenCalled()
  stop()
  engine.closeAllConnections()
  await new Promise((resolve) => engine.close(resolve))
})
