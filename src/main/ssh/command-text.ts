import { commandLine } from '../compile/quote.ts'
import type { RemoteCommand, Session } from './session.ts'

/** Linux takes up to 128 KiB in one argument (MAX_ARG_STRLEN), and sshd passes the whole command as one. */
const longestText = 120_000

/** Between the sudo password and the input. A constant, so no secret: it tells whether sudo has read the password. */
const inputMark = 'homeport-input'
/**
 * Runs "$@" on what follows the mark. Where sudo asked for no password after all (sudoers was changed meanwhile),
 * the password is still there as the first line, and must not become input of the command.
 */
const dropPassword = `IFS= read -r line; [ "$line" = ${inputMark} ] || IFS= read -r line; unset line; exec "$@"`

/**
 * Runs "$@" as a job with a process group of its own and ends that group when standard input ends. Closing the channel,
 * or losing the line, thus ends what was started; a signal over SSH would not, since through sudo it may not be sent.
 */
const endWithInput = [
  'exec 3<&0 </dev/null 4>&2 2>/dev/null', // bash tells of its jobs there, which is not the command's business
  'set -m',
  '"$@" 2>&4 3<&- 4>&- & job=$!',
  '{ cat <&3; kill -TERM -- "-$job"; sleep 5; kill -KILL -- "-$job"; } >/dev/null 4>&- & watch=$!',
  'exec 3<&- 4>&-',
  'wait "$job"; code=$?',
  'kill -TERM -- "-$watch"',
  'exit "$code"',
].join('\n')

export interface CommandText {
  /** What sshd gives to the login shell. */
  readonly text: string
  /** Whether the sudo password must come first on standard input. */
  readonly wantsPassword: boolean
}

/** Builds the shell text of a command. The script is in the text, so that it takes two round trips and not three. */
export function commandText(command: Pick<RemoteCommand, 'name' | 'script' | 'args' | 'asRoot'>, sudo: Session['sudo'], endsWithInput: boolean): CommandText {
  const inner = ['bash', '-c', command.script, 'homeport', ...(command.args ?? [])]
  const words = endsWithInput ? ['bash', '-c', endWithInput, 'homeport', ...inner] : inner
  const by = command.asRoot === false ? 'root' : sudo
  const text = `exec ${commandLine(...asRoot(words, by))}`
  if (Buffer.byteLength(text) > longestText) throw new RangeError(`The command ${command.name} is too long for one argument: send its data as input.`)
  return { text, wantsPassword: by === 'with-password' }
}

/** The line for sudo and the mark; what the command reads follows. */
export function passwordPrelude(password: string): string {
  return `${password}\n${inputMark}\n`
}

/** `-k`: never a remembered login, so that sudo reads the password each time. `-p ''`: no prompt in stderr. */
function asRoot(words: readonly string[], sudo: Session['sudo']): string[] {
  switch (sudo) {
    case 'root': return ['env', 'LC_ALL=C', ...words]
    case 'without-password': return ['sudo', '-n', '--', 'env', 'LC_ALL=C', ...words]
    case 'with-password': return ['sudo', '-S', '-k', '-p', '', '--', 'env', 'LC_ALL=C', 'bash', '-c', dropPassword, 'homeport', ...words]
  }
}
