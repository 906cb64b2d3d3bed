import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileAction } from '../../src/main/compile/action.ts'
import { changeScript } from '../../src/main/compile/change-script.ts'
import { quote } from '../../src/main/compile/quote.ts'
import { compilePlan } from '../../src/main/compile/run.ts'
import type { Facts } from '../../src/main/facts/facts.ts'
import type { PlannedChange } from '../../src/main/plan/planned-change.ts'
import { render } from '../../src/main/render/render.ts'
import type { Resource, ResourceKind } from '../../src/main/render/resource.ts'
import { loadResources } from '../../src/main/resources.ts'
import { anySpec } from '../plan/any-spec.ts'
import { dockerOf, factsOf } from '../plan/facts-builder.ts'
import { applyChanges, planFor, type Server } from '../plan/perfect-server.ts'
import { allNaughtyStrings } from '../shared/naughty-strings.ts'

const resources = loadResources(join(import.meta.dirname, '../../resources'))
const fresh: Server = { facts: factsOf(), certificates: new Map() }
const bookworm: Server = { facts: factsOf({ system: { ...factsOf().system, distribution: { id: 'debian', version: '12', codename: 'bookworm', name: 'Debian 12' } }, docker: dockerOf({ version: '20.10.24' }) }), certificates: new Map() }

/** What bash finds wrong with the form of scripts; all of them in one go, each as a function of its own. */
function syntaxErrors(scripts: Iterable<string>): string {
  const text = [...new Set(scripts)].map((script, index) => `step${index}() {\n${script}\n}\n`).join('')
  return spawnSync('bash', ['-n'], { input: text, encoding: 'utf8', env: { HOME: '/nonexistent', PATH: process.env['PATH'] } }).stderr
}

it('gives every change that does something a script that bash can read, and a noop none', () => {
  const scripts = new Set<string>()
  const check = (server: Server, plan: ReturnType<typeof planFor>): void => {
    for (const change of plan.changes) {
      const { script, files } = changeScript(change, server.facts)
      if ((script.trim() === '') !== (change.verdict === 'noop')) expect.fail(`${change.verdict} ${change.id}: ${script}`)
      for (const name of files.keys()) expect(script).toContain(name)
      if (script !== '') scripts.add(script)
    }
    const run = compilePlan('Test', plan, server.facts)
    expect(run.steps.flatMap((step) => step.id.split(' ')).filter((id) => !id.startsWith('record/'))).toEqual(plan.changes.filter((change) => change.verdict !== 'noop' && change.id !== 'record/owned').map((change) => change.id))
    // Every file that a step puts in its place travels with the run.
    for (const step of run.steps) for (const [, name = ''] of step.script.matchAll(/^(?:put |  )([0-9a-f]{16}) \//gm)) expect(run.files.has(name)).toBe(true)
  }
  fc.assert(fc.property(anySpec, anySpec, fc.constantFrom(fresh, bookworm), fc.constantFrom('archive', 'delete', 'keep' as const), (one, other, start, data) => {
    const first = planFor(start, render(one, resources))
    check(start, first)
    const there = applyChanges(start, first)
    check(there, planFor(there, render(other, resources), () => data))
    check(there, planFor(there, [], () => data))
  }), { numRuns: 20 })
  for (const kind of ['restart-site', 'reset-site', 'pull-site'] as const) for (const step of compileAction({ kind, siteId: 'a.org' }).steps) scripts.add(step.script)
  for (const step of compileAction({ kind: 'restart-proxy' }).steps) scripts.add(step.script)
  expect(syntaxErrors(scripts)).toBe('')
  expect(syntaxErrors(['if true'])).not.toBe('')
})

describe('a name in a script', () => {
  /** Stands where the name goes; of letters that need no quotation marks. */
  const placeholder = 'PLACEHOLDER'
  const inWord = /[A-Za-z0-9_./:=@%+,-]*PLACEHOLDER[A-Za-z0-9_./:=@%+,-]*/g
  const names = allNaughtyStrings.filter((name) => !name.includes('\0'))
  const change = (more: Partial<PlannedChange>): PlannedChange => ({ id: 'file/x', group: 'system', title: 'T', verdict: 'create', reason: '', resource: null, gone: null, ...more })
  const facts = factsOf()
  /** The script for a name is the script for the placeholder, with each word that holds it quoted as a whole. */
  function expectQuoted(script: (name: string) => string): void {
    const pattern = script(placeholder)
    expect(pattern).toContain(placeholder)
    for (const name of names) expect(script(name)).toBe(pattern.replace(inWord, (word) => quote(word.replaceAll(placeholder, () => name))))
  }

  const made: readonly ((name: string) => Resource)[] = [
    (name) => ({ kind: 'file', name, group: 'system', content: 'x', mode: 0o644 }), (name) => ({ kind: 'sysctl', name, group: 'system', value: '1' }), (value) => ({ kind: 'sysctl', name: 'a', group: 'system', value }), (name) => ({ kind: 'user', name, group: 'system' }), (ref) => ({ kind: 'image', name: 'x', group: 'docker', ref }),
    (name) => ({ kind: 'network', name, group: 'system', subnet: 's', gateway: 'g', dynamicRange: 'd', bridge: 'b' }), (subnet) => ({ kind: 'network', name: 'n', group: 'system', subnet, gateway: 'g', dynamicRange: 'd', bridge: 'b' }), (bridge) => ({ kind: 'network', name: 'n', group: 'system', subnet: 's', gateway: 'g', dynamicRange: 'd', bridge }),
    (name) => ({ kind: 'certificate', name, group: 'system', domains: ['a'] }), (domain) => ({ kind: 'certificate', name: 'n', group: 'system', domains: ['a', domain] }), (name) => ({ kind: 'site-data', name, group: 'system' }),
    (name) => ({ kind: 'release', name, group: 'system', release: 'r', inputs: [] }), (release) => ({ kind: 'release', name: 'n', group: 'system', release, inputs: [] }), (name) => ({ kind: 'release', name, group: 'system', release: null, inputs: ['/x'] }),
    (name) => ({ kind: 'container', name, group: 'system', hash: 'h', isRunning: true }), (name) => ({ kind: 'container', name, group: 'system', hash: 'h', isRunning: false }), (name) => ({ kind: 'timer', name, group: 'system', isRunning: true }), (name) => ({ kind: 'timer', name, group: 'system', isRunning: false }),
  ]
  it.each(made.map((resource) => [JSON.stringify(resource(placeholder)), resource] as const))('is one word where it is made: %s', (_json, resource) => {
    expectQuoted((name) => changeScript(change({ resource: resource(name) }), facts).script)
    expectQuoted((name) => changeScript(change({ verdict: 'replace', resource: resource(name) }), facts).script)
  })

  it.each<ResourceKind>(['file', 'sysctl', 'user', 'image', 'network', 'certificate', 'container', 'timer'])('is one word where it is removed: %s', (kind) => {
    expectQuoted((name) => changeScript(change({ verdict: 'delete', gone: { kind, name }, before: '1' }), facts).script)
  })
  it('is one word where user data goes', () => {
    expectQuoted((name) => changeScript(change({ verdict: 'delete', gone: { kind: 'site-data', name }, data: 'delete' }), facts).script)
    for (const name of names) {
      expect(changeScript(change({ verdict: 'delete', gone: { kind: 'site-data', name }, data: 'archive' }), facts).script).toBe([
        `/usr/local/lib/homeport/archive keep ${quote(name)}`, `remove_tree ${quote(`/srv/homeport/${name}`)} ${quote(`/var/lib/homeport/sites/${name}`)}`,
      ].join('\n'))
    }
  })
  it('is one word where the server itself gave it', () => {
    const packages: Resource = { kind: 'packages', name: 'system', group: 'system', packages: ['git'], dockerMinimum: 25 }
    const named = (id: string, codename: string): Facts => factsOf({ system: { ...facts.system, distribution: { id, version: '12', codename, name: '' } }, docker: dockerOf({ version: '20.10' }) })
    expectQuoted((codename) => changeScript(change({ resource: packages }), named('debian', codename)).script)
  })
  it('is one word where an action is about it', () => {
    for (const kind of ['restart-site', 'reset-site', 'pull-site'] as const) expectQuoted((siteId) => compileAction({ kind, siteId }).steps.map((step) => step.script).join('\n'))
  })
})

it('never removes user data that is to be kept, and archives it before it goes', () => {
  const gone = { kind: 'site-data', name: 'a.org' } as const
  const script = changeScript({ id: 'site-data/a.org', group: 'site:a.org', title: 'T', verdict: 'delete', reason: '', resource: null, gone, data: 'archive' }, factsOf()).script
  expect(script).toMatch(/^\S*archive keep a\.org\nremove_tree /)
})

it('looks for room for all that is kept before anything goes, and for nothing where nothing is', () => {
  const gone = (data: 'archive' | 'delete'): PlannedChange[] => ([['site-data', 'a.org'], ['mail-data', 'homeport-mail']] as const).map(([kind, name]) => ({ id: `${kind}/${name}`, group: 'system', title: 'T', verdict: 'delete', reason: '', resource: null, gone: { kind, name }, data }))
  const stepsOf = (data: 'archive' | 'delete'): string[] => compilePlan('T', { ...planFor(fresh, []), changes: gone(data) }, fresh.facts).steps.map((step) => step.script)
  expect(stepsOf('archive')[0]).toBe('room_for_archive a.org\nroom_for_mail')
  expect(stepsOf('delete').join('\n')).not.toContain('room_for')
})
