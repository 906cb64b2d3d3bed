import { gunzipSync } from 'node:zlib'
import { HomeportError } from '../../shared/errors.ts'

/** One part of the answer of `resources/server/gather.sh`. */
export interface Section { readonly exitCode: number; readonly content: Buffer }
export interface Answer {
  readonly sections: ReadonlyMap<string, Section>
  /** The tar archive at the end. */
  readonly archive: Buffer
}

/** Far above 2,000 sites with all their files; below what would hurt this computer. */
const maxAnswerBytes = 128 * 1024 * 1024
const header = /^@@ ([a-z0-9.-]{1,64}) (\d{1,3}) (-|\d{1,9})$/
const newline = 0x0a

/**
 * Takes the answer apart. What is inside a section cannot break the frame around it: only its length is looked at.
 * Throws `unreadable-answer` where the frame itself is broken or the answer ends too early.
 */
export function readSections(stdout: Buffer): Answer {
  const bytes = uncompress(stdout)
  const sections = new Map<string, Section>()
  let position = 0
  for (;;) {
    const end = bytes.subarray(position, position + 128).indexOf(newline)
    const match = end < 0 ? null : header.exec(bytes.toString('latin1', position, position + end))
    if (match === null) throw unreadable(position >= bytes.length ? 'It ends before its last section.' : `There is no section at byte ${position}.`)
    const start = position + end + 1
    const [, name = '', exitCode = '', length = ''] = match
    if (length === '-') return { sections, archive: bytes.subarray(start) }
    position = start + Number(length) + 1
    if (position > bytes.length || bytes[position - 1] !== newline) throw unreadable(`The section ${name} is cut off.`)
    if (!sections.has(name)) sections.set(name, { exitCode: Number(exitCode), content: bytes.subarray(start, position - 1) })
  }
}

/** A section as text; '' where it is absent. */
export function textOf(answer: Answer, name: string): string {
  return answer.sections.get(name)?.content.toString('utf8') ?? ''
}

/** The lines of a section, without empty ones. */
export function linesOf(answer: Answer, name: string): string[] {
  return textOf(answer, name).split('\n').filter((line) => line !== '')
}

/** A section as JSON; undefined where it is absent or not JSON. */
export function jsonOf(answer: Answer, name: string): unknown {
  try {
    return JSON.parse(textOf(answer, name))
  } catch {
    return undefined
  }
}

/** What could not be read on the server, by section, with what its command said. */
export function failuresOf(answer: Answer): Map<string, string> {
  const failed = [...answer.sections].filter(([name, section]) => section.exitCode !== 0 && !name.endsWith('.error'))
  return new Map(failed.map(([name, section]) => [name, textOf(answer, `${name}.error`).trim() || `exit code ${section.exitCode}`]))
}

/** Needed sections of which nothing came at all: a server that is out of memory or processes starts no command for them. */
export function silentOf(answer: Answer, needed: readonly string[], isWhole: (name: string) => boolean = () => true): Map<string, string> {
  return new Map(needed.filter((name) => !answer.sections.has(name) || !isWhole(name)).map((name) => [name, 'There is no whole answer.']))
}

export function unreadable(detail: string, cause?: unknown): HomeportError {
  return new HomeportError('unreadable-answer', 'The server gave an answer that Homeport cannot read.', {
    hint: 'Try again. If it happens again, the start-up files of the shell on the server may print something: look at ~/.bashrc and /etc/profile there.', detail, cause,
  })
}

function uncompress(stdout: Buffer): Buffer {
  // gzip's magic number (RFC 1952, 2.3.1). Where there is no gzip the answer comes as it is.
  if (stdout[0] !== 0x1f || stdout[1] !== 0x8b) return stdout
  try {
    return gunzipSync(stdout, { maxOutputLength: maxAnswerBytes })
  } catch (error) {
    throw unreadable('The answer is cut off, damaged or too large.', error)
  }
}
