/**
 * Reads unit and environment files as systemd does, written from its manual pages and not from the renderer:
 * systemd.syntax(7), systemd.unit(5) "Specifiers", systemd.service(5) "Command lines", systemd.exec(5) EnvironmentFile=.
 */
export type ReadUnit = Map<string, (readonly [key: string, value: string])[]>

export function readUnitFile(text: string): ReadUnit {
  const sections: ReadUnit = new Map()
  let settings: (readonly [string, string])[] = []
  // A backslash at the end of a line joins it with the next one, by a space.
  for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
    if (line.trim() === '' || /^[#;]/.test(line)) continue
    const header = /^\[(.+)\]$/.exec(line)
    if (header !== null) {
      settings = []
      sections.set(header[1] ?? '', settings)
      continue
    }
    const at = line.indexOf('=')
    if (at < 1) throw new Error(`Not a setting: ${line}`)
    settings.push([line.slice(0, at).trim(), line.slice(at + 1).trim()])
  }
  return sections
}

/** Specifiers: `%%` is one percent sign; all others would put in something else. */
export function readSpecifiers(value: string): string {
  return value.replace(/%(.?)/g, (whole, letter) => {
    if (letter === '%') return '%'
    throw new Error(`The specifier ${whole} is left.`)
  })
}

/** Words of a command line after unquoting, specifiers and `$$`. Throws where a variable would be put in. */
export function readCommandLine(text: string): string[] {
  const words: string[] = []
  let rest = text.trimStart()
  while (rest !== '') {
    let word = ''
    let quoteMark = ''
    let at = 0
    for (; at < rest.length; at++) {
      const char = rest[at] ?? ''
      if (char === '\\') word += unescape(rest[++at] ?? '')
      else if (quoteMark !== '') { if (char === quoteMark) quoteMark = ''; else word += char }
      else if (char === '"' || char === "'") quoteMark = char
      else if (/\s/.test(char)) break
      else word += char
    }
    if (quoteMark !== '') throw new Error(`An open quotation mark in ${text}`)
    if (rest.slice(0, at) === ';') throw new Error('A second command begins.')
    words.push(readVariables(readSpecifiers(word)))
    rest = rest.slice(at).trimStart()
  }
  return words
}

/** `KEY="value"`: inside double quotes a backslash counts only before " \ ` and $ (systemd's own env-file reader). */
export function readEnvironmentLine(line: string): readonly [string, string] {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"\n$/su.exec(line)
  if (match === null) throw new Error(`Not an environment line: ${JSON.stringify(line)}`)
  return [match[1] ?? '', (match[2] ?? '').replace(/\\(.)/gsu, (whole, char: string) => ('"\\`$'.includes(char) ? char : whole))]
}

/** The escapes that the renderer uses; C escapes such as \n and \x41 would mean something else. */
function unescape(char: string): string {
  if ('\\"\''.includes(char)) return char
  throw new Error(`An escape \\${char}`)
}

function readVariables(word: string): string {
  return word.replace(/\$(.?)/gs, (whole, next) => {
    if (next === '$') return '$'
    if (/[A-Za-z_{]/.test(next)) throw new Error(`The variable ${whole} is put in.`)
    return whole
  })
}
