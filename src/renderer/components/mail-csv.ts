import Papa from 'papaparse'
import { MailAlias, toMailAddress, type MailDomain } from '../../shared/mail.ts'

export interface WrongLine { readonly line: number; readonly text: string; readonly problem: string }

/** What a file of aliases would change. */
export interface Import {
  readonly aliases: readonly MailAlias[]
  /** Where the catch-all leads by the file; null where it does not say. */
  readonly catchAll: readonly string[] | null
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  /** Aliases of the domain that the file does not have. */
  readonly others: number
  readonly wrong: readonly WrongLine[]
}

const columns = ['alias', 'targets', 'disabled', 'comment'] as const
/** What a spreadsheet would take for a formula; with a ' of its own in front as well, so that taking one away gives back what was there. */
const formula = /^'*[=+\-@\t\r]/

/** All aliases of a domain as CSV (RFC 4180), the catch-all as `*`. */
export function csvOf({ aliases, catchAll }: Pick<MailDomain, 'aliases' | 'catchAll'>): string {
  const rows = [
    ...aliases.map(({ name, targets, disabled, comment }) => [name, targets.join(' '), disabled === true ? 'yes' : '', comment ?? '']),
    ...(catchAll === undefined ? [] : [['*', catchAll.join(' '), '', '']]),
  ]
  return `${Papa.unparse({ fields: [...columns], data: rows.map((row) => row.map(guarded)) }, { newline: '\r\n' })}\r\n`
}

const guarded = (cell: string): string => (formula.test(cell) ? `'${cell}` : cell)
const unguarded = (cell: string): string => (cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell)

type Target = Pick<MailDomain, 'domain' | 'aliases'>

/** Reads a file of aliases and compares it with what is there. Wrong lines are told and left out. */
export function readCsv(text: string, domain: Target): Import {
  const steps = reading(text, domain)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** The same, in between of which the window can draw and answer. */
export async function readCsvInSteps(text: string, domain: Target): Promise<Import> {
  const steps = reading(text, domain)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    await new Promise((resolve) => { setTimeout(resolve, 0) })
  }
}

/** About 20 ms of work. */
const rowsAtOnce = 2000

function* reading(text: string, domain: Target): Generator<undefined, Import> {
  const { data } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''))
  const found = new Map<string, MailAlias>()
  const wrong: WrongLine[] = []
  let catchAll: readonly string[] | null = null
  let order: readonly string[] | null = null
  let next = 1
  for (const [index, cells] of data.entries()) {
    if (index % rowsAtOnce === rowsAtOnce - 1) yield
    const line = next
    next += linesOf(cells)
    if (cells.every((cell) => cell.trim() === '')) continue
    const isHeader: boolean = order === null && cells[0]?.trim().toLowerCase() === 'alias'
    order ??= isHeader ? cells.map((cell) => cell.trim().toLowerCase()) : columns
    if (isHeader) continue
    const row = readRow(cells, order, domain.domain)
    if (row.kind === 'catch-all') catchAll = row.targets
    else if (row.kind === 'alias' && !found.has(row.alias.name)) found.set(row.alias.name, row.alias)
    else wrong.push({ line, text: cells.join(', ').slice(0, 120), problem: row.kind === 'wrong' ? row.problem : `${row.alias.name} stands in the file twice.` })
  }
  return { ...compare([...found.values()], domain), catchAll, wrong }
}

type Row = { readonly kind: 'alias'; readonly alias: MailAlias } | { readonly kind: 'catch-all'; readonly targets: readonly string[] } | { readonly kind: 'wrong'; readonly problem: string }

function readRow(cells: readonly string[], order: readonly string[], domain: string): Row {
  const { name, targets, disabled, comment } = cellsOf(cells, order)
  const wrong = (problem: string): Row => ({ kind: 'wrong', problem })
  const addresses = targets.split(/[\s,;]+/).filter((target) => target !== '')
  const local = localPart(name, domain)
  if (local === null) return wrong(`This address is not one of ${domain}.`)
  if (local === '*') {
    const taken = addresses.map(toMailAddress)
    return taken.length === 0 || taken.includes(null) ? wrong('The catch-all needs addresses that mail can be forwarded to.') : { kind: 'catch-all', targets: taken.filter((address) => address !== null) }
  }
  if (!/^(|yes|true|1|x|no|false|0)$/i.test(disabled)) return wrong('In the column “disabled” stands yes, or nothing.')
  const parsed = MailAlias.safeParse({ name: local, targets: addresses, ...(/^(yes|true|1|x)$/i.test(disabled) ? { disabled: true } : {}), ...(comment === '' ? {} : { comment }) })
  return parsed.success ? { kind: 'alias', alias: parsed.data } : wrong(parsed.error.issues[0]?.message ?? 'This line cannot be read.')
}

/** How many lines of the file a row takes: a cell in quotes may have line breaks. */
const linesOf = (cells: readonly string[]): number => cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 1)

/** The cells of a row, where the header says they are. */
function cellsOf(cells: readonly string[], order: readonly string[]): Record<'name' | 'targets' | 'disabled' | 'comment', string> {
  const cellOf = (column: string): string => unguarded(cells[order.indexOf(column)]?.trim() ?? '')
  return { name: cellOf('alias'), targets: cellOf('targets'), disabled: cellOf('disabled'), comment: cellOf('comment') }
}

/** `info`, `info@example.org`, `*`, `@example.org`: what it is in this domain; null for another one. */
function localPart(name: string, domain: string): string | null {
  const at = name.lastIndexOf('@')
  if (at === -1) return name
  if (name.slice(at + 1).toLowerCase() !== domain) return null
  return name.slice(0, at) === '' ? '*' : name.slice(0, at)
}

function compare(aliases: readonly MailAlias[], domain: Pick<MailDomain, 'aliases'>): Pick<Import, 'aliases' | 'added' | 'changed' | 'unchanged' | 'others'> {
  const known = new Map(domain.aliases.map((alias) => [alias.name, JSON.stringify(sorted(alias))]))
  const same = aliases.filter((alias) => known.get(alias.name) === JSON.stringify(sorted(alias))).length
  const added = aliases.filter(({ name }) => !known.has(name)).length
  return { aliases, added, unchanged: same, changed: aliases.length - added - same, others: known.size - (aliases.length - added) }
}

const sorted = ({ name, targets, disabled, comment }: MailAlias): unknown[] => [name, targets, disabled === true, comment ?? '']
