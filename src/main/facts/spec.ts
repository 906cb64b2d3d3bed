import { z } from 'zod'
import { HomeportError } from '../../shared/errors.ts'
import { ServerSpec } from '../../shared/spec.ts'
import type { FileFact } from './facts.ts'
import { Owned } from './owned.ts'

export const specPath = '/etc/homeport/spec.json'
export const ownedPath = '/var/lib/homeport/owned.json'
const knownVersion = 1

/** What the server is meant to be; null where Homeport never was. Throws `spec-invalid` and `spec-newer`. */
export function parseSpec(files: ReadonlyMap<string, FileFact>): ServerSpec | null {
  return parseKept(files, specPath, ServerSpec)
}

/** What Homeport put on the server; null where it never was. Throws `spec-invalid` and `spec-newer`. */
export function parseOwned(files: ReadonlyMap<string, FileFact>): Owned | null {
  return parseKept(files, ownedPath, Owned)
}

function parseKept<T extends z.ZodType>(files: ReadonlyMap<string, FileFact>, path: string, schema: T): z.output<T> | null {
  const file = files.get(path)
  if (file === undefined) return null
  const value = parseJson(file.content ?? '', path)
  const version = z.object({ version: z.number() }).safeParse(value).data?.version ?? knownVersion
  if (version > knownVersion) throw newer(`${path} has version ${version}`)
  const parsed = schema.safeParse(value, { reportInput: true })
  if (parsed.success) return parsed.data
  const problem = z.prettifyError(parsed.error)
  throw parsed.error.issues.some(isUnknown) ? newer(`${path}: ${problem}`) : invalid(path, problem)
}

/** Whether there is something of which this version has never heard: a field, a kind, a word. Such additions keep the version (decision 0024). */
function isUnknown(issue: z.core.$ZodIssue): boolean {
  switch (issue.code) {
    case 'unrecognized_keys': return true
    case 'invalid_value': return typeof issue.input === 'string'
    case 'invalid_union': return (issue.errors.length === 0 && hasKind(issue.input)) || issue.errors.some((issues) => issues.every(isUnknown))
    default: return false
  }
}

function hasKind(value: unknown): boolean {
  return z.object({ kind: z.string() }).safeParse(value).success
}

function newer(detail: string): HomeportError {
  return new HomeportError('spec-newer', 'This server was set up by a newer version of Homeport.', {
    hint: 'Update Homeport on this computer, then connect again. Nothing on the server was changed. (If this is the newest one already, somebody edited a file by hand: the details say which, and what it holds that Homeport does not know.)', detail,
  })
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalid(path, error instanceof Error ? error.message : String(error))
  }
}

function invalid(path: string, problem: string): HomeportError {
  return new HomeportError('spec-invalid', `The file ${path} on the server is damaged, so Homeport does not touch anything there.`, {
    hint: `If somebody edited it, undo that edit (the details say what is wrong). Otherwise restore ${path} from a backup of the server. Your sites go on running meanwhile.`,
    detail: `${path}: ${problem}`,
  })
}
