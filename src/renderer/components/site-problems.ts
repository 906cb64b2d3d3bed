import type { FieldErrors, FieldPath, Resolver } from 'react-hook-form'
import type { z } from 'zod'
import { SiteDraft, type Site } from '../../shared/spec.ts'
import { draftInput } from './site-draft.ts'
import type { SiteFormValues } from './site-values.ts'

type Field = FieldPath<SiteFormValues>
export interface Problem { readonly field: Field; readonly message: string }

/** Every field of a form that is not right, each once. */
export function siteProblems(values: SiteFormValues, before?: Site): Problem[] {
  const parsed = SiteDraft.safeParse(draftInput(values, before))
  const found = parsed.success ? [] : parsed.error.issues.map((issue) => problemOf(issue, values))
  const passwords = values.users.flatMap(({ password, hash }, index) => {
    const field = `users.${index}.password` as Field
    if (password === '' && hash === '') return [{ field, message: 'Type a password.' }]
    if (password !== '' && password.length < 8) return [{ field, message: 'Take at least 8 characters.' }]
    return new TextEncoder().encode(password).length > 72 ? [{ field, message: 'Take at most 72 characters.' }] : []
  })
  const all = [...found.filter(({ field }) => !/^users\.\d+\.password$/.test(field)), ...passwords]
  return all.filter(({ field }, index) => all.findIndex((other) => other.field === field) === index)
}

function problemOf(issue: z.core.$ZodIssue, values: SiteFormValues): Problem {
  // A variable is one of two shapes: what is wrong stands with the shape that it has.
  const inner = issue.code === 'invalid_union' ? issue.errors.flat().find(({ path, code }) => code !== 'unrecognized_keys' && (path[0] === 'name' || path[0] === 'value')) : undefined
  const path = [...issue.path, ...(inner?.path ?? [])].map(String)
  const field = fieldAt(path, values)
  return { field, message: messageFor(field, (inner ?? issue).message) }
}

/** The field of the form for a place in the draft, also for the places that main names. */
export function fieldAt(path: readonly string[], values: Pick<SiteFormValues, 'kind'>): Field {
  const [first = '', second = '', ...rest] = path
  if (first === 'access') return (second === 'addresses' ? 'addresses' : ['users', rest[0] ?? '0', rest[1] === 'hash' ? 'password' : 'name'].join('.')) as Field
  if (first === 'aliases') return `aliases.${second === '' ? '0' : second}.domain` as Field
  if (first !== 'source') return path.join('.') as Field
  switch (second) {
    case 'release': case 'folder': return second
    case 'branch': case 'intervalMinutes': case 'key': case 'plainHttp': return `repository.${second}`
    case 'url': return values.kind === 'address' ? 'address.url' : 'repository.url'
    case 'serving': return `serving.${rest.join('.')}` as Field
    case 'app': return (rest[0] === 'command' ? 'app.command' : rest.at(-1) === 'secret' ? ['app', ...rest.slice(0, -1), 'value'].join('.') : ['app', ...rest].join('.')) as Field
    case 'dockerfile': return 'build.dockerfile'
    case 'limits': return `build.${rest.join('.')}` as Field
    case 'image': return 'image.image'
    case 'to': return 'redirect.to'
    case 'title': case 'text': return `notice.${second}`
    default: return 'kind'
  }
}

function messageFor(field: Field, message: string): string {
  if (field === 'release') return 'Choose a folder or an archive, and wait until it is sent.'
  if (field === 'repository.intervalMinutes') return 'Type a number of minutes from 1 to 1440.'
  if (field === 'app.port') return 'Type the port as a number from 1 to 65535.'
  if (field === 'repository.key') return 'Make a key for the server, and check the key of the git server.'
  if (/\.environment\.\d+\.value$/.test(field) && /not the id of a secret/.test(message)) return 'Type the value.'
  return message
}

/** For react-hook-form. */
export function siteResolver(before?: Site): Resolver<SiteFormValues> {
  return async (values) => {
    const problems = siteProblems(values, before)
    return problems.length === 0 ? { values, errors: {} } : { values: {}, errors: errorsOf(problems) }
  }
}

function errorsOf(problems: readonly Problem[]): FieldErrors<SiteFormValues> {
  const errors: Record<string, unknown> = {}
  for (const { field, message } of problems) {
    const keys = field.split('.')
    let place = errors
    for (const [index, key] of keys.entries()) {
      if (index === keys.length - 1) place[key] = { type: 'site', message }
      else place = (place[key] ??= /^\d+$/.test(keys[index + 1] ?? '') ? [] : {}) as Record<string, unknown>
    }
  }
  return errors as FieldErrors<SiteFormValues>
}
