import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AliasName, MailAddress, MailAlias, MailDomain, mailProblems, Smarthost, toMailAddress } from '../../src/shared/mail.ts'
import { anyText } from './any-text.ts'
import { allNaughtyStrings } from './naughty-strings.ts'

/** What may stand in the tables of postfix as one word, and in a command line without being an option. */
const oneWord = /^[A-Za-z0-9_&'~^=+-][A-Za-z0-9_&'~^=+.-]*@[a-z0-9.-]+$/

describe('an address', () => {
  it.each([
    ['anna@example.org', 'anna@example.org'], [' Anna.Smith+lists@EXAMPLE.org ', 'Anna.Smith+lists@example.org'], ["o'neill@example.org", "o'neill@example.org"], ['kim@münchen.de', 'kim@xn--mnchen-3ya.de'],
  ])('%s is taken as %s', (typed, taken) => expect(MailAddress.parse(typed)).toBe(taken))
  it.each([
    'anna', '@example.org', 'anna@', 'a b@example.org', 'anna@example', 'anna@[192.0.2.1]', '"a b"@example.org', 'a@b@example.org', 'anna@example.org, ben@example.org', 'anna@example.org\nben: root', '|cmd@example.org',
    ':include:/etc/passwd@example.org', '/dev/null@example.org', 'a%b@example.org', 'a!b@example.org', '-oQ@example.org', '.a@example.org', 'a..b@example.org', `${'a'.repeat(65)}@example.org`, 'jürgen@example.org', 'a@example.org\0', '$(id)@example.org', '`id`@example.org',
  ])('%j is refused', (typed) => expect(MailAddress.safeParse(typed).success).toBe(false))
  it('is one word for postfix, whatever is typed', () => {
    fc.assert(fc.property(fc.oneof(anyText(), fc.constantFrom(...allNaughtyStrings), fc.emailAddress()), (typed) => {
      const taken = toMailAddress(typed)
      if (taken !== null) expect(taken).toMatch(oneWord)
    }))
  })
})

describe('the name of an alias', () => {
  it('is taken in small letters', () => expect(AliasName.parse(' Info ')).toBe('info'))
  it.each(['', 'a@b', 'a+b', 'a b', 'SRS0=abcd=xy=example.org=joe', '-f', 'a..b', 'a|b', 'a"b', 'a:b', 'a\nb', '*', '#a', 'a'.repeat(65)])('%j is refused', (name) => expect(AliasName.safeParse(name).success).toBe(false))
  it('makes a line of its own in the tables, whatever is typed', () => {
    fc.assert(fc.property(fc.oneof(anyText(), fc.constantFrom(...allNaughtyStrings)), (typed) => {
      const taken = AliasName.safeParse(typed)
      if (taken.success) expect(`${taken.data}@example.org`).toMatch(oneWord)
    }))
  })
})

it('takes a comment without line breaks and knows an alias that is there twice', () => {
  expect(MailAlias.safeParse({ name: 'a', targets: ['b@example.net'], comment: 'x\ny' }).success).toBe(false)
  expect(MailDomain.safeParse({ domain: 'example.org', aliases: [{ name: 'a', targets: ['b@example.net'] }, { name: 'A', targets: ['c@example.net'] }] }).error?.issues[0]?.message).toBe('a is there twice.')
  expect(MailAlias.parse({ name: 'a', targets: ['b@example.net', 'b@example.net'] }).targets).toEqual(['b@example.net'])
})

it('wants a user and a password for a smarthost, or neither', () => {
  expect(Smarthost.safeParse({ host: 'smtp.example.net', port: 587, security: 'starttls', user: 'kim' }).success).toBe(false)
  expect(Smarthost.safeParse({ host: 'smtp.example.net', port: 587, security: 'starttls' }).success).toBe(true)
  expect(Smarthost.safeParse({ host: '[::1]', port: 25, security: 'tls' }).success).toBe(false)
})

describe('aliases that lead to others', () => {
  const problems = (aliases: Record<string, string>, catchAll?: string): string[] => {
    const domain = MailDomain.parse({ domain: 'example.org', aliases: Object.entries(aliases).map(([name, target]) => ({ name, targets: [target] })), ...(catchAll === undefined ? {} : { catchAll: [catchAll] }) })
    return mailProblems({ hostname: 'mail.example.org', domains: [domain] }).map(({ message }) => message)
  }
  it('may do so', () => expect(problems({ a: 'B+x@example.org', b: 'c@example.net' })).toEqual([]))
  it('must not lead back, however long the way', () => {
    expect(problems({ a: 'a@example.org' })).toEqual(['a@example.org leads back to itself, by a@example.org. Mail would go in a circle.'])
    const ring = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`n${index}`, `n${(index + 1) % 50_000}@example.org`]))
    expect(problems(ring)).toHaveLength(1)
    expect(problems({}, 'x@example.org')).toEqual(['The catch-all of example.org leads back to itself, by The catch-all of example.org. Mail would go in a circle.'])
  })
  it('must not lead to one that is not there', () => {
    expect(problems({ a: 'b@example.org' })[0]).toMatch(/a@example.org leads to b@example.org, and there is no such alias/)
    expect(problems({ a: 'b@example.org' }, 'rest@example.net')).toEqual([])
    expect(problems({ a: 'postmaster@mail.example.org' })[0]).toMatch(/no such alias/)
  })
  it('may be a hundred thousand', () => expect(problems(Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`n${index}`, `n${index}@example.net`])))).toEqual([]))
  it('are not those of the mail server itself', () => {
    const domain = MailDomain.parse({ domain: 'mail.example.org' })
    expect(mailProblems({ hostname: 'mail.example.org', domains: [domain] })).toHaveLength(1)
    expect(mailProblems({ hostname: 'mail.example.net', domains: [domain, domain] })).toHaveLength(1)
  })
})
