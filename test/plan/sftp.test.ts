import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compilePlan } from '../../src/main/compile/run.ts'
import { parseSftpAccounts } from '../../src/main/facts/sftp.ts'
import { render } from '../../src/main/render/render.ts'
import { resourceId, type DesiredState } from '../../src/main/render/resource.ts'
import { loadResources } from '../../src/main/resources.ts'
import { emptySpec, ServerSpec, type Site } from '../../src/shared/spec.ts'
import { factsOf, fileOf, unitOf } from './facts-builder.ts'
import { applyChanges, planFor, type Server } from './perfect-server.ts'

const resources = loadResources(join(import.meta.dirname, '../../resources'))
const kim = { name: 'Kim', key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPGec2vOKiOGzVZ6EphBRcelxqQp0GCToWL7w6cClA97' }
const lou = { name: 'Lou', key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAZmqQ65WL6zqIEiFL0SOj5PdJQiT8XwfUaViqpknTcX' }
const site = (slot: number, more: Partial<Site> = {}): Site => ({ id: `s${slot}.example.org`, slot, domain: `s${slot}.example.org`, www: false, paused: false, source: { kind: 'upload', release: 'u20260101000000-0123abcd' }, certificate: { kind: 'automatic' }, hsts: false, ...more })
const desiredOf = (...sites: Site[]): DesiredState => render(ServerSpec.parse({ ...emptySpec, revision: 1, sites }), resources)
const setUp = (...sites: Site[]): Server => {
  const empty: Server = { facts: factsOf(), certificates: new Map() }
  return applyChanges(empty, planFor(empty, desiredOf(...sites)))
}
const changesOf = (server: Server, ...sites: Site[]): string[] => planFor(server, desiredOf(...sites)).changes.filter(({ verdict }) => verdict !== 'noop').map(({ verdict, id }) => `${verdict} ${id}`)
const ids = (...sites: Site[]): string[] => desiredOf(...sites).map(resourceId).filter((id) => id.includes('sftp') || id.includes('site-files'))

describe('accounts for SFTP', () => {
  it('leave no trace where nobody has a key, and where a site has no files', () => {
    expect(ids(site(1), site(2, { sftpKeys: [] }), site(3, { sftpKeys: [kim], source: { kind: 'notice', title: 'Soon', text: '' } }))).toEqual([])
  })

  it('are one for each site, and the rest is there once', () => {
    const all = ids(site(1, { sftpKeys: [kim, lou] }), site(2), site(70, { sftpKeys: [kim], paused: true }))
    expect(all.filter((id) => /site-\d/.test(id))).toEqual(['file//etc/homeport/sftp/site-1.keys', 'file//etc/homeport/sftp/site-70.keys', 'sftp-account/site-1', 'sftp-account/site-70'])
    expect(all.filter((id) => id.includes('sshd_config'))).toHaveLength(1)
  })

  it('are allowed nothing but SFTP by each line of their keys', () => {
    const keys = desiredOf(site(1, { sftpKeys: [kim, { ...lou, name: 'command="id" # \' " $(id) “é”' }] })).find(({ name }) => name.endsWith('site-1.keys'))
    expect(keys?.kind === 'file' && keys.content.split('\n')).toEqual(['# site: s1.example.org', '# access: pages', `restrict ${kim.key} Kim`, `restrict ${lou.key} command="id" # ' " $(id) “é”`, ''])
  })

  it('are made once sshd knows what they may do, and change by their keys alone after that', () => {
    const server = setUp(site(1))
    expect(changesOf(server, site(1))).toEqual([])
    const order = changesOf(server, site(1, { sftpKeys: [kim] })).filter((line) => /sshd_config|account|socket\/|units|\.keys/.test(line))
    expect(order).toEqual(['create file//etc/ssh/sshd_config.d/00-homeport-sftp.conf', 'create file//etc/homeport/sftp/site-1.keys', 'update systemd/units', 'create sftp-account/site-1', 'create socket/homeport-sftp'])
    const open = setUp(site(1, { sftpKeys: [kim] }))
    expect(changesOf(open, site(1, { sftpKeys: [kim] }))).toEqual([])
    expect(changesOf(open, site(1, { sftpKeys: [kim, lou] })).filter((line) => !/spec\.json|record/.test(line))).toEqual(['update file//etc/homeport/sftp/site-1.keys'])
  })

  it('go with the last key: the account before everything that keeps it in its place', () => {
    const removals = changesOf(setUp(site(1, { sftpKeys: [kim] })), site(1)).filter((line) => line.startsWith('delete'))
    expect(removals.slice(0, 2)).toEqual(['delete sftp-account/site-1', 'delete socket/homeport-sftp'])
    expect(removals.slice(2).toSorted()).toEqual(['@.service', '.socket'].map((end) => `delete file//etc/systemd/system/homeport-sftp${end}`).concat('delete file//etc/homeport/sftp/site-1.keys', 'delete file//etc/ssh/sshd_config.d/00-homeport-sftp.conf', ...['site-files', 'sftp-login', 'sftp-session', 'sftp-sshd'].map((name) => `delete file//usr/local/lib/homeport/${name}`)).toSorted())
    expect(removals.indexOf('delete file//etc/ssh/sshd_config.d/00-homeport-sftp.conf')).toBeLessThan(removals.indexOf('delete file//usr/local/lib/homeport/sftp-sshd'))
  })

  it('stay for other sites where one of them goes', () => {
    const server = setUp(site(1, { sftpKeys: [kim] }), site(2, { sftpKeys: [kim] }))
    expect(changesOf(server, site(2, { sftpKeys: [kim] })).filter((line) => /sftp/.test(line))).toEqual(['delete sftp-account/site-1', 'delete file//etc/homeport/sftp/site-1.keys'])
  })

  it('are mended where somebody changed them on the server', () => {
    const sites = [site(1, { sftpKeys: [kim] }), site(2, { sftpKeys: [lou] })]
    const { facts, certificates } = setUp(...sites)
    const files = new Map([...facts.files, ['/etc/ssh/sshd_config.d/00-homeport-sftp.conf', fileOf('Match all\n')]])
    const units = new Map([...facts.units, ['homeport-sftp.socket', unitOf('homeport-sftp.socket', { active: 'inactive' })]])
    expect(changesOf({ facts: { ...facts, files, units, sftpAccounts: new Map([['site-2', '/bin/bash']]) }, certificates }, ...sites)).toEqual(['update file//etc/ssh/sshd_config.d/00-homeport-sftp.conf', 'create sftp-account/site-1', 'update sftp-account/site-2', 'update socket/homeport-sftp'])
    expect(changesOf({ facts: { ...facts, sftpAccounts: new Map() }, certificates }).filter((line) => line.includes('account')), 'their group alone is left').toEqual(['delete sftp-account/site-1', 'delete sftp-account/site-2'])
    expect(changesOf({ facts: { ...facts, sftpAccounts: null }, certificates }).filter((line) => line.includes('account'))).toEqual([])
  })

  it('get what sshd reads by a program that can take it back, and never by writing over it', () => {
    const server = setUp(site(1))
    const run = compilePlan('x', planFor(server, desiredOf(site(1, { sftpKeys: [kim] }))), server.facts)
    const step = run.steps.find(({ id }) => id.includes('sshd_config'))
    const [, name = ''] = /^\/usr\/local\/lib\/homeport\/sftp-sshd place files\/([0-9a-f]{16})$/.exec(step?.script ?? '') ?? []
    expect(run.files.get(name)).toBe(resources.text('sftp/sshd.conf'))
    expect(run.steps.map(({ id }) => id).join(' ').indexOf('lib/homeport/sftp-sshd')).toBeLessThan(run.steps.map(({ id }) => id).join(' ').indexOf('sshd_config'))
  })
})

it('reads accounts from what the server says, and tells no group from no account', () => {
  expect(parseSftpAccounts([])).toBeNull()
  expect(parseSftpAccounts(['group'])).toEqual(new Map())
  expect(parseSftpAccounts(['group', 'site-1 /bin/sh', 'site-2 '])).toEqual(new Map([['site-1', '/bin/sh'], ['site-2', '']]))
})
