import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { parseHostKeys } from '../../src/main/server/deploy-key.ts'
import { knownHosts } from '../../src/main/render/known-hosts.ts'

const gitlab = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf'
const github = 'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg='
const somebody = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMZvRd4EtM7R+IHVMWmDkVU3VLQTSwQDSAvW0t2Tkj60'

describe('the host keys that a git server shows', () => {
  it('have the fingerprint that ssh shows, and the name of the hoster that publishes it', () => {
    expect(parseHostKeys(`# gitlab.com:22 SSH-2.0-GitLab\ngitlab.com ${gitlab}\ngithub.com ${github}\n`)).toEqual([
      { publicKey: gitlab, sha256: 'SHA256:eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8', knownAs: 'GitLab.com' },
      { publicKey: github, sha256: 'SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM', knownAs: 'GitHub' },
    ])
    const [key] = parseHostKeys(`[git.example.org]:2222 ${somebody}`)
    expect(key?.knownAs).toBeNull()
    expect(key?.sha256).toBe(execFileSync('ssh-keygen', ['-lf', '-'], { input: somebody, encoding: 'utf8' }).split(' ')[1])
  })

  it.each([
    '', '# comment', `example.org ${gitlab} more`, gitlab, `example.org ssh-dss ${gitlab.split(' ')[1]}`, `example.org ssh-rsa ${gitlab.split(' ')[1]}`, 'example.org ssh-ed25519 AAAA',
    `example.org ${gitlab};id`, `example.org  ${gitlab}`, `example.org\t${gitlab.replace(' ', '\t')}`,
  ])('are left out where a line is not exactly one: %j', (line) => expect(parseHostKeys(line)).toEqual([]))

  it('count once for each type', () => expect(parseHostKeys(`a ${gitlab}\na ${somebody}\n`).map((key) => key.publicKey)).toEqual([gitlab]))
})

describe('known_hosts', () => {
  it.each([
    ['ssh://git@example.org/x', `example.org ${gitlab}\n`], ['ssh://git@example.org:2222/x', `[example.org]:2222 ${gitlab}\n`],
    ['ssh://git@[2001:db8::1]/x', `2001:db8::1 ${gitlab}\n`], ['ssh://git@[2001:db8::1]:99/x', `[2001:db8::1]:99 ${gitlab}\n`],
  ])('names the server of %s as ssh looks for it', (url, text) => expect(knownHosts(url, [gitlab])).toBe(text))
})
