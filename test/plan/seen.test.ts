import { expect, it } from 'vitest'
import type { PlannedChange } from '../../src/main/plan/planned-change.ts'
import { seenOf } from '../../src/main/plan/seen.ts'
import { factsOf, now } from './facts-builder.ts'

const gone = (kind: 'mail-data' | 'firewall', more: Partial<PlannedChange> = {}): PlannedChange => ({ id: `${kind}/x`, group: 'system', title: 'T', verdict: 'delete', reason: '', resource: null, gone: { kind, name: 'x' }, ...more })

it('rests the loss of mail on how much waits and since when, and the keeping of it on neither', () => {
  const facts = factsOf({ mailData: { waiting: 2, oldest: now } })
  expect(seenOf(gone('mail-data', { data: 'delete' }), facts)).toEqual([2, now])
  expect(seenOf(gone('mail-data', { data: 'archive' }), facts)).toBeNull()
  expect(seenOf(gone('mail-data', { data: 'delete' }), factsOf())).toBeNull()
})

it('rests a change of the firewall on the rules that are loaded', () => {
  expect(seenOf(gone('firewall'), factsOf({ firewallLoaded: 'f'.repeat(64) }))).toBe('f'.repeat(64))
  expect(seenOf(gone('firewall'), factsOf())).toBeNull()
})
