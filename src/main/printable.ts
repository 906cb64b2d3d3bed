import { stripVTControlCharacters } from 'node:util'

/** A text of a server's or a program's without what commands a terminal: colours, titles, keys pressed for the person. Ends of lines and tabs stay. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return stripVTControlCharacters(text).replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
}
