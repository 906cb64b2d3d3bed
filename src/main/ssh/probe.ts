import { HomeportError } from '../../shared/errors.ts'
import { commandLine } from '../compile/quote.ts'
import type { Session } from './session.ts'

/** Counted in sudo's output: asked once and refused is another thing than asked again because the password is wrong. */
const prompt = 'homeport-asks'
const mark = 'homeport-probe'

/** For any POSIX shell, since the server may have no bash. "$1" says whether a password waits on standard input. */
const script = `
export LC_ALL=C
say() { printf '${mark} %s %s\\n' "$1" "$2"; }
say kernel "$(uname -s)"
[ -d /run/systemd/system ] && say init systemd
if [ "$(id -u)" = 0 ]; then say sudo root; exit 0; fi
if ! command -v sudo >/dev/null 2>&1; then say sudo missing; exit 0; fi
if sudo -n -k true </dev/null >/dev/null 2>&1; then say sudo without-password; exit 0; fi
if [ "$1" != password ]; then say sudo needs-password; exit 0; fi
if answer=$(sudo -S -k -p ${prompt} true 2>&1); then say sudo with-password; exit 0; fi
say sudo failed
printf '%s\\n' "$answer"
`

/** The command of the one exchange that finds out what a server is and how root is reached. */
export function probeText(hasPassword: boolean): string {
  return `exec ${commandLine('sh', '-c', script, 'homeport', hasPassword ? 'password' : 'none')}`
}

/**
 * Reads the probe's answer. Throws `not-linux`, `no-systemd`, `sudo-missing`, `sudo-needs-password`,
 * `sudo-password-wrong`, `sudo-refused`, `account-locked` or `unreadable-answer`.
 */
export function parseProbe(stdout: string, stderr: string, user: string): Session['sudo'] {
  const said = new Map<string, string>()
  for (const line of stdout.split('\n')) {
    const [, key, value] = new RegExp(`^${mark} (\\w+) (.*)$`).exec(line) ?? []
    if (key !== undefined && value !== undefined) said.set(key, value)
  }
  const kernel = said.get('kernel')
  if (kernel === undefined) throw noAnswer(stdout, stderr, user)
  if (kernel !== 'Linux') throw new HomeportError('not-linux', `This server runs ${kernel}, not Linux.`, { hint: 'Homeport sets up Debian and Ubuntu servers. Choose one of them with your provider.' })
  if (said.get('init') !== 'systemd') {
    throw new HomeportError('no-systemd', 'This server does not run systemd, which Homeport needs.', { hint: 'Use a full virtual server (VPS) with Debian or Ubuntu, not a container or a minimal system.' })
  }
  return readSudo(said.get('sudo') ?? '', stdout, user)
}

function readSudo(answer: string, stdout: string, user: string): Session['sudo'] {
  switch (answer) {
    case 'root': case 'without-password': case 'with-password': return answer
    case 'missing': throw new HomeportError('sudo-missing', `${user} is not root, and this server has no sudo.`, { hint: 'Log in as root, or install sudo on the server.' })
    case 'needs-password': throw new HomeportError('sudo-needs-password', `${user} needs a password to become root with sudo.`, { hint: `Type the password of ${user} on the server.` })
    default: throw sudoError(stdout, user)
  }
}

/** Why sudo did not run a command, from what it printed. */
export function sudoError(printed: string, user: string): HomeportError {
  const asked = printed.split(prompt).length - 1
  // The words are needed where an administrator allows one try only, or no prompt is set; the locale is C.
  const isWrong = asked > 1 || /incorrect password|no password was provided|a password is required|Authentication failed|Sorry, try again/.test(printed)
  const detail = printed.replaceAll(prompt, '').trim()
  if (isWrong) return new HomeportError('sudo-password-wrong', `The server refused this password for sudo.`, { hint: `Type the password of ${user} on the server. It may differ from the passphrase of a key.`, detail })
  return new HomeportError('sudo-refused', `${user} may not become root on this server.`, { hint: `Log in as root or as another user, or let an administrator allow ${user} to use sudo.`, detail })
}

function noAnswer(stdout: string, stderr: string, user: string): HomeportError {
  const detail = `${stderr}\n${stdout}`.trim().slice(0, 2_000)
  if (/password .*expired|password change required|change your password/i.test(detail)) {
    return new HomeportError('account-locked', `The server wants ${user} to choose a new password first.`, { hint: `Log in as ${user} once in a terminal or in your provider's console, choose a new password, and connect again.`, detail })
  }
  return new HomeportError('unreadable-answer', `${user} can log in, but cannot run commands on this server.`, { hint: 'Use root or another user with a normal shell. A web space or a router is not a server that Homeport can set up.', detail })
}
