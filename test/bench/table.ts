/** The lines that a benchmark comes to, and how they are shown. */

export interface Line {
  /** The heading under which it is shown. */
  readonly part: string
  readonly name: string
  readonly measured: string
  /** What it should be; "" where it is only shown for comparison. */
  readonly target: string
  readonly verdict: 'ok' | 'over' | 'not measured' | ''
}

/** A figure that is only shown. */
export function shown(part: string, name: string, measured: string): Line {
  return { part, name, measured, target: '', verdict: '' }
}

/** A figure that should be at most `limit`. */
export function atMost(part: string, name: string, value: number, limit: number, show: (value: number) => string): Line {
  return { part, name, measured: show(value), target: `at most ${show(limit)}`, verdict: value <= limit ? 'ok' : 'over' }
}

/** Something that is so or is not. */
export function holds(part: string, name: string, isSo: boolean, measured: string, target: string): Line {
  return { part, name, measured, target, verdict: isSo ? 'ok' : 'over' }
}

export function notMeasured(part: string, name: string, reason: string): Line {
  return { part, name, measured: `not measured, because ${reason}`, target: '', verdict: 'not measured' }
}

/** For a terminal: columns of equal width under each heading. */
export function toText(lines: readonly Line[]): string {
  const width = (read: (line: Line) => string, limit: number): number => Math.min(limit, Math.max(...lines.map((line) => read(line).length)))
  const [names, figures, targets] = [width((line) => line.name, 64), width((line) => line.measured, 46), width((line) => line.target, 24)]
  const row = (line: Line): string => `  ${line.name.padEnd(names)}  ${line.measured.padEnd(figures)}  ${line.target.padEnd(targets)}  ${line.verdict}`.trimEnd()
  return partsOf(lines).map((part) => [part, ...lines.filter((line) => line.part === part).map(row)].join('\n')).join('\n\n')
}

/** Sections of a Markdown document by their headings, each with the day on which it was measured. */
export function toSections(lines: readonly Line[], day: string): Map<string, string> {
  const row = (line: Line): string => `| ${[line.name, line.measured, line.target, line.verdict].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return new Map(partsOf(lines).map((part) => [part, [
    `## ${part}`, '', `Measured on ${day}.`, '', '| What | Measured | Target | |', '|---|---|---|---|', ...lines.filter((line) => line.part === part).map(row), '',
  ].join('\n')]))
}

/** The sections of a document that `toSections` gave the text of. */
export function readSections(document: string): Map<string, string> {
  return new Map(document.split(/^(?=## )/m).slice(1).map((section) => [section.slice(3, section.indexOf('\n')), `${section.trimEnd()}\n`]))
}

function partsOf(lines: readonly Line[]): string[] {
  return [...new Set(lines.map((line) => line.part))]
}
