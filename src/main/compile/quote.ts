/**
 * One word of shell text, whatever it holds: the single place where a value becomes shell.
 * Single quotes suspend everything in POSIX shells (POSIX.1-2024, 2.2.2); a NUL cannot be in an argument at all.
 */
export function quote(value: string): string {
  if (value.includes('\0')) throw new RangeError('A shell word cannot hold a NUL character.')
  if (/^[A-Za-z0-9_./:=@%+,-]+$/.test(value)) return value
  return `'${value.replaceAll("'", String.raw`'\''`)}'`
}

/** A command line of quoted words. */
export function commandLine(...words: readonly string[]): string {
  return words.map(quote).join(' ')
}
