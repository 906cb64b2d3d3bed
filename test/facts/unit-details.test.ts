import fc from 'fast-check'
import { pack } from 'tar-stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { parseUnitDetails } from '../../src/main/facts/unit-details.ts'
import { applyEdit } from '../../src/main/edit/apply-edit.ts'
import { emptySpec, type ServerSpec } from '../../src/shared/spec.ts'
import { isControllable, UnitDetail } from '../../src/shared/units.ts'

const draft = (domain: string) => ({ domain, www: false, source: { kind: 'git', url: 'https://git.example.org/a.git', branch: 'main', intervalMinutes: 10 } as const })
const spec = ['a.org', 'a.org.blog.org'].reduce<ServerSpec>((before, domain) => applyEdit(before, { kind: 'add-site', draft: draft(domain) }), emptySpec)

async function answer(shown: string, files: Readonly<Record<string, string>> = {}, exitCode = 0): Promise<Buffer> {
  const archive = pack()
  for (const [name, content] of Object.entries({ '/etc/homeport/spec.json': JSON.stringify(spec), ...files })) archive.entry({ name }, content)
  archive.finalize()
  return Buffer.concat([Buffer.from(`@@ units ${exitCode} ${Buffer.byteLength(shown)}\n${shown}\n@@ files 0 -\n`), await buffer(archive)])
}

const block = (values: Readonly<Record<string, string>>): string => Object.entries({ LoadState: 'loaded', ActiveState: 'active', SubState: 'running', ...values }).map(([key, value]) => `${key}=${value}`).join('\n')

describe('units', () => {
  it('are read with their state, their memory, their dependencies among each other, and their files', async () => {
    const shown = [
      block({ Id: 'homeport-a.org-pull.timer', SubState: 'waiting', StateChangeTimestamp: 'Sun 2026-11-22 16:58:10 UTC', LastTriggerUSec: 'Sun 2026-11-22 16:58:00 UTC', NextElapseUSecRealtime: 'Sun 2026-11-22 17:08:00 UTC', Triggers: 'homeport-a.org-pull.service', After: 'sysinit.target time-sync.target', FragmentPath: '/etc/systemd/system/homeport-a.org-pull.timer', DropInPaths: '/etc/systemd/system/homeport-a.org-pull.timer.d/mine.conf' }),
      block({ Id: 'homeport-a.org-pull.service', ActiveState: 'failed', SubState: 'failed', Result: 'exit-code', NRestarts: '3', MemoryCurrent: '18446744073709551615', UnitFileState: 'static', Wants: 'docker.service network-online.target', Requires: 'homeport-a.org-pull.service' }),
      block({ Id: 'docker.service', MemoryCurrent: '1234', UnitFileState: 'enabled' }),
    ].join('\n\n')
    const found = await parseUnitDetails(await answer(shown, { '/etc/systemd/system/homeport-a.org-pull.timer': '[Timer]\n', '/etc/systemd/system/homeport-a.org-pull.timer.d/mine.conf': '[Timer]\nOnBootSec=1\n' }))
    expect(found.map(({ name }) => name)).toEqual(['docker.service', 'homeport-a.org-pull.service', 'homeport-a.org-pull.timer'])
    expect(found[0]).toMatchObject({ siteId: null, memoryBytes: 1234, enabled: 'enabled', needs: [] })
    expect(found[1]).toMatchObject({ siteId: 'a.org', active: 'failed', result: 'exit-code', restarts: 3, memoryBytes: null, needs: ['docker.service'] })
    expect(found[2]).toMatchObject({
      siteId: 'a.org', since: Date.UTC(2026, 10, 22, 16, 58, 10), lastAt: Date.UTC(2026, 10, 22, 16, 58), nextAt: Date.UTC(2026, 10, 22, 17, 8), triggers: ['homeport-a.org-pull.service'], after: [],
      files: [{ path: '/etc/systemd/system/homeport-a.org-pull.timer', text: '[Timer]\n' }, { path: '/etc/systemd/system/homeport-a.org-pull.timer.d/mine.conf', text: '[Timer]\nOnBootSec=1\n' }],
    })
  })

  it.each([['homeport-a.org.blog.org-blue.service', 'a.org.blog.org'], ['homeport-a.org-green.service', 'a.org'], ['homeport-a.org.service', 'a.org'], ['homeportbuild2.slice', 'a.org.blog.org'], ['homeport-proxy.service', null], ['homeport-a.orgs-pull.timer', null], ['homeport-a.org-mine.service', null]])('%s belongs to %s', async (name, siteId) => {
    expect((await parseUnitDetails(await answer(block({ Id: name }))))[0]?.siteId).toBe(siteId)
  })

  it('of which systemd knows only the name are no units', async () => {
    expect(await parseUnitDetails(await answer(block({ Id: 'homeport-gone.service', LoadState: 'not-found', ActiveState: 'inactive' })))).toEqual([])
  })

  it('are refused where systemd did not answer', async () => {
    await expect(parseUnitDetails(await answer('Failed to connect to bus', {}, 1))).rejects.toMatchObject({ code: 'unreadable-answer' })
    await expect(parseUnitDetails(Buffer.from('Welcome!\n'))).rejects.toMatchObject({ code: 'unreadable-answer' })
  })

  it('are read or refused, whatever a unit says of itself', async () => {
    await fc.assert(fc.asyncProperty(fc.dictionary(fc.constantFrom('Description', 'ActiveState', 'NRestarts', 'MemoryCurrent', 'DropInPaths', 'FragmentPath', 'LastTriggerUSec', 'Wants', 'Result'), fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' '))), async (values) => {
      const [unit] = await parseUnitDetails(await answer(block({ ...values, Id: 'homeport-proxy.service', LoadState: 'loaded' })))
      expect(unit?.name).toBe('homeport-proxy.service')
      expect(UnitDetail.safeParse(unit).error).toBeUndefined()
      expect(unit?.description.length).toBeLessThanOrEqual(1000)
      expect(unit?.files.every(({ path }) => path.startsWith('/'))).toBe(true)
    }), { numRuns: 200 })
  })
})

it('of Docker show no more than what Homeport laid beside it', async () => {
  const shown = block({ Id: 'docker.service', FragmentPath: '/lib/systemd/system/docker.service', DropInPaths: '/etc/systemd/system/docker.service.d/http-proxy.conf /etc/systemd/system/docker.service.d/homeport.conf' })
  expect((await parseUnitDetails(await answer(shown)))[0]?.files.map(({ path }) => path)).toEqual(['/lib/systemd/system/docker.service', '/etc/systemd/system/docker.service.d/homeport.conf'])
})

it.each([['homeport-proxy.service', true], ['homeport-a.org-pull.timer', true], ['homeport-run.service', false], ['docker.service', false], ['homeport-sftp.socket', false], ['homeport-sftp@1.service', false], ['homeportbuild1.slice', false]])('%s may be started and stopped by a person: %s', (name, can) => expect(isControllable(name)).toBe(can))
