import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GitUrl, gitUrlProblem, isBranchName, isSshUrl, sshEndpoint } from '../../src/shared/git-source.ts'
import { anyText } from './any-text.ts'
import { allNaughtyStrings } from './naughty-strings.ts'

describe('the address of a repository', () => {
  it.each([
    ['https://codeberg.org/you/site.git', 'https://codeberg.org/you/site.git'], [' HTTPS://Codeberg.org/You/Site ', 'https://codeberg.org/You/Site'], ['http://example.org:8080/x', 'http://example.org:8080/x'],
    ['https://exämple.org/ä', 'https://xn--exmple-cua.org/%C3%A4'], ['https://example.org/a/../b', 'https://example.org/b'],
    ['git@github.com:you/site.git', 'ssh://git@github.com/you/site.git'], ['SSH://git@Example.ORG:22/a/../b', 'ssh://git@example.org/b'], ['ssh://git@exämple.org:2222/a', 'ssh://git@xn--exmple-cua.org:2222/a'],
    ['git@exämple.org:/srv/a.git', 'ssh://git@xn--exmple-cua.org/srv/a.git'], ['git@example.org:~/a', 'ssh://git@example.org/~/a'], ['ssh://git@[::1]:99/x', 'ssh://git@[::1]:99/x'],
  ])('%j becomes %s', (typed, url) => expect(GitUrl.parse(typed)).toBe(url))

  it.each([
    ['', 'Paste the address'], ['ext::sh -c id', 'no spaces'], ['ext::sh', 'must begin with https'], ['file:///etc', 'must begin with https'], ['ssh://example.org/x', 'names its user'], ['ssh://git@example.org', 'no repository'], ['ssh://git:p@example.org/x', 'password'],
    ['ssh://-oProxyCommand=id/x', 'names its user'], ['ssh://git@-oProxyCommand=id/x', 'name of a git server'], ['ssh://git@%2doProxyCommand=id/x', 'name of a git server'], ['ssh://git@example.org%0aProxyCommand/x', 'name of a git server'],
    ['git@-oProxyCommand=id:x', 'name of a git server'], ['-oProxyCommand=id@example.org:x', 'names its user'], ['ssh://%2do@example.org/x', 'names its user'], ['git@example.org:-rf', 'begins with a hyphen'], ['git@example.org:a/--upload-pack=id', 'path of a repository'],
    ['ssh://git@example.org/%2e%2e%2fx', 'path of a repository'], ['ssh://git@example.org/a%00b', 'path of a repository'], ['ssh://git@example.org/$(id)', 'path of a repository'], ['ssh://git@example.org:0/x', 'name of a git server'], ['ssh://git@example.org:99999/x', 'not an address'],
    ['git@example.org:a b', 'no spaces'], ['git@example.org:a;id', 'path of a repository'], ['git@a,b:x', 'name of a git server'], ['git@*:x', 'name of a git server'], ['git@example.org:x?y', 'after #'], ['git+ssh://git@example.org/x', 'must begin with https'],
    ['--upload-pack=id', 'must begin with https'], ['https://u:p@example.org/x', 'user name and password'], ['https://u@example.org/x', 'user name and password'], ['https://example.org/x#y', 'after #'], ['https://example.org', 'no repository'],
    ['https://example.org/x y', 'no spaces'], ["https://example.org/'", 'quotation marks'], ['https://example.org/\u0007', 'no spaces'], [`https://example.org/${'a'.repeat(1000)}`, 'too long'], ['https://example.org:99999/x', 'not an address'],
  ])('%j is refused with a reason', (typed, reason) => {
    expect(gitUrlProblem(typed)).toContain(reason)
    expect(GitUrl.safeParse(typed).error?.issues[0]?.message).toContain(reason)
  })

  it('is over ssh a plain user, host and path, whatever is typed', () => {
    const part = fc.oneof(fc.constantFrom('git', 'example.org', '-oProxyCommand=id', '%2do', '..', '~', '$(id)', '`id`', 'a b', 'ä', '*', '!x', '[::1]', '127.1', '\n', '%0a', ''), fc.stringMatching(/^[A-Za-z0-9._~%@+-]{1,10}$/), anyText(6))
    const likely = (text: string) => fc.oneof({ arbitrary: fc.constant(text), weight: 3 }, { arbitrary: part, weight: 2 })
    const nearUrl = fc.tuple(fc.constantFrom('ssh://', 'ssh://', 'SSH://', '', 'git+ssh://'), likely('git'), likely('@'), likely('example.org'), fc.constantFrom('', ':', ':22', ':2222', ':0', ':-1'), likely('/'), fc.array(likely('site.git'), { minLength: 1, maxLength: 2 }))
      .map(([scheme, user, at, host, port, slash, path]) => `${scheme}${user}${at}${host}${port}${slash}${path.join('/')}`)
    let accepted = 0
    fc.assert(fc.property(nearUrl, (text) => {
      const parsed = GitUrl.safeParse(text)
      if (!parsed.success || !isSshUrl(parsed.data)) return
      accepted++
      const [, user = '', host = '', path = ''] = /^ssh:\/\/([^@:/]+)@([^@/]+?)(?::[1-9]\d{0,4})?(\/.*)$/.exec(parsed.data) ?? []
      expect(user).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/)
      expect(host).toMatch(/^([a-z0-9][a-z0-9.-]*|\[[0-9a-f:]+\])$/)
      expect(path).toMatch(/^[A-Za-z0-9/~._+@-]+$/)
      expect(path).not.toMatch(/\/-|\/\//)
      expect(decodeURIComponent(parsed.data), 'git undoes escapes').toBe(parsed.data)
      expect(GitUrl.parse(parsed.data)).toBe(parsed.data)
      expect(sshEndpoint(parsed.data).host).not.toMatch(/^-|[[\]]/)
    }), { numRuns: 4000 })
    expect(accepted).toBeGreaterThan(100)
  })

  it('is otherwise http or https without credentials and a fixed point, whatever is typed', () => {
    const nearUrl = fc.tuple(fc.constantFrom('https://', 'http://', 'HTTPS://', 'https://', 'https:/', 'ext::https://', 'file://'), fc.constantFrom('', '', '', 'user@', 'u:p@', '@'), fc.constantFrom('example.org', 'Example.ORG:8443', '192.0.2.1', '[::1]', 'münchen.de', ''), fc.oneof(fc.stringMatching(/^\/[a-zA-Z0-9._~%&;$()=+-]{1,12}$/), anyText(8)), fc.constantFrom('', '', '#x', '?q=1', '\n', '%0a', '\\')).map((parts) => parts.join(''))
    let accepted = 0
    fc.assert(fc.property(nearUrl, (text) => {
      const parsed = GitUrl.safeParse(text)
      if (!parsed.success || isSshUrl(parsed.data)) return
      accepted++
      const url = new URL(parsed.data)
      expect(['http:', 'https:']).toContain(url.protocol)
      expect(`${url.username}${url.password}${url.hash}`).toBe('')
      expect(GitUrl.parse(parsed.data)).toBe(parsed.data)
      expect(parsed.data).toMatch(/^[\u0021-\u007e]+$/)
      expect(parsed.data).not.toMatch(/["'`\\<>\s]/)
    }), { numRuns: 1500 })
    expect(accepted).toBeGreaterThan(100)
  })
})

describe('the name of a branch', () => {
  it.each(['main', 'master', 'gh-pages', 'feature/x-1', 'v1.0', 'a#b', 'a+b', 'a@b', 'dependabot/npm/x-1.2.3'])('takes %s', (name) => expect(isBranchName(name)).toBe(true))
  it.each(['', '-x', '@', '@{-1}', 'a..b', 'a.lock', 'a/', '/a', 'a//b', '.a', 'a/.b', 'a.', 'a b', 'a~1', 'a^', 'a:b', 'a?b', 'a*', 'a[b', 'a\\b', 'für', 'a\nb', 'HEAD'])('refuses %j', (name) => expect(isBranchName(name)).toBe(false))

  it('is one for git too, whenever it is one for Homeport', () => {
    const nearBranch = fc.oneof(fc.array(fc.constantFrom('a', 'main', '/', '.', '-', '@', '{', '.lock', '..', '#', '+', '=', 'B2', 'refs', 'heads', 'HEAD', '~', ' '), { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')), fc.stringMatching(/^[A-Za-z0-9._/+@#=-]{1,30}$/))
    const accepted = [...fc.sample(nearBranch, 800), ...allNaughtyStrings].filter(isBranchName)
    expect(accepted.length).toBeGreaterThan(150)
    // One shell for all of them: `git check-ref-format --branch` takes one name at a time.
    const some = [...new Set(accepted)].slice(0, 120)
    const { stdout } = spawnSync('bash', ['-c', 'while IFS= read -r -d "" name; do git check-ref-format --branch "$name" >/dev/null 2>&1 || printf "%s\\n" "$name"; done'], { input: some.map((name) => `${name}\0`).join(''), encoding: 'utf8', cwd: '/' })
    expect(stdout).toBe('')
  })
})
