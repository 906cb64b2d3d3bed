import { HomeportError } from '../../../src/shared/errors.ts'
import type { Site } from '../../../src/shared/spec.ts'
import type { Storage } from '../../../src/shared/storage.ts'

const gb = 1e9

/** The disk of a server with these sites. Scenarios: full-disk, storage-broken. */
export function fakeStorage(scenario: string, sites: readonly Site[]): Storage {
  if (scenario === 'storage-broken') throw new HomeportError('command-failed', 'The server could not count what is on its disk.', { hint: 'Try again.' })
  const hasNone = sites.length === 0
  return {
    disk: { totalBytes: 40 * gb, freeBytes: scenario === 'full-disk' ? 0.2 * gb : 21.4 * gb, freeFiles: 1_900_000 }, isComplete: scenario !== 'full-disk',
    sites: [
      ...sites.map((site, index) => ({
        siteId: site.id, dataBytes: index % 2 === 1 ? 3.2 * gb : 0, trashBytes: index === 0 ? 0.31 * gb : 0, otherBytes: 4096,
        versions: index % 2 === 0 ? [0, 1, 2].map((n) => ({ id: `u2026112${n}090000-0000000${n}`, bytes: 0.42 * gb / (index + 1), isServed: n === 2 })) : [],
        images: index % 2 === 1 ? [1, 2].map((n) => ({ id: `${n}`.repeat(40), bytes: 0.6 * gb })) : [],
      })),
      ...(hasNone ? [] : [{ siteId: 'gone.example.org', versions: [{ id: 'u20260801090000-00000001', bytes: 0.2 * gb, isServed: true }], images: [], dataBytes: 0, trashBytes: 0, otherBytes: 4096 }]),
    ],
    archives: hasNone ? [] : [{ name: 'shop.example.org-20260914T101500Z.tar.gz', siteId: 'shop.example.org', at: Date.UTC(2026, 8, 14, 10, 15), bytes: 1.7 * gb }, { name: 'gone.example.org-20260801T090000Z.tar.gz', siteId: 'gone.example.org', at: Date.UTC(2026, 7, 1, 9), bytes: 0.12 * gb }],
    keptMail: hasNone ? [] : [{ name: '20261003T081200Z', at: Date.UTC(2026, 9, 3, 8, 12), bytes: 0.04 * gb }],
    uploadsBytes: hasNone ? 0 : 0.3 * gb, repositoriesBytes: 0.05 * gb, runsBytes: hasNone ? 0.2e6 : 0.012 * gb, journalBytes: 0.5 * gb, buildCacheBytes: hasNone ? 0 : 1.4 * gb,
    docker: [{ kind: 'Images', bytes: 2.9 * gb, unusedBytes: 0.7 * gb }, { kind: 'Containers', bytes: 2e6, unusedBytes: 0 }, { kind: 'Local Volumes', bytes: 0.9 * gb, unusedBytes: 0 }, { kind: 'Build Cache', bytes: 0, unusedBytes: 0 }],
  }
}
