import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandLine, quote } from '../../src/main/compile/quote.ts'
import { anyText } from '../shared/any-text.ts'
import { allNaughtyStrings } from '../shared/naughty-strings.ts'

const values = [...fc.sample(anyText(20), 600), ...allNaughtyStrings].filter((value) => !value.includes('\0'))

/** Without a home there are no start-up files. */
const env = { LC_ALL: 'C', PATH: process.env['PATH'], HOME: '/nonexistent' }

describe.each(['bash', 'dash'])('a quoted word in %s', (shell) => {
  it('is exactly the value, whatever it holds', () => {
    // One shell for many words: each is printed with a NUL behind it.
    const { stdout, stderr } = spawnSync(shell, ['-c', values.map((value) => `printf '%s\\000' ${quote(value)}`).join('\n')], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    expect(stderr.toString()).toBe('')
    expect(stdout.equals(Buffer.from(values.map((value) => `${value}\0`).join('')))).toBe(true)
  })

  it('is one word of a command line, beside others', () => {
    const { stdout } = spawnSync(shell, ['-c', commandLine('printf', '%s|', ...values.slice(0, 300))], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    expect(stdout.equals(Buffer.from(values.slice(0, 300).map((value) => `${value}|`).join('')))).toBe(true)
  })
})

it('is left as it is where it cannot mean anything else', () => {
  expect(commandLine('rm', '-f', '/srv/a.b/c_d', 'a=b', 'x@y:z,1+2%3')).toBe('rm -f /srv/a.b/c_d a=b x@y:z,1+2%3')
  expect(quote('')).toBe("''")
  expect(quote('~')).toBe("'~'")
})

it('refuses a NUL, which no argument can hold', () => expect(() => quote('a\0b')).toThrow(RangeError))
