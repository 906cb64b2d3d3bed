import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Domain, domainProblem, toAsciiDomain } from '../../src/shared/domain.ts'
import { anyText } from './any-text.ts'

describe('a typed domain', () => {
  it.each([
    ['example.org', 'example.org'], ['  Example.ORG ', 'example.org'], ['example.org.', 'example.org'], ['münchen.de', 'xn--mnchen-3ya.de'],
    ['mu\u0308nchen.de', 'xn--mnchen-3ya.de'], ['straße.de', 'xn--strae-oqa.de'], ['例え.jp', 'xn--r8jz45g.jp'], ['example\u3002org', 'example.org'],
    ['a-b.c-d.example.co.uk', 'a-b.c-d.example.co.uk'], ['xn--mnchen-3ya.de', 'xn--mnchen-3ya.de'], ['1und1.example', '1und1.example'], [`${'a'.repeat(63)}.com`, `${'a'.repeat(63)}.com`],
  ])('%j becomes %s', (typed, ascii) => expect(toAsciiDomain(typed)).toBe(ascii))

  it.each([
    ['', 'Type the domain'], ['https://example.org', 'without https://'], ['example.org/path', 'without https://'], ['example.org:8080', 'without a port'], ['192.0.2.1', 'This is an address'],
    ['*.example.org', 'names with *'], ['my site.org', 'no spaces'], ['localhost', 'at least two parts'], [`${'a.'.repeat(110)}com`, 'too long'], ['-a.org', 'not a domain name'], ['a_b.org', 'not a domain name'],
    ['example..org', 'not a domain name'], ['example.org..', 'not a domain name'], ['.example.org', 'not a domain name'], ['example.123', 'not a domain name'], ['127.1', 'not a domain name'], ['0x7f.1', 'not a domain name'],
    ['exam\u200bple.org', 'not a domain name'], ['example.org\u2044x', 'not a domain name'], [`${'a'.repeat(64)}.com`, 'not a domain name'], ['example.foo-pull', 'not a domain name'], ['example.xn--a-pull', 'not a domain name'],
  ])('%j is refused with a reason', (typed, reason) => {
    expect(toAsciiDomain(typed)).toBeNull()
    expect(domainProblem(typed)).toContain(reason)
    expect(Domain.safeParse(typed).error?.issues[0]?.message).toContain(reason)
  })
})

/** Text that is often near a domain: labels of many scripts and of bad characters, with dots between. */
const nearDomain = fc.array(fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('example', 'a', 'a-1', '0x7f', '192', 'www', 'xn--mnchen-3ya', 'münchen', '例え', 'ПРИВЕТ', 'org', 'com', 'B'.repeat(63)) },
  fc.constantFrom('-a', 'a-', 'a_b', '', 'a'.repeat(64), '\u200b', '½', '％41', 'xn--a', 'foo-pull'), anyText(4),
), { minLength: 2, maxLength: 5 }).chain((labels) => fc.constantFrom('.', '.', '\u3002', '\uff0e').map((dot) => labels.join(dot)))

it('gives for any text nothing, or a name of letters, digits and hyphens that stays as it is', () => {
  let accepted = 0
  fc.assert(fc.property(fc.oneof({ weight: 4, arbitrary: nearDomain }, anyText()), (text) => {
    const ascii = toAsciiDomain(text)
    if (ascii === null) {
      expect(Domain.safeParse(text).success).toBe(false)
      return
    }
    accepted++
    expect(toAsciiDomain(ascii)).toBe(ascii)
    expect(Domain.parse(text)).toBe(ascii)
    expect(ascii.length).toBeLessThanOrEqual(200)
    for (const label of ascii.split('.')) expect(label).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
    // systemd.unit(5): at most 255 characters of letters, digits and :-_.\ ; a file name has at most 255 bytes.
    const longest = `homeport-${ascii}-pull.service`
    expect(longest).toMatch(/^[A-Za-z0-9:_.\\-]{1,255}$/)
    expect(`${longest}.homeport-new`.length).toBeLessThanOrEqual(255)
    // No two sites, and no site and its pull, may share a unit.
    expect(ascii).not.toMatch(/-pull$/)
  }), { numRuns: 1500 })
  expect(accepted).toBeGreaterThan(200)
})
