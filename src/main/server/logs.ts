import { z } from 'zod'
import type { LogLine, LogSource } from '../../shared/log.ts'
import { printable } from '../printable.ts'
import { siteLogTag } from '../render/site-log.ts'
import type { RemoteCommand } from '../ssh/session.ts'
import { followLines, type FollowLinesOptions } from './follow-lines.ts'

/** Units of one site, as far as it has them. The first one is what Homeport made for each site in earlier versions. */
const siteUnits = ['', '-blue', '-green', '-build', '-pull']

/** Characters of one line of journalctl's json: the longest that journald takes from a program's output (LineMax=, 48 KiB), each byte a number. */
const longestEntry = 256 * 1024
/** Characters of a message that are shown. */
const longestMessage = 16_000

const fields = 'MESSAGE,PRIORITY,_UID,_SYSTEMD_UNIT,UNIT,CONTAINER_TAG,SYSLOG_IDENTIFIER'

/** Arguments of journalctl(1) for a source. `+` is its "or". */
export function journalArguments(source: LogSource, lines: number, afterCursor: string | null): string[] {
  const from = afterCursor === null ? [`--lines=${lines}`] : [`--after-cursor=${afterCursor}`]
  // Without --all a message of more than 4 KiB would come as null.
  return ['--follow', '--all', '--output=json', `--output-fields=${fields}`, '--no-pager', ...from, ...matches(source)]
}

function matches(source: LogSource): string[] {
  switch (source.kind) {
    case 'all': return []
    case 'unit': return unitMatches(source.unit)
    case 'site': return [`SYSLOG_IDENTIFIER=${siteLogTag(source.siteId)}`, ...siteUnits.flatMap((suffix) => ['+', ...unitMatches(`homeport-${source.siteId}${suffix}.service`)])]
  }
}

/** All that the web server of the static sites says of visitors: its facility (local6) and its user. */
const staticMatches = ['SYSLOG_FACILITY=22', '_UID=101']

/** What a unit says itself, what systemd says of it, and what its container says (which dockerd writes): of the fields that anybody can give, only root's are believed. */
function unitMatches(unit: string): string[] {
  return [`_SYSTEMD_UNIT=${unit}`, '+', `UNIT=${unit}`, '_UID=0', '+', `CONTAINER_TAG=${unit.replace(/\.service$/, '')}`, '_UID=0', ...(unit === 'homeport-static.service' ? ['+', ...staticMatches] : [])]
}

/** A value is a string, an array of bytes where it is not UTF-8, or null where it is too large (journalctl's json). */
const Value = z.union([z.string(), z.array(z.number()).transform((bytes) => Buffer.from(bytes).toString('utf8')), z.null().transform(() => '(too long to show)')])
/** A field that was given several times comes as the list of its values. */
const Field = z.union([Value, z.array(Value).transform((values) => values.join('\n'))])
/** A field beside the message: an odd one is no reason to lose the line. */
const Name = z.string().optional().catch(undefined)
const Entry = z.looseObject({
  __CURSOR: z.string(), __REALTIME_TIMESTAMP: z.string(), MESSAGE: Field.default(''), PRIORITY: z.enum(['0', '1', '2', '3', '4', '5', '6', '7']).catch('6'),
  _UID: Name, _SYSTEMD_UNIT: Name, UNIT: Name, CONTAINER_TAG: Name, SYSLOG_IDENTIFIER: Name,
})

/** One line of `journalctl -o json`, or null for a line that is not an entry. An entry that was too long to be read says so in its message. */
export function parseJournalLine(text: string): { line: LogLine; cursor: string | null } | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return text.length < longestEntry ? null : cutEntry(text) // else a notice of journalctl
  }
  const parsed = Entry.safeParse(value)
  if (!parsed.success) return null
  const entry = parsed.data
  const isRoots = entry._UID === '0'
  return {
    cursor: entry.__CURSOR,
    line: {
      at: Number(entry.__REALTIME_TIMESTAMP) / 1000,
      unit: (isRoots ? entry.CONTAINER_TAG : undefined) ?? (entry.SYSLOG_IDENTIFIER?.startsWith('homeport_') === true ? 'homeport-static' : undefined) ?? (isRoots ? entry.UNIT : undefined) ?? entry._SYSTEMD_UNIT ?? entry.SYSLOG_IDENTIFIER ?? '',
      priority: Number(entry.PRIORITY),
      message: readable(entry.MESSAGE),
    },
  }
}

/** What can be known of an entry whose line was cut: its fields come in any order. */
function cutEntry(text: string): { line: LogLine; cursor: string | null } {
  const field = (name: string): string | null => new RegExp(`"${name}":"([^"\\\\]{1,500})"`).exec(text)?.[1] ?? null
  const microseconds = Number(field('__REALTIME_TIMESTAMP') ?? Number.NaN)
  const at = Number.isFinite(microseconds) ? microseconds / 1000 : Date.now()
  return { cursor: field('__CURSOR'), line: { at, unit: (field('_UID') === '0' ? field('CONTAINER_TAG') : null) ?? field('_SYSTEMD_UNIT') ?? '', priority: 6, message: '(too long to show)' } }
}

/** Without the colours and other commands that a program has for a terminal, and not longer than a screen or two. */
function readable(message: string): string {
  const text = printable(message)
  return text.length > longestMessage ? `${text.slice(0, longestMessage)} … (${text.length - longestMessage} more characters)` : text
}

export interface FollowLogsOptions extends Omit<FollowLinesOptions, 'command'> {
  readonly source: LogSource
  /** Earlier lines to begin with. */
  readonly lines: number
}

/** Lines of the journal as they come, in batches; goes on after a lost line without a gap and without a repetition. */
export async function* followLogs(options: FollowLogsOptions): AsyncGenerator<LogLine[]> {
  let cursor: string | null = null
  const command = (): RemoteCommand => ({ name: 'follow-logs', script: 'exec journalctl "$@"', args: journalArguments(options.source, options.lines, cursor) })
  for await (const followed of followLines({ ...options, command, longestLine: longestEntry })) {
    if (followed.kind !== 'lines') continue
    const entries = followed.lines.map(parseJournalLine).filter((entry) => entry !== null)
    cursor = entries.at(-1)?.cursor ?? cursor
    if (entries.length > 0) yield entries.map((entry) => entry.line)
  }
}
