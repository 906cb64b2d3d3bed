import { SiteId } from '../../shared/spec.ts'
import type { ResourceOf, SecretUse } from '../render/resource.ts'
import { secretUses } from '../render/secrets.ts'
import { noop, type Judgement, type PlanContext } from './planned-change.ts'

/** Secrets are sent before the plan that names them. One that is missing can only be entered again: what needs it says so. */
export function planSecret(resource: ResourceOf<'secret'>, context: PlanContext): Judgement {
  const judgement = noop(context.facts.secrets.has(resource.name) ? 'It is kept on the server.' : 'It is not on the server any more. Enter it again where it is used.')
  // Noted, since a removal that goes on after it was cut short finds no site of it in the spec any more.
  return resource.of === undefined ? judgement : { ...judgement, before: usesText(resource.of) }
}

/** What a program keeps may be encrypted with a value that nobody else has: where its data stays, the value does. */
export function planSecretRemoval(name: string, context: PlanContext): Judgement {
  if (!context.facts.secrets.has(name)) return noop('It is gone already.')
  const before = context.owned[`secret/${name}`]?.before
  const uses = before === undefined && context.facts.spec !== null ? secretUses(context.facts.spec).get(name) ?? [] : parseUses(before ?? '')
  const kept = uses.filter(({ site }) => isDataKept(site, context))
  if (kept.length === 0) return { verdict: 'delete', reason: 'Nothing uses it any more.' }
  const names = kept.map(({ site, variable }) => `${variable} of ${site}`).join(', ')
  const isPacked = kept.every(({ site }) => context.dataOf(site) === 'archive' && !context.wanted.has(`site-data/${site}`))
  return { verdict: 'delete', data: 'archive', before: usesText(kept), reason: `What is kept may need its value (${names}): it is put ${isPacked ? 'beside the archive' : 'into /srv/homeport/.secrets'}, where root alone reads it.` }
}

/** Whether the program goes, with its site or because that becomes something else, and its data does not. */
function isDataKept(site: string, { wanted, facts, dataOf }: PlanContext): boolean {
  return !wanted.has(`app/${site}`) && facts.sites.get(site)?.hasData === true && dataOf(site) !== 'delete'
}

/** A line for each: `<site> <variable>`. */
function usesText(uses: readonly SecretUse[]): string {
  return uses.map(({ site, variable }) => `${site} ${variable}`).join('\n')
}

/** Both are names of files. What is none of ours is left out. */
export function parseUses(text: string): SecretUse[] {
  return text.split('\n').flatMap((line) => {
    const [, site, variable] = /^([^ ]+) ([A-Za-z_][A-Za-z0-9_]{0,199})$/.exec(line) ?? []
    return site !== undefined && variable !== undefined && SiteId.safeParse(site).success ? [{ site, variable }] : []
  })
}
