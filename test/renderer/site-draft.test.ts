import { expect, test } from 'vitest'
import { draftOf, newSiteValues, SiteFormSchema, valuesOfSite } from '../../src/renderer/components/site-draft.ts'
import { type Site, SiteDraft } from '../../src/shared/spec.ts'

const commit = '3f9c2a71d5b84e60a1c7f2e9d80b4c6a5e1f7d32'
const site: Site = { id: 'example.org', slot: 1, domain: 'example.org', www: true, paused: false, source: { kind: 'git', url: 'https://codeberg.org/a/b.git', branch: 'main', intervalMinutes: 10, pinned: commit } }
const problems = (values: object) => SiteFormSchema.safeParse({ ...newSiteValues, domain: 'example.org', ...values }).error?.issues.map((issue) => issue.path.join('.')) ?? []

test('only the chosen source has to be right', () => {
  expect(problems({ source: 'git', url: 'https://codeberg.org/a/b.git' })).toEqual([])
  expect(problems({ source: 'upload', release: 'u20261120143000-a1b2c3d4', url: 'nonsense' })).toEqual([])
  expect(problems({ source: 'upload' })).toEqual(['release'])
  expect(problems({ source: 'git', url: 'git@host:a', branch: '-x', intervalMinutes: undefined })).toEqual(['url', 'branch', 'intervalMinutes'])
})

test('the draft has the domain in ASCII', () => {
  const values = SiteFormSchema.parse({ ...newSiteValues, domain: 'Bücher.example.org', source: 'git', url: 'https://codeberg.org/a/b.git' })
  expect(values.domain).toBe('xn--bcher-kva.example.org')
})

test('a pinned version stays pinned as long as repository and branch stay', () => {
  const values = valuesOfSite(site)
  expect(draftOf(values, site).source).toMatchObject({ pinned: commit })
  expect(draftOf({ ...values, branch: 'next' }, site).source).not.toHaveProperty('pinned')
  expect(draftOf(values).source).not.toHaveProperty('pinned')
})

test('the form of a site gives back the site unchanged', () => {
  expect(SiteDraft.parse(draftOf(valuesOfSite(site), site))).toEqual({ domain: site.domain, www: site.www, source: site.source })
})
