/**
 * One word of haproxy's configuration, whatever is in it. Single quotes keep everything as it is; only they themselves
 * have to be left for a moment (haproxy configuration manual 2.2, "Quoting and escaping").
 */
export function proxyWord(text: string): string {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new RangeError('A line of the proxy cannot hold a line break or a control character.')
  return /^[A-Za-z0-9_./:@,=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** A word where haproxy takes a log format: `%` begins a variable there, and a doubled one is the character (8.2.6, "Custom log format"). */
export function proxyFormat(...parts: readonly (string | { readonly fetch: string })[]): string {
  return proxyWord(parts.map((part) => (typeof part === 'string' ? part.replaceAll('%', '%%') : `%[${part.fetch}]`)).join(''))
}
