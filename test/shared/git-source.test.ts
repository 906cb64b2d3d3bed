import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GitUrl, gitUrlProblem, isBranchName } from '../../src/shared/git-source.ts'
import { anyText } from './any-text.ts'
import { allNaughtyStrings } from './naughty-strings.ts'

describe('the address of a repository', () => {
  it.each([
    ['https://codeberg.org/you/site.git', 'https://codeberg.org/you/site.git'], [' HTTPS://Codeberg.org/You/Site ', 'https://codeberg.org/You/Site'], ['http://example.org:8080/x', 'http://example.org:8080/x'],
    ['https://exämple.org/ä', 'https://xn--exmple-cua.org/%C3%A4'], ['https://example.org/a/../b', 'https://example.org/b'],
  ])('%j becomes %s', (typed, url) => expect(GitUrl.parse(typed)).toBe(url))

  it.each([
    ['', 'Paste the address'], ['ext::sh -c id', 'no spaces'], ['ext::sh', 'must begin with https'], ['file:///etc', 'must begin with https'], ['git@example.org:x.git', 'need a key'], ['ssh://example.org/x', 'need a key'],
    ['--upload-pack=id', 'must begin with https'], ['https://u:p@example.org/x', 'user name and password'], ['https://u@example.org/x', 'user name and password'], ['https://example.org/x#y', 'after #'], ['https://example.org', 'no repository'],
    ['https://example.org/x y', 'no spaces'], ["https://example.org/'", 'quotation marks'], ['https://example.org/\u0007', 'no spaces'], [`https://example.org/${'a'.repeat(1000)}`, 'too long'], ['https://example.org:99999/x', 'not an address'],
  ])('%j is refused with a reason', (typed, reason) => {
    expect(gitUrlProblem(typed)).toContain(reason)
    expect(GitUrl.safeParse(typed).error?.issues[0]?.message).toContain(reason)
  })

  it('is http or https without credentials and a fixed point, whatever is typed', () => {
    const nearUrl = fc.tuple(fc.constantFrom('https://', 'http://', 'HTTPS://', 'https://', 'https:/', 'ext::https://', 'file://'), fc.constantFrom('', '', '', 'user@', 'u:p@', '@'), fc.constantFrom('example.org', 'Example.ORG:8443', '192.0.2.1', '[::1]', 'münchen.de', ''), fc.oneof(fc.stringMatching(/^\/[a-zA-Z0-9._~%&;$()=+-]{1,12}$/), anyText(8)), fc.constantFrom('', '', '#x', '?q=1', '\n', '%0a', '\\')).map((parts) => parts.join(''))
    let accepted = 0
    fc.assert(fc.property(nearUrl, (text) => {
      const parsed = GitUrl.safeParse(text)
      if (!parsed.success) return
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
