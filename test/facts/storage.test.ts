import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseStorage } from '../../src/main/facts/storage.ts'
import { Storage } from '../../src/shared/storage.ts'
import { allNaughtyStrings } from '../shared/naughty-strings.ts'

const disk = 'disk 40000000000 21000000000 2000000 1900000'
const commit = 'c'.repeat(40)

it('reads what each site takes, and which version is served', () => {
  const { sites, archives, keptMail, docker, ...rest } = parseStorage([
    disk, `folder 100 a.example.org/.homeport/trash`, 'folder 4096 a.example.org/data/.homeport/trash', 'folder 70000 a.example.org/data', `folder 300 a.example.org/releases/${commit}`, 'folder 200 a.example.org/releases/u20261122090000-00000001', 'folder 8192 a.example.org',
    'folder 1000000 b.example.org', 'current a.example.org/current releases/u20261122090000-00000001', 'archive 12345 c-d.example.org-20260914T101500Z.tar.gz', 'archive 1 c-d.example.org-20260915T101500Z.tar.gz',
    'kept-mail 700 20260801T090000Z', 'kept-mail 900 20261003T081200Z', 'kept-mail 1 20261003T081200Z.part',
    'uploads 5', 'repositories 6', 'runs 9', 'journal 7', 'build-cache 8', 'docker Images|2.9GB|700MB (24%)', 'docker Build Cache|1.4kB|0B', 'docker Local Volumes|0B|0B', `image 900 homeport/b.example.org:${commit}`, '',
  ].join('\n'))
  expect(rest).toEqual({ disk: { totalBytes: 40e9, freeBytes: 21e9, freeFiles: 1_900_000 }, isComplete: true, uploadsBytes: 5, repositoriesBytes: 6, runsBytes: 9, journalBytes: 7, buildCacheBytes: 8 })
  expect(sites).toEqual([
    { siteId: 'b.example.org', versions: [], images: [{ id: commit, bytes: 900 }], dataBytes: 0, trashBytes: 0, otherBytes: 1_000_000 },
    { siteId: 'a.example.org', versions: [{ id: commit, bytes: 300, isServed: false }, { id: 'u20261122090000-00000001', bytes: 200, isServed: true }], images: [], dataBytes: 70000, trashBytes: 4196, otherBytes: 8192 },
  ])
  expect(archives).toEqual([
    { name: 'c-d.example.org-20260915T101500Z.tar.gz', siteId: 'c-d.example.org', at: Date.UTC(2026, 8, 15, 10, 15), bytes: 1 }, { name: 'c-d.example.org-20260914T101500Z.tar.gz', siteId: 'c-d.example.org', at: Date.UTC(2026, 8, 14, 10, 15), bytes: 12345 },
  ])
  expect(keptMail).toEqual([{ name: '20261003T081200Z', at: Date.UTC(2026, 9, 3, 8, 12), bytes: 900 }, { name: '20260801T090000Z', at: Date.UTC(2026, 7, 1, 9), bytes: 700 }])
  expect(docker).toEqual([{ kind: 'Images', bytes: 2.9e9, unusedBytes: 7e8 }, { kind: 'Build Cache', bytes: 1400, unusedBytes: 0 }, { kind: 'Local Volumes', bytes: 0, unusedBytes: 0 }])
})

it('says when not all was counted, and where a disk takes any number of files', () => {
  expect(parseStorage('disk 1 1 0 0\ncut\n')).toMatchObject({ isComplete: false, disk: { freeFiles: null } })
})

it('needs the size of the disk', () => {
  for (const text of ['', 'folder 1 a.example.org', 'disk x 1 1 1', 'disk 1 1 1']) expect(() => parseStorage(text)).toThrow(expect.objectContaining({ code: 'unreadable-answer' }))
})

it('gives nothing but what the contract allows, whatever the server says', () => {
  const words = ['folder', 'current', 'archive', 'kept-mail', 'runs', 'image', 'docker', 'uploads', 'journal', 'cut']
  const line = fc.tuple(fc.constantFrom(...words), fc.oneof(fc.nat().map(String), fc.string()), fc.oneof(fc.constantFrom(...allNaughtyStrings), fc.string(), fc.constant('../../etc'), fc.constant('a.example.org/releases/../x'), fc.constant('.archive'))).map((parts) => parts.join(' '))
  fc.assert(fc.property(fc.array(line), (lines) => {
    const storage = parseStorage([disk, ...lines].join('\n'))
    expect(Storage.parse(storage)).toEqual(storage)
    for (const { siteId } of storage.sites) expect(siteId).toMatch(/^[a-z0-9.-]+$/)
  }))
})
