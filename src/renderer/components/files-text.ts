/** How the lines of a text end, so that it can be written back as it was: an editor knows only its own way. */
export type LineEnd = '\n' | '\r\n' | '\r'

/** What most lines of a text end with. */
export function lineEndOf(text: string): LineEnd {
  const [windows, all, old] = [text.match(/\r\n/g)?.length ?? 0, text.match(/\n/g)?.length ?? 0, text.match(/\r(?!\n)/g)?.length ?? 0]
  const unix = all - windows
  return windows > unix && windows >= old ? '\r\n' : old > unix && old > windows ? '\r' : '\n'
}

/** Whether all lines end alike: if not, an editor would change lines that nobody touched. */
export function hasOneLineEnd(text: string): boolean {
  const end = lineEndOf(text)
  return text.split(/\r\n|\r|\n/).join(end) === text
}

/** Lines as an editor keeps them, written with the end that the text had. */
export function withLineEnd(text: string, end: LineEnd): string {
  return text.replaceAll('\n', end)
}
