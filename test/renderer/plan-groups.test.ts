import { expect, test } from 'vitest'
import { allCommands, planDifference, planGroups, verdictCounts } from '../../src/renderer/components/plan-groups.ts'
import type { Change, Plan } from '../../src/shared/plan.ts'

const change = (id: string, group: Change['group'], more: Partial<Change> = {}): Change => ({ id, group, verdict: 'create', title: id, reason: '', script: `run ${id}`, ...more })
const plan = (...changes: Change[]): Plan => ({ id: 'p', title: '', changes, isEmpty: false, fromRevision: 1 })

test('groups are in the order in which a person thinks of a server, and keep the order of their changes', () => {
  const groups = planGroups([change('h', 'homeport'), change('b1', 'site:b.org'), change('p', 'proxy'), change('a', 'site:a.org'), change('b2', 'site:b.org'), change('d', 'docker'), change('s', 'system')])
  expect(groups.map(({ group }) => group)).toEqual(['system', 'docker', 'proxy', 'site:a.org', 'site:b.org', 'homeport'])
  expect(groups[4]?.changes.map(({ id }) => id)).toEqual(['b1', 'b2'])
})

test('counts by verdict', () => {
  expect(verdictCounts(plan(change('a', 'system'), change('b', 'system'), change('c', 'system', { verdict: 'noop' })))).toEqual({ create: 2, noop: 1 })
})

test('all commands leave out what does nothing and keep the order of the run', () => {
  expect(allCommands(plan(change('b', 'proxy'), change('n', 'system', { verdict: 'noop' }), change('a', 'system')))).toBe('# b\nrun b\n\n# a\nrun a\n')
})

test('a plan made anew tells what came, what went and what differs', () => {
  const old = plan(change('same', 'system'), change('gone', 'system'), change('script', 'system'), change('settled', 'system'))
  const next = plan(change('same', 'system'), change('added', 'system'), change('script', 'system', { script: 'other' }), change('settled', 'system', { verdict: 'noop' }))
  expect(planDifference(old, next)).toEqual({ added: ['added'], gone: ['gone', 'settled'], changed: ['script'] })
})
