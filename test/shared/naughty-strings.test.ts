import { describe, expect, it } from 'vitest'
import { Domain } from '../../src/shared/domain.ts'
import { Branch, GitUrl } from '../../src/shared/git-source.ts'
import { LogSource } from '../../src/shared/log.ts'
import { ReleaseId, SiteId } from '../../src/shared/spec.ts'
import { RunId } from '../../src/shared/run.ts'
import { checkEntryPath } from '../../src/main/upload/entry-path.ts'
import { HomeportError } from '../../src/shared/errors.ts'
import { allNaughtyStrings, naughtyStrings } from './naughty-strings.ts'

/** What each accepted value looks like, spelled out here a second time on purpose. */
const harmless = {
  domain: /^(?=.{3,200}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])$/,
  gitUrl: /^(https?:\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?\/[A-Za-z0-9._~!$&()*+,;=:@%?/[\]-]+|ssh:\/\/[A-Za-z0-9_][A-Za-z0-9._-]*@([a-z0-9][a-z0-9.-]*|\[[0-9a-f:]+\])(:[0-9]{1,5})?(\/[A-Za-z0-9~._+@][A-Za-z0-9~._+@-]*)+\/?)$/,
  branch: /^(?!-)(?!.*\.\.)(?!.*@\{)[A-Za-z0-9._/+@#=-]{1,200}$/,
  release: /^([0-9a-f]{40}|u[0-9]{14}-[0-9a-f]{8})$/,
} as const

const schemas = [['Domain', Domain, harmless.domain], ['SiteId', SiteId, harmless.domain], ['GitUrl', GitUrl, harmless.gitUrl], ['Branch', Branch, harmless.branch], ['ReleaseId', ReleaseId, harmless.release]] as const

describe.each(schemas)('%s', (_name, schema, whitelist) => {
  it.each(Object.keys(naughtyStrings))('refuses %s, or gives them a harmless form', (group) => {
    for (const value of naughtyStrings[group] ?? []) {
      const parsed = schema.safeParse(value)
      if (parsed.success) expect(parsed.data, JSON.stringify(value)).toMatch(whitelist)
      else expect(parsed.error.issues[0]?.message, JSON.stringify(value)).toMatch(/^[A-Z].*[.)]$/)
    }
  })
})

it.each(allNaughtyStrings)('takes %j as the path of an upload only where it can lead nowhere else', (value) => {
  let path: string | null = null
  try {
    path = checkEntryPath(value)
  } catch (error) {
    expect(error).toBeInstanceOf(HomeportError)
    expect(error).toMatchObject({ code: 'upload-invalid' })
    return
  }
  expect(path).toBe(value)
  expect(path).not.toMatch(/^\/|\\|\p{Cc}/u)
  expect(path.split('/')).not.toEqual(expect.arrayContaining([expect.stringMatching(/^\.{0,2}$/)]))
  expect(new URL(path.split('/').map(encodeURIComponent).join('/'), 'file:///srv/site/').pathname).toMatch(/^\/srv\/site\/./)
})

it('takes none of them as the id of a run', () => {
  expect(allNaughtyStrings.filter((value) => RunId.safeParse(value).success)).toEqual([])
})

it('takes a unit or a site for the log only in letters that are no option, match or cursor of journalctl', () => {
  const units = allNaughtyStrings.filter((unit) => LogSource.safeParse({ kind: 'unit', unit }).success)
  expect(units.filter((unit) => !/^[A-Za-z0-9:_.@\\-]+$/.test(unit))).toEqual([])
  const sites = allNaughtyStrings.filter((siteId) => LogSource.safeParse({ kind: 'site', siteId }).success)
  expect(sites.filter((siteId) => !/^[a-z0-9.-]+$/.test(siteId))).toEqual([])
})
