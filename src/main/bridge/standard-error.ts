import { stripVTControlCharacters } from 'node:util'

/**
 * Says something in the terminal in which Homeport was started. What a server said may be part of it: nothing of that
 * commands the terminal, such as to change its title or to type for the person.
 */
export function sayError(text: string, write: (text: string) => void = (said) => void process.stderr.write(said)): void {
  // oxlint-disable-next-line no-control-regex
  write(`${stripVTControlCharacters(text).replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')}\n`)
}
