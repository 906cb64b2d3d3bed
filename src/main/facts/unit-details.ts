import type { ServerSpec } from '../../shared/spec.ts'
import type { UnitDetail } from '../../shared/units.ts'
import type { FileFact } from './facts.ts'
import { parseFiles } from './files.ts'
import { readSections, textOf, unreadable } from './sections.ts'
import { parseSpec } from './spec.ts'
import { nextElapse, parseTimestamp } from './units.ts'

/** A description, a path and the like: longer ones are cut. */
const longestText = 1000

/** Reads the answer of `resources/server/commands/units.sh`. Throws `unreadable-answer`, `spec-invalid` and `spec-newer`. */
export async function parseUnitDetails(stdout: Buffer): Promise<UnitDetail[]> {
  const answer = readSections(stdout)
  const section = answer.sections.get('units')
  if (section === undefined || section.exitCode !== 0) throw unreadable(`systemctl show: ${textOf(answer, 'units').slice(0, longestText)}`)
  const files = await parseFiles(answer.archive)
  const blocks = textOf(answer, 'units').split(/\n{2,}/).map(valuesOf).filter((values) => isThere(values))
  const known = new Set(blocks.map((values) => values.get('Id') ?? ''))
  const siteOf = siteFinder(parseSpec(files))
  return blocks.map((values) => unitDetail(values, known, files, siteOf)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function valuesOf(block: string): Map<string, string> {
  const values = new Map<string, string>()
  for (const line of block.split('\n')) {
    const at = line.indexOf('=')
    const [key, value] = [line.slice(0, at), line.slice(at + 1)]
    // Some lists come in several lines.
    values.set(key, values.has(key) ? `${values.get(key) ?? ''} ${value}` : value)
  }
  return values
}

/** Not a unit of which systemd knows nothing but the name. */
function isThere(values: ReadonlyMap<string, string>): boolean {
  return (values.get('Id') ?? '') !== '' && !(values.get('LoadState') === 'not-found' && values.get('ActiveState') === 'inactive')
}

function unitDetail(values: ReadonlyMap<string, string>, known: ReadonlySet<string>, files: ReadonlyMap<string, FileFact>, siteOf: (unit: string) => string | null): UnitDetail {
  const value = (key: string): string => (values.get(key) ?? '').slice(0, longestText)
  const name = values.get('Id') ?? ''
  const since = parseTimestamp(value('StateChangeTimestamp'))
  /** Of the many units that systemd names, those that are on the list. */
  const units = (...keys: string[]): string[] => [...new Set(keys.flatMap((key) => (values.get(key) ?? '').split(' ')))].filter((other) => other !== name && known.has(other)).sort()
  return {
    name, description: value('Description'), siteId: siteOf(name),
    active: value('ActiveState'), sub: value('SubState'), result: value('Result'), enabled: value('UnitFileState'),
    since, restarts: countOf(value('NRestarts')) ?? 0,
    memoryBytes: countOf(value('MemoryCurrent')),
    lastAt: parseTimestamp(value('LastTriggerUSec')), nextAt: nextElapse(values, since),
    needs: units('Requires', 'Wants'), after: units('After'), triggers: units('Triggers', 'OnSuccess'),
    files: pathsOf(values).map((path) => ({ path, text: files.get(path)?.content ?? null })),
  }
}

/** Null for what is no count, and for 2^64 - 1: so systemd says that it has none. */
function countOf(text: string): number | null {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(count) ? count : null
}

/** Of Docker only what Homeport laid beside it: what an administrator says there may hold the password of a proxy. */
function pathsOf(values: ReadonlyMap<string, string>): string[] {
  const isOurs = (values.get('Id') ?? '').startsWith('homeport')
  return [values.get('FragmentPath') ?? '', ...(values.get('DropInPaths') ?? '').split(' ')].filter((path, index) => path.startsWith('/') && (isOurs || index === 0 || path.endsWith('/homeport.conf'))).slice(0, 20)
}

/** Sites' ids may hold dashes and be each other's beginning: the longest that fits is meant. */
function siteFinder(spec: ServerSpec | null): (unit: string) => string | null {
  const sites = [...(spec?.sites ?? [])].sort((a, b) => b.id.length - a.id.length)
  return (unit) => {
    const found = sites.find(({ id, slot }) => (unit.startsWith(`homeport-${id}`) && /^(-(blue|green|pull|build))?\.\w+$/.test(unit.slice(`homeport-${id}`.length))) || unit === `homeportbuild${slot}.slice`)
    return found?.id ?? null
  }
}
