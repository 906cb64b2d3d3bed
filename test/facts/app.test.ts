import { expect, it } from 'vitest'
import { parseApps, parseDeployState, parseVersions } from '../../src/main/facts/app.ts'
import { fileOf } from '../plan/facts-builder.ts'

const site = 'app.example.test'
const commit = 'a'.repeat(40)
const image = `i${'b'.repeat(64)}`
const files = (more: Record<string, string>): Map<string, ReturnType<typeof fileOf>> => new Map(Object.entries(more).map(([path, content]) => [path, fileOf(content)]))
const state = (name: string): string => `/var/lib/homeport/apps/${site}/${name}`

it('reads which container of a site is live, its version and what it was made from', () => {
  const apps = parseApps(files({ '/var/lib/homeport/live/live.map': `${site} green\nother.test blue\n`, [state('green.env')]: `IMAGE=homeport/${site}:${commit}\nVERSION=${commit}\n`, [state('source')]: '0123456789abcdef\n' }))
  expect([...apps]).toEqual([[site, { colour: 'green', version: commit, source: '0123456789abcdef', folders: null, stopsFirst: false }], ['other.test', { colour: 'blue', version: null, source: null, folders: null, stopsFirst: false }]])
})

it('takes nothing for live that is not said as it should be', () => {
  const strange = [`${site} red`, `${site}`, `${site} green extra`, '../etc green', ' green', `${site}\tgreen`, 'green', '<script> blue']
  expect([...parseApps(files({ '/var/lib/homeport/live/live.map': strange.join('\n') }))]).toEqual([])
  const apps = parseApps(files({ '/var/lib/homeport/live/live.map': `${site} blue`, [state('blue.env')]: 'VERSION=../../etc\n', [state('source')]: '$(id)\n' }))
  expect(apps.get(site)).toEqual({ colour: 'blue', version: null, source: null, folders: null, stopsFirst: false })
})

it('reads in what folders an image keeps data, and whether two of its programs may run at once', () => {
  const kept = ['', 'db-b084f6 /var/lib/db', 'a-b-f5701c /a b,c', 'data-000000 data', '../x-000000 /x', 'UPPER /y', 'nothing', '<b> /z'].join('\n')
  const apps = parseApps(files({ '/var/lib/homeport/live/live.map': `${site} blue`, [state('blue.env')]: 'HANDOVER=stop-first\n', [state('blue.kept')]: kept, [state('green.kept')]: 'x-000000 /x' }))
  expect(apps.get(site)).toMatchObject({ stopsFirst: true, folders: [{ name: 'db-b084f6', path: '/var/lib/db' }, { name: 'a-b-f5701c', path: '/a b,c' }] })
})

it('lists versions whose images are there, newest first, with what people call them', () => {
  const lines = [`${commit} 1700000000 Fix <b>it</b> = "now"`, `${image} 1800000000 ghost:6`, `${'c'.repeat(40)} 1900000000 gone`, 'latest 1 x', `${commit.slice(1)} 5 short`, `${'d'.repeat(40)} never x`, '']
  const versions = parseVersions(site, files({ [state('versions')]: lines.join('\n') }), (reference) => !reference.includes('c'.repeat(40)), image)
  expect(versions).toEqual([
    { id: image, publishedAt: 1.8e12, current: true, label: 'ghost:6' },
    { id: commit, publishedAt: 1.7e12, current: false, label: 'Fix <b>it</b> = "now"' },
  ])
})

it('reads how the last deployment came out, whatever a build said', () => {
  const text = `at=1700000000\nok=0\nversion=${commit}\nstage=build\nerror=It said: a=b ${'x'.repeat(2000)}\nseconds=12\n`
  expect(parseDeployState(site, files({ [state('deploy.state')]: text }))).toEqual({ at: 1.7e12, ok: false, version: commit, stage: 'build', error: expect.stringMatching(/^It said: a=b x{487}$/) as string, seconds: 12 })
  expect(parseDeployState(site, files({ [state('deploy.state')]: 'at=1700000000\nok=1\nversion=; rm\nstage=party\nerror=\nseconds=-4\n' }))).toEqual({ at: 1.7e12, ok: true, version: null, stage: null, error: null, seconds: null })
  expect(parseDeployState(site, files({ [state('deploy.state')]: 'at=soon\n' }))).toBeNull()
  expect(parseDeployState(site, files({}))).toBeNull()
})
