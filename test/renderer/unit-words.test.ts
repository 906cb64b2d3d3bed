import { describe, expect, it } from 'vitest'
import { groupUnits, stopWarning, unitState, unitTitle } from '../../src/renderer/components/unit-words.ts'
import { fakeUnits } from './fake/units.ts'
import { applyEdit } from '../../src/main/edit/apply-edit.ts'
import { emptySpec } from '../../src/shared/spec.ts'

const { sites } = applyEdit(emptySpec, { kind: 'add-site', draft: { domain: 'a.org', www: false, source: { kind: 'git', url: 'https://git.example.org/a.git', branch: 'main', intervalMinutes: 10 } } })
const units = fakeUnits(sites)
const names = (group: { readonly units: readonly { name: string }[] } | undefined) => group?.units.map(({ name }) => name)

describe('units', () => {
  it('are called by what they do', () => {
    expect(unitTitle({ name: 'homeport-proxy.service', siteId: null }).title).toBe('Proxy')
    expect(unitTitle({ name: 'homeport-a.org-pull.timer', siteId: 'a.org' }).title).toBe('Timer of new versions')
    expect(unitTitle({ name: 'homeport-a.org-blue.service', siteId: 'a.org' }).title).toBe('Container, blue')
    expect(unitTitle({ name: 'homeport-of-somebody.service', siteId: null })).toEqual({ title: 'homeport-of-somebody.service', does: '' })
  })
  it.each([
    ['homeport-proxy.service', 'active', 'running', 'enabled', 'good', 'Running'], ['homeport-proxy.service', 'inactive', 'dead', 'enabled', 'warn', 'Stopped'], ['homeport-a-pull.service', 'inactive', 'dead', 'static', 'idle', 'Resting'],
    ['homeport-a-green.service', 'inactive', 'dead', 'disabled', 'idle', 'Resting'], ['homeport-a-pull.service', 'activating', 'start', 'static', 'busy', 'At work'], ['homeport-a-blue.service', 'activating', 'auto-restart', 'enabled', 'busy', 'Tries again soon'],
    ['homeport-certificates.timer', 'active', 'waiting', 'enabled', 'good', 'Waiting'], ['homeport-sftp.socket', 'active', 'listening', 'enabled', 'good', 'Listening'],
  ])('%s, %s (%s, %s) is %s: %s', (name, active, sub, enabled, tone, word) => {
    expect(unitState({ name, active, sub, enabled, result: 'success' })).toEqual({ tone, word })
  })
  it('say why they failed', () => expect(unitState({ name: 'homeport-a-pull.service', active: 'failed', sub: 'failed', enabled: 'static', result: 'timeout' })).toEqual({ tone: 'bad', word: 'Failed (timeout)' }))
  it('of a server are those of all sites, then those of each', () => {
    const groups = groupUnits(units, null, false)
    expect(groups.map(({ siteId }) => siteId)).toEqual([null, 'a.org'])
    expect(names(groups[1])).toEqual(['homeport-a.org-pull.service', 'homeport-a.org-pull.timer'])
  })
  it('of a site are its own and what it stands on', () => {
    const groups = groupUnits(units, 'a.org', true)
    expect(names(groups[0])).toEqual(['homeport-a.org-pull.service', 'homeport-a.org-pull.timer'])
    expect(names(groups[1])).toEqual(['docker.service', 'homeport-proxy.service', 'homeport-static.service', 'homeport-certificates.timer'])
    expect(groupUnits(units, 'other.org', false).map(({ siteId }) => siteId)).toEqual([null])
  })
  it('that visitors need are not stopped without a word', () => {
    expect(stopWarning({ name: 'homeport-proxy.service', siteId: null })).toMatch(/No site/)
    expect(stopWarning({ name: 'homeport-a.org-blue.service', siteId: 'a.org' })).toMatch(/pause it instead/)
    expect(stopWarning({ name: 'homeport-a.org-pull.timer', siteId: 'a.org' })).toBeNull()
  })
})
