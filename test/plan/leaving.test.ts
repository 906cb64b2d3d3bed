import { describe, expect, it } from 'vitest'
import { changeScript } from '../../src/main/compile/change-script.ts'
import { parseArchives } from '../../src/main/facts/archives.ts'
import type { Facts, SiteFact } from '../../src/main/facts/facts.ts'
import { makePlan } from '../../src/main/plan/plan.ts'
import type { DataChoice, PlannedChange } from '../../src/main/plan/planned-change.ts'
import { factsOf, ownedOf } from './facts-builder.ts'

const folder: SiteFact = { releases: [], pull: null, deploy: null, hasData: true, isReady: true }

/** The last change of an uninstall on a server with one site. */
function lastOf(data: DataChoice, more: Partial<Facts>): PlannedChange {
  const facts = factsOf({ owned: ownedOf('site-data/a.org'), ...more })
  const last = makePlan({ desired: [], facts, certificates: new Map(), dataOf: () => data }).changes.at(-1)
  if (last?.id !== 'record/owned') throw new Error('The list of what Homeport owns goes last.')
  return last
}

describe('archives of sites that were removed earlier', () => {
  const archives = { count: 2, bytes: 3_400_000 }
  it('go when Homeport leaves with all data, with a caution that says how much that is', () => {
    expect(lastOf('delete', { archives }).caution).toMatch(/^The archives of sites that were removed earlier are deleted for ever, too: 2 archives with 3 MB in /)
    expect(lastOf('delete', { archives: { count: 1, bytes: 4e9 } }).caution).toContain('1 archive with 4.0 GB')
    expect(lastOf('delete', { archives: { count: null, bytes: null } }).caution).toContain('could not be counted')
    expect(lastOf('delete', {})).not.toHaveProperty('caution')
  })
  it('stay, without a caution, when it leaves and data is kept', () => {
    const last = lastOf('keep', { archives })
    expect(last).not.toHaveProperty('caution')
    expect(changeScript(last, factsOf()).script).not.toMatch(/remove_kept_data|\.archive/)
  })
  it.each([
    ['2 3400000', 0, archives], ['0 0', 0, null], ['', 0, null], ['', 1, { count: null, bytes: null }], ['2 34', 1, { count: null, bytes: null }], ['-1 x', 0, { count: null, bytes: null }],
  ])('are read from %j with exit code %i', (text, exitCode, expected) => expect(parseArchives({ exitCode, content: Buffer.from(text) })).toEqual(expected))
})

describe('a folder that is no site', () => {
  it('stays when Homeport leaves with all data, and the plan names it', () => {
    const last = lastOf('delete', { sites: new Map([['a.org', folder], ['mine', folder], ['b.org', folder], ['gone.org', { ...folder, hasData: false }]]) })
    expect(last.reason).toMatch(/stays in \/srv\/homeport: b\.org, mine\.$/)
    expect(changeScript(last, factsOf()).script).not.toMatch(/rm [^\n]*\/srv\/homeport/)
  })
  it('is named among the first ten of many', () => {
    const sites = new Map(Array.from({ length: 12 }, (_, index) => [`s${index + 10}`, folder] as const))
    expect(lastOf('delete', { sites }).reason).toMatch(/: s10, .*s19 and 2 more\.$/)
  })
})
