import { z } from 'zod'
import { MailAlias, type MailDomain } from '../../shared/mail.ts'

/** The form of one alias as it is typed; targets one on each line. */
export interface AliasValues { readonly name: string; readonly targets: string; readonly comment: string; readonly enabled: boolean }

/** `name`: that of a new one, where it is known already. */
export function aliasValues(alias: MailAlias | null, name = ''): AliasValues {
  return { name: alias?.name ?? name, targets: alias?.targets.join('\n') ?? '', comment: alias?.comment ?? '', enabled: alias?.disabled !== true }
}

export function aliasOf({ name, targets, comment, enabled }: AliasValues): MailAlias {
  return MailAlias.parse(aliasInput({ name, targets, comment, enabled }))
}

export const linesOf = (text: string): string[] => text.split(/[\s,;]+/).filter((line) => line !== '')

function aliasInput({ name, targets, comment, enabled }: AliasValues): z.input<typeof MailAlias> {
  return { name, targets: linesOf(targets), ...(enabled ? {} : { disabled: true }), ...(comment.trim() === '' ? {} : { comment }) }
}

/** Says at each field what is wrong. `before`: the alias that is changed, null for a new one. */
export function aliasSchema({ aliases }: Pick<MailDomain, 'aliases'>, before: MailAlias | null) {
  const taken = new Set(aliases.map(({ name }) => name))
  return z.object({ name: z.string(), targets: z.string(), comment: z.string(), enabled: z.boolean() }).superRefine((values, context) => {
    const parsed = MailAlias.safeParse(aliasInput(values))
    for (const { path, message } of parsed.error?.issues ?? []) context.addIssue({ code: 'custom', path: [path[0] ?? 'name'], message: path[0] === 'targets' && typeof path[1] === 'number' ? `${linesOf(values.targets)[path[1]] ?? ''}: ${message}` : message })
    if (parsed.success && parsed.data.name !== before?.name && taken.has(parsed.data.name)) context.addIssue({ code: 'custom', path: ['name'], message: `There is an alias ${parsed.data.name} already.` })
  })
}


/** Aliases in which all words that are looked for stand somewhere. */
export function foundAliases(aliases: readonly MailAlias[], search: string): readonly MailAlias[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '')
  if (words.length === 0) return aliases
  return aliases.filter(({ name, targets, comment }) => {
    const text = `${name} ${targets.join(' ')} ${comment ?? ''}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
