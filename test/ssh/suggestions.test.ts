import { execFileSync } from 'node:child_process'
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { agentPath } from '../../src/main/ssh/agent.ts'
import { readConfigHosts } from '../../src/main/ssh/ssh-config-hosts.ts'
import { findSshSuggestions } from '../../src/main/ssh/suggestions.ts'

let home: string
beforeEach(async () => { home = await mkdtemp(join(tmpdir(), 'homeport-home-')) })
afterEach(async () => { await rm(home, { recursive: true, force: true }) })

test('reads hosts with address, port, user, key and jump host, and leaves patterns out', () => {
  const text = `
Host web www.example.org
  HostName 192.0.2.1
  Port 2222
  User deploy
  IdentityFile ~/.ssh/web key
  ProxyJump jump,other
Host *.internal !not ?
  User nobody
Host plain
host lower
  hostname=lower.example
  PROXYJUMP none
Host *
  User everybody
`
  expect(readConfigHosts(text, '/home/ana')).toEqual([
    { alias: 'web', host: '192.0.2.1', port: 2222, user: 'deploy', keyPath: '/home/ana/.ssh/web key', jumpAlias: 'jump' },
    { alias: 'www.example.org', host: '192.0.2.1', port: 2222, user: 'deploy', keyPath: '/home/ana/.ssh/web key', jumpAlias: 'jump' },
    { alias: 'plain', host: 'plain', port: 22, user: null, keyPath: null, jumpAlias: null },
    { alias: 'lower', host: 'lower.example', port: 22, user: null, keyPath: null, jumpAlias: null },
  ])
})

test('follows Include once, and never runs what Match exec says', async () => {
  await mkdir(join(home, '.ssh/config.d'), { recursive: true })
  await writeFile(join(home, '.ssh/config'), `Include config.d/*.conf\nMatch exec "touch ${home}/ran"\n  User evil\nHost own\n  HostName own.example\n`)
  await writeFile(join(home, '.ssh/config.d/a.conf'), 'Include ../config\nHost included own\n  HostName first.example\n')
  await writeFile(join(home, '.ssh/config.d/a.txt'), 'Host not-this\n')
  const { hosts } = await findSshSuggestions(home, null)
  expect(hosts.map(({ alias, host }) => [alias, host])).toEqual([['own', 'own.example'], ['included', 'first.example']])
  expect(existsSync(join(home, 'ran'))).toBe(false)
})

test('finds private keys by their content, and nothing else', async () => {
  const folder = join(home, '.ssh')
  await mkdir(join(folder, 'old'), { recursive: true })
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'id_ed25519')])
  execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-m', 'PEM', '-N', 'secret', '-f', join(folder, 'work')])
  execFileSync('mkfifo', [join(folder, 'pipe')])
  await writeFile(join(folder, 'known_hosts'), 'example.org ssh-ed25519 AAAA\n')
  await writeFile(join(folder, 'putty.ppk'), 'PuTTY-User-Key-File-3: ssh-ed25519\n')
  await symlink(join(folder, 'nowhere'), join(folder, 'dangling'))
  const { keyPaths } = await findSshSuggestions(home, null)
  expect(keyPaths).toEqual(['id_ed25519', 'putty.ppk', 'work'].map((name) => join(folder, name)))
})

test('a computer without SSH gives nothing', async () => {
  expect(await findSshSuggestions(home, join(home, 'no-agent'))).toEqual({ hosts: [], keyPaths: [], agent: false })
})

test('knows where the agent listens on each system', () => {
  expect(agentPath({ SSH_AUTH_SOCK: '/run/agent' }, 'linux')).toBe('/run/agent')
  expect(agentPath({}, 'linux')).toBeNull()
  expect(agentPath({}, 'win32')).toBe(String.raw`\\.\pipe\openssh-ssh-agent`)
  expect(ssh2.createAgent(String.raw`\\.\pipe\openssh-ssh-agent`)).toBeInstanceOf(ssh2.BaseAgent)
})
