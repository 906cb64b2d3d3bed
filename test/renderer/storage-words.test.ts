import { expect, it } from 'vitest'
import { earlierVersions, leftovers, serverFreeings, siteParts } from '../../src/renderer/components/storage-words.ts'
import type { SiteStorage } from '../../src/shared/storage.ts'
import { fakeStorage } from './fake/storage.ts'
import { statusOf } from './fake/statuses.ts'

const site: SiteStorage = { siteId: 'a.org', versions: [], images: [], dataBytes: 0, trashBytes: 0, otherBytes: 4096 }
const version = (id: string, isServed: boolean) => ({ id, bytes: 1e6, isServed })

it('says what there is of a site', () => {
  expect(siteParts(site)).toBe('nothing yet')
  expect(siteParts({ ...site, versions: [version('a', true), version('b', false)], images: [{ id: 'i', bytes: 5e8 }], dataBytes: 3e9, trashBytes: 2e6 })).toBe('2 versions 2 MB, 1 image up to 500 MB, data 3 GB, trash 2 MB')
})

it('offers to delete earlier versions where there are some, and never the only ones', () => {
  expect(earlierVersions(site)).toBeNull()
  expect(earlierVersions({ ...site, versions: [version('a', true)] })).toBeNull()
  expect(earlierVersions({ ...site, versions: [version('a', false)] }), 'nothing is served').toBeNull()
  expect(earlierVersions({ ...site, images: [{ id: 'i', bytes: 5e8 }] })).toBeNull()
  expect(earlierVersions({ ...site, versions: [version('a', true), version('b', false)] })).toMatchObject({ bytes: 1e6, action: { kind: 'free-space', what: 'versions', siteId: 'a.org' } })
  expect(earlierVersions({ ...site, images: [{ id: 'i', bytes: 5e8 }, { id: 'j', bytes: 4e8 }] })).toMatchObject({ bytes: 4e8 })
})

it('tells folders without a site, and offers what takes something', () => {
  const sites = statusOf('full').sites.map((one) => one.site)
  const storage = fakeStorage('full', sites)
  expect(leftovers(storage, sites).map(({ siteId }) => siteId)).toEqual(['gone.example.org'])
  expect(serverFreeings(storage, sites).map(({ action }) => action)).toEqual(['uploads', 'build-cache', 'journal', 'runs'].map((what) => ({ kind: 'free-space', what })))
  expect(serverFreeings({ ...storage, journalBytes: 100e6, uploadsBytes: 0, buildCacheBytes: 0, runsBytes: 900_000 }, [])).toMatchObject([{ action: { what: 'images' } }])
})
