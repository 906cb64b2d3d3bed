import { expect, test } from 'vitest'
import { parseContainerEvent } from '../../src/main/docker/container-events.ts'

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
