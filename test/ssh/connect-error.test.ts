import { expect, test } from 'vitest'
import { classifyConnectError, type ConnectFailure } from '../../src/main/ssh/connect-error.ts'
import { jumpFailed } from '../../src/main/ssh/jump.ts'
import { HomeportError } from '../../src/shared/errors.ts'

const base: ConnectFailure = { host: 'server.example', port: 22, user: 'root', method: 'key-file', stage: 'handshake', message: '' }
const refused = { stage: 'authenticate', level: 'client-authentication', message: 'All configured authentication methods failed' } as const

/** As recorded from ssh2 1.17 and Node 24 against OpenSSH 10.0, an HTTP server, and addresses without a server. */
const recorded: [string, Partial<ConnectFailure>, string, RegExp][] = [
  ['a name that is not in DNS', { stage: 'dial', code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND no-such-host.invalid' }, 'host-not-found', /no server with the name/],
  ['no DNS at all', { stage: 'dial', code: 'EAI_AGAIN', message: 'getaddrinfo EAI_AGAIN server.example' }, 'host-not-found', /online/],
  ['no network', { stage: 'dial', code: 'ENETUNREACH', message: 'connect ENETUNREACH 10.1.2.3:22' }, 'no-route', /online/],
  ['no IPv6', { stage: 'dial', host: '2001:db8::1', code: 'EHOSTUNREACH', message: 'connect EHOSTUNREACH' }, 'no-route', /IPv4/],
  ['a closed port', { stage: 'dial', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 10.61.0.2:9' }, 'connection-refused', /takes no SSH connections/],
  ['a firewall that drops', { stage: 'dial', code: 'ETIMEDOUT', message: 'no answer in 10000 ms' }, 'connection-timeout', /firewall/],
  ['a handshake that never ends', { level: 'client-timeout', message: 'Timed out while waiting for handshake' }, 'connection-timeout', /busy/],
  ['a web server', { level: 'protocol', message: 'Connection lost before handshake', greeting: 'HTTP/1.1 400 Bad Request\r\n' }, 'not-ssh', /not SSH/],
  ['a port that hangs up', { level: 'protocol', message: 'Connection lost before handshake' }, 'not-ssh', /without a word/],
  ['a penalty of sshd', { code: 'ECONNRESET', level: 'client-socket', message: 'read ECONNRESET', greeting: 'Not allowed at this time\r\n' }, 'too-many-auth-failures', /for a while/],
  ['too many at a time', { message: 'Connection lost before handshake', greeting: 'Exceeded MaxStartups\r\n' }, 'too-many-auth-failures', /Wait a few minutes/],
  ['an agent with too many keys', { stage: 'authenticate', method: 'agent', code: 2, message: 'Too many authentication failures' }, 'too-many-auth-failures', /key file/],
  ['a refused key', { ...refused, methodsLeft: ['publickey', 'password'] }, 'auth-failed', /refused this key/],
  ['refused agent keys', { ...refused, method: 'agent', methodsLeft: ['publickey'] }, 'auth-failed', /keys of the SSH agent/],
  ['a wrong password', { ...refused, method: 'password', methodsLeft: ['publickey', 'password'] }, 'auth-failed', /refused this password/],
  ['a server without passwords', { ...refused, method: 'password', methodsLeft: ['publickey'] }, 'auth-failed', /no passwords/],
  ['a second factor', { ...refused, methodsLeft: ['keyboard-interactive'], wantsMore: true }, 'auth-failed', /second proof/],
  ['a password that must be changed', { stage: 'authenticate', method: 'password', message: 'password change requested' }, 'account-locked', /choose a new password/],
  ['an SSH of long ago', { level: 'handshake', message: 'Handshake failed: no matching key exchange algorithm' }, 'unsupported-server', /very old/],
  ['a line cut in the middle', { stage: 'authenticate', code: 'ECONNRESET', level: 'client-socket', message: 'read ECONNRESET' }, 'connection-lost', /broke off/],
]

test.each(recorded)('%s', (_what, failure, code, words) => {
  const error = classifyConnectError({ ...base, ...failure })
  expect(error.code).toBe(code)
  expect(`${error.message} ${error.hint}`).toMatch(words)
  expect(error.hint).not.toBe('')
  expect(error.message).toMatch(/server\.example|2001:db8::1/)
})

test('what fails at the server on the way is told as that, but a changed identity stays one', () => {
  const jump = { host: 'jump.example', port: 22, user: 'me', auth: { kind: 'agent' } } as const
  expect(jumpFailed(jump, classifyConnectError({ ...base, host: 'jump.example', stage: 'dial', code: 'ECONNREFUSED' }))).toMatchObject({ code: 'jump-failed', message: expect.stringContaining('jump.example') })
  const changed = new HomeportError('host-key-changed', 'changed')
  expect(jumpFailed(jump, changed)).toBe(changed)
  const needed = jumpFailed(jump, new HomeportError('passphrase-needed', 'The key is protected.'))
  expect(needed).toMatchObject({ code: 'jump-failed', fields: { 'secrets.jumpPassphrase': 'The key is protected.' } })
})
