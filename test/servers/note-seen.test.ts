import { expect, test, vi } from 'vitest'
import { createServers } from '../../src/main/servers/servers.ts'
import { openKnownServers } from '../../src/main/store/known-servers.ts'
import { openSecretStore } from '../../src/main/store/secrets.ts'

const server = { id: 'aaaaaaaa', name: 'a', target: { host: 'a.example', port: 22, user: 'root', auth: { kind: 'agent' } }, hostKeys: [], sudo: 'root', isThrowaway: false, lastSeen: null }

test('writes what a server is when that changed, and the time alone once a minute', () => {
  const content: Record<string, unknown> = { servers: [server] }
  const set = vi.fn((key: string, value: unknown) => { content[key] = value })
  const file = { path: '/nowhere/config.json', get: (key: string) => content[key], set }
  const servers = createServers({ store: openKnownServers(file, (problem) => { throw new Error(problem) }), secrets: openSecretStore(file, null) })
  const seen = { at: 1_000_000, os: 'Debian', sites: 2, isSetUp: true }
  const writes = (more: Partial<typeof seen>): number => {
    set.mockClear()
    servers.noteSeen(server.id, { ...seen, ...more })
    return set.mock.calls.length
  }
  expect(writes({})).toBe(1)
  expect([writes({ at: seen.at + 400 }), writes({ at: seen.at + 60_000 })]).toEqual([0, 0])
  expect([writes({ at: seen.at + 500, sites: 3 }), writes({ sites: 3, os: 'Debian 13' }), writes({ isSetUp: false })]).toEqual([1, 1, 1])
  expect(writes({ isSetUp: false, at: seen.at + 60_001 })).toBe(1)
  expect(servers.get(server.id).lastSeen).toEqual({ ...seen, isSetUp: false, at: seen.at + 60_001 })
  expect(writes({ isSetUp: false, at: 5 }), 'after a clock was set back').toBe(1)
})
