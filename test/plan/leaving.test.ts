import { describe, expect, it } from 'vitest'
import { changeScript } from '../../src/main/compile/change-script.ts'
import { compilePlan } from '../../src/main/compile/run.ts'
import { parseArchives } from '../../src/main/facts/archives.ts'
import type { Facts, SiteFact } from '../../src/main/facts/facts.ts'
import { makePlan } from '../../src/main/plan/plan.ts'
import type { DataChoice, PlannedChange } from '../../src/main/plan/planned-change.ts'
import { parseUses } from '../../src/main/plan/secret.ts'
import type { Resource } from '../../src/main/render/resource.ts'
import { renderSecrets } from '../../src/main/render/secrets.ts'
import { emptySpec, ServerSpec } from '../../src/shared/spec.ts'
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

describe('a secret value of a program', () => {
  const secret = `s${'1'.repeat(32)}`
  const programs = ServerSpec.parse({
    ...emptySpec, revision: 1, sites: ['a.org', 'copy.org'].map((id, index) => ({ id, domain: id, www: false, slot: index + 1, paused: false, certificate: { kind: 'automatic' }, hsts: false, source: { kind: 'image', image: 'ghost:6', app: { port: 2368, environment: [{ name: 'APP_KEY', secret }] } } })),
  })
  const gone = (wanted: readonly string[], data: DataChoice, before: string | undefined, more: Partial<Facts> = {}): PlannedChange | undefined => {
    const facts = factsOf({
      owned: { version: 1, resources: { [`secret/${secret}`]: before === undefined ? {} : { before }, 'site-data/a.org': {}, 'site-data/copy.org': {} } },
      secrets: new Set([secret]), sites: new Map([['a.org', folder], ['copy.org', folder]]), ...more,
    })
    const desired = [{ kind: 'file', name: '/etc/x', group: 'homeport', content: '', mode: 0o644 } as const, ...wanted.map((id): Resource => (id.startsWith('app/')
      ? { kind: 'app', name: id.slice(4), group: 'homeport', hash: 'h', source: 's', version: null, isRunning: true, volumes: [], scratch: [] }
      : { kind: 'site-data', name: id, group: 'homeport' }))]
    return makePlan({ desired: data === 'keep' ? [] : desired, facts, certificates: new Map(), dataOf: () => data }).changes.find(({ id }) => id === `secret/${secret}`)
  }
  const scriptOf = (change: PlannedChange | undefined): string => (change === undefined ? 'there is none' : changeScript(change, factsOf()).script)
  const goes = `rm -f /var/lib/homeport/secrets/${secret}.key`

  it('is noted with the programs that have it, also those that are a copy', () => {
    expect(renderSecrets(programs)).toMatchObject([{ name: secret, of: [{ site: 'a.org', variable: 'APP_KEY' }, { site: 'copy.org', variable: 'APP_KEY' }] }])
    const [resource] = renderSecrets(programs)
    if (resource === undefined) throw new Error('There is one.')
    // What was noted before is not what counts.
    const facts = factsOf({ owned: { version: 1, resources: { [`secret/${secret}`]: { before: 'old.org KEY' } } }, secrets: new Set([secret]) })
    expect(makePlan({ desired: [resource], facts, certificates: new Map(), dataOf: () => 'archive' }).owned.resources).toEqual({ [`secret/${secret}`]: { before: 'a.org APP_KEY\ncopy.org APP_KEY' } })
  })
  it('stays where the data does: beside the archive, or with the files', () => {
    const removed = gone(['copy.org'], 'archive', 'a.org APP_KEY')
    expect(removed).toMatchObject({ verdict: 'delete', reason: expect.stringContaining('APP_KEY of a.org): it is put beside the archive') as string })
    expect(scriptOf(removed)).toBe(`keep_secret ${secret} a.org APP_KEY\n${goes}`)
    const left = gone([], 'keep', 'a.org APP_KEY\ncopy.org APP_KEY')
    expect(left?.reason).toContain('/srv/homeport/.secrets')
    expect(scriptOf(left)).toBe(`keep_secret ${secret} a.org APP_KEY\nkeep_secret ${secret} copy.org APP_KEY\n${goes}`)
  })
  it('is found in the spec where it was not noted yet', () => {
    expect(scriptOf(gone([], 'keep', undefined, { spec: programs }))).toContain(`keep_secret ${secret} copy.org APP_KEY`)
  })
  it('goes with deleted data, with data that is gone already, and from a site that stays', () => {
    const values = [gone([], 'delete', 'a.org APP_KEY'), gone([], 'archive', 'a.org APP_KEY', { sites: new Map() }), gone(['a.org', 'app/a.org'], 'archive', 'a.org APP_KEY')]
    for (const change of values) {
      expect(change).toMatchObject({ verdict: 'delete', reason: 'Nothing uses it any more.' })
      expect(scriptOf(change)).toBe(goes)
    }
  })
  it('stays where a site becomes something else than a program, whose data stays', () => {
    const change = gone(['a.org'], 'archive', 'a.org APP_KEY')
    expect(change?.reason).toContain('it is put into /srv/homeport/.secrets')
    expect(scriptOf(change)).toBe(`keep_secret ${secret} a.org APP_KEY\n${goes}`)
  })
  it('is put under no name that is none of Homeport’s', () => {
    for (const before of ['../../etc APP_KEY', 'a.org ../x', 'a.org A B', 'a.org', '']) expect(parseUses(before)).toEqual([])
  })
  it('asks for no room as the files of a site do', () => {
    const change = gone(['copy.org'], 'archive', 'a.org APP_KEY')
    if (change === undefined) throw new Error('There is one.')
    expect(compilePlan('T', { changes: [change], owned: ownedOf() }, factsOf()).steps.map(({ script }) => script).join('\n')).not.toContain('room_for')
  })
})
