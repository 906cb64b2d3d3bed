import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Conf from 'conf'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { KnownServer } from '../../src/shared/connection.ts'
import { openKnownServers } from '../../src/main/store/known-servers.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'homeport-store-')) })
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const server = (id: string, name = id): KnownServer => ({
  id, name, target: { host: 'a.example', port: 22, user: 'root', auth: { kind: 'agent' } }, hostKeys: [], sudo: 'root', isThrowaway: false, lastSeen: null,
})
const conf = () => new Conf<Record<string, unknown>>({ cwd: folder, configFileMode: 0o600 })

test('keeps servers over a restart, replaces one with the same id, and removes one', () => {
  const store = openKnownServers(conf(), (problem) => { throw new Error(problem) })
  expect(store.list()).toEqual([])
  store.put(server('aaaaaaaa'))
  store.put(server('bbbbbbbb'))
  store.put(server('aaaaaaaa', 'Home'))
  const later = openKnownServers(conf(), (problem) => { throw new Error(problem) })
  expect(later.list().map(({ id, name }) => [id, name])).toEqual([['aaaaaaaa', 'Home'], ['bbbbbbbb', 'bbbbbbbb']])
  later.remove('aaaaaaaa')
  expect(later.list().map(({ id }) => id)).toEqual(['bbbbbbbb'])
  expect(() => later.get('aaaaaaaa')).toThrow(expect.objectContaining({ code: 'server-unknown' }))
  expect(statSync(conf().path).mode & 0o777).toBe(0o600)
})

test('an entry that cannot be read is told once, stays in the file, and the file is copied before it is changed', () => {
  const broken = { ...server('cccccccc'), target: { host: '', port: 0 } }
  const text = JSON.stringify({ servers: [broken, server('aaaaaaaa'), 'what is this'] })
  writeFileSync(conf().path, text)
  const problems: string[] = []
  const store = openKnownServers(conf(), (problem) => problems.push(problem))
  expect(store.list().map(({ id }) => id)).toEqual(['aaaaaaaa'])
  store.list()
  expect(problems.length).toBe(2)
  expect(problems[0]).toContain('copy')
  store.put(server('dddddddd'))
  expect(JSON.parse(readFileSync(conf().path, 'utf8'))).toMatchObject({ servers: [{ id: 'aaaaaaaa' }, { id: 'dddddddd' }, broken, 'what is this'] })
  expect(readFileSync(`${conf().path}.before-repair`, 'utf8')).toBe(text)
})

test('a list that is no list counts as one broken entry', () => {
  writeFileSync(conf().path, JSON.stringify({ servers: { a: 1 } }))
  const problems: string[] = []
  const store = openKnownServers(conf(), (problem) => problems.push(problem))
  store.put(server('aaaaaaaa'))
  expect(problems.length).toBe(1)
  expect(existsSync(`${conf().path}.before-repair`)).toBe(true)
  expect(store.list().map(({ id }) => id)).toEqual(['aaaaaaaa'])
})
