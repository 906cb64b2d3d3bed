/** Sections of a unit file with their settings in order; a key may repeat (systemd.syntax(7)). */
export type UnitSections = Readonly<Record<string, readonly (readonly [key: string, value: string])[]>>

/** Text of a unit file. Values are literal: `%` is doubled, but in limits; and line breaks are refused because they would start a setting. */
export function renderUnitFile(sections: UnitSections): string {
  return Object.entries(sections).map(([name, settings]) => `[${name}]\n${settings.map(([key, value]) => `${key}=${literal(key, value)}\n`).join('')}`).join('\n')
}

/** A command line for ExecStart=: every word quoted where systemd would split, expand or unquote it (systemd.service(5), "Command lines"). */
export function execLine(...words: readonly string[]): string {
  return words.map((word) => (/^[A-Za-z0-9_./:=@,+-]+$/.test(word) ? word : `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('$', '$$$$')}"`)).join(' ')
}

/** A line of an EnvironmentFile= (systemd.exec(5)): double quotes, in which only \ " ` and $ need a backslash. */
export function environmentLine(name: string, value: string): string {
  refuseBreaks(value)
  return `${name}="${value.replace(/[\\"`$]/g, String.raw`\$&`)}"\n`
}

function literal(key: string, value: string): string {
  refuseBreaks(value)
  // It would join the next line to this one.
  if (value.endsWith('\\')) throw new RangeError('A unit setting cannot end with a backslash.')
  // Limits know no specifiers: "60%%" is none to them, and is ignored (systemd.resource-control(5)).
  return /^(Memory|CPU|IO|Tasks)/.test(key) ? value : value.replaceAll('%', '%%')
}

function refuseBreaks(value: string): void {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(value)) throw new RangeError('A unit setting cannot hold a line break or a control character.')
}
