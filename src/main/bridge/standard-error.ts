import { printable } from '../printable.ts'

/** Says something in the terminal in which Homeport was started. What a server said may be part of it. */
export function sayError(text: string, write: (text: string) => void = (said) => void process.stderr.write(said)): void {
  write(`${printable(text)}\n`)
}
