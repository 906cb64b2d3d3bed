import { expect, it } from 'vitest'
import { parseSites } from '../../src/main/facts/sites.ts'

it('knows a folder of data that is closed to the web server for files', () => {
  const sites = parseSites(['p 0 a.org homeport', 's 0 a.org homeport', 'o 0 b.org homeport', 's 0 b.org homeport'], new Map())
  expect([sites.get('a.org'), sites.get('b.org')]).toMatchObject([{ hasData: true, isReady: true, isPrivate: true }, { hasData: true, isReady: true }])
  expect(sites.get('b.org')?.isPrivate).toBeUndefined()
})
