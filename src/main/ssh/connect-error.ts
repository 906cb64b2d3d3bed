import type { AuthMethod } from '../../shared/connection.ts'
import { type ErrorCode, HomeportError } from '../../shared/errors.ts'

/** What is known about an attempt to log in that failed, as data. */
export interface ConnectFailure {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly method: AuthMethod['kind']
  /** How far it came. */
  readonly stage: 'dial' | 'handshake' | 'authenticate'
  readonly message: string
  /** An errno name (`ECONNREFUSED`), or the reason number of an SSH disconnect (RFC 4253 11.1). */
  readonly code?: string | number
  /** Where ssh2 says it happened. */
  readonly level?: string
  /** The first bytes the server sent that were not its SSH version. */
  readonly greeting?: string
  /** Methods the server would still take after it refused. */
  readonly methodsLeft?: readonly string[]
  readonly wantsMore?: boolean
}

interface Rule {
  readonly code: ErrorCode
  readonly when: (failure: ConnectFailure) => boolean
  readonly message: (failure: ConnectFailure) => string
  readonly hint: (failure: ConnectFailure) => string
}

const at = (failure: ConnectFailure) => `${failure.host} (port ${failure.port})`
const isErrno = (...codes: string[]) => (failure: ConnectFailure) => typeof failure.code === 'string' && codes.includes(failure.code)
const provider = 'Look in your provider\'s console'

/**
 * From what ssh2 and the system say to what a person can do; the first rule that fits counts.
 * sshd answers the same to an unknown user, a wrong key and a locked account, on purpose: `auth-failed` names them all.
 */
const rules: readonly Rule[] = [
  {
    code: 'host-not-found', when: isErrno('ENOTFOUND', 'EAI_AGAIN', 'EAI_NONAME', 'EAI_FAIL'),
    message: (f) => `There is no server with the name ${f.host}.`,
    hint: (f) => (f.code === 'EAI_AGAIN' ? 'Check that this computer is online, then the spelling of the address.' : 'Check the spelling, or type the IP address from your provider\'s console. A name that is new in DNS can take an hour to be known.'),
  },
  {
    code: 'no-route', when: isErrno('ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'ENETDOWN', 'EHOSTDOWN'),
    message: (f) => `This computer finds no way to ${f.host}.`,
    hint: (f) => (f.host.includes(':') ? 'Your internet connection may have no IPv6: use the server\'s IPv4 address.' : 'Check that this computer is online and that the address is right.'),
  },
  {
    code: 'connection-refused', when: isErrno('ECONNREFUSED'),
    message: (f) => `${at(f)} is there but takes no SSH connections at this port.`,
    hint: () => `Check the port. A server that was just made needs a minute or two. ${provider} whether SSH is on.`,
  },
  {
    code: 'too-many-auth-failures', when: (f) => /not allowed at this time|exceeded MaxStartups/i.test(f.greeting ?? ''),
    message: (f) => `${f.host} does not take connections from this computer for a while.`,
    hint: () => 'It does so after failed logins. Wait a few minutes before you try again; each further try makes it longer.',
  },
  {
    code: 'too-many-auth-failures', when: (f) => /too many authentication failures/i.test(f.message),
    message: (f) => `${f.host} ended the connection after too many failed logins.`,
    hint: (f) => (f.method === 'agent' ? 'The SSH agent offered many keys before the right one. Choose the key file of this server instead.' : 'Wait a few minutes, then try again with the right password or key.'),
  },
  {
    code: 'account-locked', when: (f) => f.message === 'password change requested',
    message: (f) => `${f.host} wants ${f.user} to choose a new password first.`,
    hint: (f) => `Log in once in a terminal (ssh -p ${f.port} ${f.user}@${f.host}) or in your provider's console, choose a new password there, and connect with it here.`,
  },
  {
    code: 'not-ssh', when: (f) => f.stage === 'handshake' && (f.greeting ?? '') !== '',
    message: (f) => `Something answers at ${at(f)}, but it is not SSH.`,
    hint: () => 'Check the port: SSH is mostly at 22. Ports 80 and 443 belong to the web server.',
  },
  {
    code: 'connection-timeout', when: (f) => isErrno('ETIMEDOUT')(f) || f.level === 'client-timeout',
    message: (f) => (f.stage === 'dial' ? `${at(f)} does not answer.` : `${at(f)} took the connection, but did not finish the login in time.`),
    hint: (f) => (f.stage === 'dial' ? `Check the address and the port. ${provider} whether the server is on and a firewall lets SSH through.` : 'The server may be very busy. Try again in a minute.'),
  },
  {
    code: 'auth-failed', when: (f) => f.stage === 'authenticate' && f.wantsMore === true,
    message: (f) => `${f.host} wants a second proof beside the first, such as a one-time code.`,
    hint: () => 'Homeport cannot answer that yet. Allow a login with a key alone on the server, for example for a user of its own.',
  },
  {
    code: 'auth-failed', when: (f) => f.level === 'client-authentication' && f.method === 'password' && f.methodsLeft !== undefined && !f.methodsLeft.some((method) => method === 'password' || method === 'keyboard-interactive'),
    message: (f) => `${f.host} takes no passwords from ${f.user}, only keys.`,
    hint: () => 'Choose the key file that you gave to your provider when you made the server.',
  },
  {
    code: 'auth-failed', when: (f) => f.level === 'client-authentication' && f.method === 'password',
    message: (f) => `${f.host} refused this password for the user ${f.user}.`,
    hint: () => 'Check the user and the password. Many servers take no password for root: then use a key, or another user. A locked or expired account is refused the same way.',
  },
  {
    code: 'auth-failed', when: (f) => f.level === 'client-authentication' || f.level === 'agent',
    message: (f) => `${f.host} refused ${f.method === 'agent' ? 'the keys of the SSH agent' : 'this key'} for the user ${f.user}.`,
    hint: () => 'Check the user name (root, debian, ubuntu, admin ...) and that this key was given to the server. A locked account is refused the same way.',
  },
  {
    code: 'unsupported-server', when: (f) => /no matching|Group exchange/.test(f.message),
    message: (f) => `${f.host} speaks no encryption that Homeport takes for safe.`,
    hint: () => 'Its SSH is very old, or set up unusually. Update OpenSSH on the server (7.2 or newer).',
  },
  {
    code: 'not-ssh', when: (f) => f.stage === 'handshake' && f.message === 'Connection lost before handshake',
    message: (f) => `${at(f)} took the connection and closed it without a word.`,
    hint: () => 'If it is the right port, the server may be starting, be very busy, or keep this computer out after failed logins: wait a few minutes and try again.',
  },
]

/** Turns a failed attempt into the error a person sees. */
export function classifyConnectError(failure: ConnectFailure, cause?: unknown): HomeportError {
  const detail = [failure.code, failure.level, failure.message].filter((part) => part !== undefined && part !== '').join(': ')
  const more = { detail, ...(cause === undefined ? {} : { cause }) }
  const rule = rules.find((candidate) => candidate.when(failure))
  if (rule !== undefined) return new HomeportError(rule.code, rule.message(failure), { hint: rule.hint(failure), ...more })
  return new HomeportError('connection-lost', `The connection to ${at(failure)} broke off during the login.`, { hint: 'Try again. If it stays so, look in your provider\'s console whether the server is well.', ...more })
}
