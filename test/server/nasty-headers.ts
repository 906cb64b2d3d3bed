import type { ResponseHeader } from '../../src/shared/site-visitors.ts'

/** Everything that a parser on the way could take for something of its own. */
const values = [
  '%', '%%', '%[src]', '%ci', '%{+Q}r', '100%', '%[', '%]', "'", "''", "'\\''", '"', '""', '\\', '\\\\', '\\n', '\\x41', '$HOME', '${HOME}', '"${HOME}"', '$(id)', '`id`',
  '#', 'a # b', 'if', 'unless', 'if TRUE', '} {', '{ }', '[ ]', '( )', 'a,b', 'a;b', 'a  b', 'a\\ b', '<b>&amp;</b>', '://', '*', '~', '|', '&&', '!', '@', '^', '=', '?',
  "default-src 'self' 'nonce-%[rand]'; style-src 'unsafe-inline'",
]
export const nastyHeaders: readonly ResponseHeader[] = [
  ...values.slice(0, 45).map((value, index) => ({ name: `X-Nasty-${index}`, value })),
  { name: "!#$%&'*+.^_`|~-9", value: 'a name of everything' }, { name: 'if', value: 'unless' }, { name: 'Content-Security-Policy', value: values.at(-1) ?? '' }, { name: 'X-Long', value: '%'.repeat(4000) },
]
