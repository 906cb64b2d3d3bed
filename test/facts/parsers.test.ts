import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseListeners } from '../../src/main/facts/listeners.ts'
import { parsePackages } from '../../src/main/facts/packages.ts'
import { parseRuns } from '../../src/main/facts/runs.ts'
import type { Answer } from '../../src/main/facts/sections.ts'
import { parsePullState, parseSites } from '../../src/main/facts/sites.ts'
import { parseOsRelease, parseSystem } from '../../src/main/facts/system.ts'

function answer(sections: Readonly<Record<string, string>>, failed: readonly string[] = []): Answer {
  return { sections: new Map(Object.entries(sections).map(([name, content]) => [name, { exitCode: failed.includes(name) ? 1 : 0, content: Buffer.from(content) }])), archive: Buffer.alloc(0) }
}

it('reads listeners with and without a process, on both address families', () => {
  expect(parseListeners([
    'tcp   LISTEN 0      4096         0.0.0.0:80        0.0.0.0:*    users:(("haproxy",pid=12,fd=7),("haproxy",pid=11,fd=7))',
    'tcp   LISTEN 0      4096               *:443             *:*    users:(("odd \\"name",pid=3,fd=7))',
    'udp   UNCONN 0      0      [fe80::1]%eth0:546         [::]:*',
    'tcp   LISTEN 0      128             [::1]:25          [::]:*    users:(("exim4",pid=9,fd=5))',
    'nonsense',
  ])).toEqual([
    { protocol: 'tcp', address: '0.0.0.0', port: 80, process: 'haproxy' }, { protocol: 'tcp', address: '*', port: 443, process: 'odd \\"name' },
    { protocol: 'udp', address: '[fe80::1]%eth0', port: 546, process: '' }, { protocol: 'tcp', address: '::1', port: 25, process: 'exim4' },
  ])
})

const updates = [
  'stamp-1',
  'Inst bash [5.2.15-2+b8] (5.2.15-2+b13 Debian:12.15/oldstable [amd64])',
  'Inst libssl3 [3.0.19] (3.0.22 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64]) []',
  'Inst openssl [3.0.2] (3.0.3 Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security [amd64])',
  'Inst linux-image-6.1.0-50-amd64 (6.1.170-1 Debian-Security:12/oldstable-security [amd64])',
].join('\n')

it('counts updates of installed packages, and those for security by where they come from', () => {
  expect(parsePackages(answer({ updates, packages: '' }))).toMatchObject({ pendingUpdates: 3, pendingSecurityUpdates: 2, updatesStamp: 'stamp-1' })
})

it('takes the updates of before where the server says that nothing changed, and knows none without them', () => {
  const before = parsePackages(answer({ updates, packages: '' }))
  const unchanged = answer({ updates: 'stamp-1\nunchanged', packages: '' })
  expect(parsePackages(unchanged, before)).toMatchObject({ pendingUpdates: 3, pendingSecurityUpdates: 2, updatesStamp: 'stamp-1' })
  expect(parsePackages(unchanged)).toMatchObject({ pendingUpdates: null, updatesStamp: '' })
})

it('knows no updates where apt failed', () => {
  expect(parsePackages(answer({ updates: 'stamp-1\n', packages: '' }, ['updates']))).toMatchObject({ isThere: true, pendingUpdates: null, pendingSecurityUpdates: null })
})

it.each([['ii |a|1', false], ['rc |a|1', false], ['iF |a|1', true], ['iU |a|1', true], ['iHR|a|1', true], ['it |a|1', true], ['!|0001|', true]])('takes dpkg state "%s" as broken: %s', (line, expected) => {
  expect(parsePackages(answer({ packages: line })).isBroken).toBe(expected)
})

it('lists installed packages only, and says that apt is absent where the question failed', () => {
  const apt = parsePackages(answer({ packages: 'ii |git|1:2.47\nrc |nginx|1.26\nun |x|', 'package-locks': 'unattended-upgr\n' }))
  expect([[...apt.installed], apt.lockedBy]).toEqual([[['git', '1:2.47']], 'unattended-upgr'])
  expect(parsePackages(answer({ packages: '' }, ['packages'])).isThere).toBe(false)
})

const release = 'a'.repeat(40)
it('reads sites, versions and the one that is served, newest first', () => {
  const sites = parseSites([
    's 0 a.example.org homeport', 'o 0 a.example.org homeport', 's 0 b.example.org root', 'd 1.0 a.example.org ', `d 1000.5 a.example.org/releases/${release} `, 'd 2000.25 a.example.org/releases/u20260102030405-0123abcd ',
    `l 3000.0 a.example.org/current releases/${release}`,
  ], new Map())
  expect(sites.get('a.example.org')).toEqual({
    releases: [{ id: 'u20260102030405-0123abcd', publishedAt: 2_000_250, current: false }, { id: release, publishedAt: 1_000_500, current: true }], pull: null, deploy: null, hasData: true, isReady: true,
  })
  expect(sites.get('b.example.org')).toEqual({ releases: [], pull: null, deploy: null, hasData: false, isReady: false })
})

it.each([
  ['d 1 ../etc '], ['d 1 -rf.example.org '], ['d 1 A.example.org '], ['d x a.example.org '], ['d 1 a.example.org extra words'],
])('leaves out the odd line "%s"', (line) => expect(parseSites([line], new Map()).size).toBe(0))

it('marks no version as served where the link leads elsewhere', () => {
  const site = parseSites([`d 1 a.example.org/releases/${release} `, `l 1 a.example.org/current ../b.example.org/releases/${release}`], new Map()).get('a.example.org')
  expect(site?.releases).toEqual([{ id: release, publishedAt: 1000, current: false }])
})

it('reads the state of a pull with hostile texts as they are, and shortens them', () => {
  const state = parsePullState(`at=1790000000\nok=0\ncommit=$(reboot)\nsubject=a=b <script>\nauthor=\nerror=${'x'.repeat(900)}\ndetail=fatal: <b>\n`)
  expect(state).toEqual({ at: 1_790_000_000_000, ok: false, commit: null, subject: 'a=b <script>', author: null, error: 'x'.repeat(500), detail: 'fatal: <b>' })
})

it('knows no pull from an empty or torn file', () => expect([parsePullState(''), parsePullState('ok=1\n'), parsePullState('at=soon\n')]).toEqual([null, null, null]))

const started = (runId: string): string => `@ ${JSON.stringify({ kind: 'started', at: 1, runId, title: 'T', owner: 'ada', steps: [] })}`
const log = (id: string): string => `/var/lib/homeport/runs/${id}/log`
it('tells how each run ended, newest first', () => {
  const [first, second, third, torn] = ['20260101000001-00000001', '20260101000002-00000002', '20260101000003-00000003', '20260101000004-00000004'] as const
  const runs = parseRuns(answer({
    runs: [log(first), started(first), log(second), started(second), log(third), started(third), log(torn), '@ {"kin'].join('\n'),
    'run-ends': `==> ${log(first)} <==\n@ {"kind":"ended","at":9,"result":"failed"}\n\n==> ${log(second)} <==\n| ==> ${log(third)} <==\n\n==> ${log(third)} <==\n@ {"kind":"step-started","at":3,"step":0}\n`,
  }), third)
  expect(runs.map((run) => [run.runId, run.outcome, run.endedAt])).toEqual([[third, 'running', null], [second, 'interrupted', null], [first, 'failed', 9]])
})

it('takes a run only from its own folder', () => {
  expect(parseRuns(answer({ runs: `${log('20260101000001-00000001')}\n${started('20260101000009-00000009')}` }), null)).toEqual([])
})

it('reads os-release with and without quotation marks', () => {
  expect(parseOsRelease(`ID=ubuntu\nVERSION_ID="24.04"\nPRETTY_NAME='Ubuntu 24.04 LTS'\nVERSION_CODENAME=noble\n`)).toEqual({ id: 'ubuntu', version: '24.04', codename: 'noble', name: 'Ubuntu 24.04 LTS' })
})

it.each([['running', 'running'], ['absent', 'absent'], ['disabled', 'disabled'], ['done {"v1": {"errors": []}}', 'done'], ['done {"v1": {"errors": ["x"]}}', 'error'], ['', 'absent']])('reads cloud-init "%s" as %s', (text, expected) => {
  expect(parseSystem(answer({ 'cloud-init': text })).cloudInit).toBe(expected)
})

it('knows about outgoing mail only where it was tried', () => {
  expect([answer({}), answer({ mail: '' }), answer({ mail: 'mx.example.org' })].map((said) => parseSystem(said).outgoingMail)).toEqual([null, false, true])
})

it('never throws, whatever the sections hold', () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const odd = answer({ system: text, 'os-release': text, 'cloud-init': text, packages: text, updates: text, runs: text, 'run-ends': text })
    parseSystem(odd)
    parsePackages(odd)
    parseRuns(odd, null)
    parseSites(text.split('\n'), new Map())
    expect(parseListeners(text.split('\n'))).toBeInstanceOf(Array)
  }))
})
