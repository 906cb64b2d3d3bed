import type { ArchivesFact } from '../facts/facts.ts'
import type { Owned, OwnedResource } from '../facts/owned.ts'
import { ownedPath } from '../facts/spec.ts'
import { sha256 } from '../render/hash.ts'
import { noop, type PlanContext, type PlannedChange } from './planned-change.ts'

/** What was on the server before Homeport came is not Homeport's, even where it is just what was needed. */
const keepsWhatWasThere = new Set(['packages', 'docker-settings', 'user', 'image', 'sysctl'])
/** States of other resources, which have no removal of their own. */
const isState = new Set(['release', 'proxy-config', 'static-config', 'mail-config', 'mail-data'])

/** The list of owned resources as it is once the changes are done. */
export function nextOwned(changes: readonly PlannedChange[], context: PlanContext): Owned {
  const resources: Record<string, OwnedResource> = {}
  for (const change of changes) {
    const { resource, id } = change
    if (resource === null || isState.has(resource.kind)) continue
    const known = context.owned[id]
    if (known === undefined && isAsItWas(change) && keepsWhatWasThere.has(resource.kind)) continue
    // Who has a secret value changes; what was there before Homeport came does not.
    const before = resource.kind === 'secret' ? change.before : known?.before ?? change.before
    resources[id] = { ...(resource.kind === 'file' ? { hash: sha256(resource.content) } : {}), ...(before === undefined ? {} : { before }) }
  }
  return { version: 1, resources }
}

/** Nothing was put there: a noop, or a Docker of somebody else's that is only started. */
function isAsItWas({ verdict, resource }: PlannedChange): boolean {
  return verdict === 'noop' || (resource?.kind === 'packages' && verdict === 'update')
}

export function ownedText(owned: Owned): string {
  return `${JSON.stringify({ version: owned.version, resources: Object.fromEntries(Object.entries(owned.resources).sort(([a], [b]) => (a < b ? -1 : 1))) }, null, 2)}\n`
}

/** What Homeport may own while the changes run: written first, so that a run that dies leaves nothing unknown. */
export function ownedMeanwhile(owned: Owned, before: Owned | null): Owned {
  const known = before?.resources ?? {}
  // A content that is not written yet has no hash: it must not look as if somebody had changed it by hand.
  const coming = Object.entries(owned.resources).map(([id, { hash, ...rest }]) => [id, hash === undefined || known[id]?.hash !== hash ? rest : { hash, ...rest }] as const)
  return { version: 1, resources: { ...known, ...Object.fromEntries(coming) } }
}

/** Bringing the list up to date is the last change; taking it away is what makes a server free of Homeport. */
export function planRecord(owned: Owned, context: PlanContext): PlannedChange {
  const common = { id: 'record/owned', group: 'homeport', title: "Homeport's list of what it put here", resource: null, gone: null } as const
  const before = context.facts.owned === null ? null : ownedText(context.facts.owned)
  if (Object.keys(owned.resources).length === 0) {
    if (before === null) return { ...common, ...noop('There is none.') }
    return { ...common, verdict: 'delete', ...whatGoesAlong(context), diff: { path: ownedPath, before, after: null } }
  }
  const after = ownedText(owned)
  if (before === after) return { ...common, ...noop('It is up to date.') }
  return { ...common, verdict: before === null ? 'create' : 'update', reason: 'Only what is in this list is ever removed.', diff: { path: ownedPath, before, after }, content: after }
}

/** What lies beside the sites when Homeport leaves: what was once chosen to be kept goes only with a word, and what is no site never. */
function whatGoesAlong(context: PlanContext): Pick<PlannedChange, 'data' | 'reason' | 'caution'> {
  const reason = 'Nothing of Homeport is left on the server.'
  if (context.dataOf('') !== 'delete') return { data: 'archive', reason }
  const { archives, sites } = context.facts
  const others = [...sites].filter(([name, site]) => site.hasData && context.owned[`site-data/${name}`] === undefined).map(([name]) => name)
  return {
    data: 'delete',
    reason: others.length === 0 ? reason : `${reason} What is no site of this server stays in /srv/homeport: ${namesOf(others)}.`,
    ...(archives === null ? {} : { caution: `The archives of sites that were removed earlier are deleted for ever, too: ${describeArchives(archives)} in /srv/homeport/.archive. Copy what you need to another place first.` }),
  }
}

function describeArchives({ count, bytes }: ArchivesFact): string {
  if (count === null || bytes === null) return 'all (they could not be counted)'
  const size = bytes < 1e6 ? 'less than 1 MB' : bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
  return `${count} ${count === 1 ? 'archive' : 'archives'} with ${size}`
}

const mostNamed = 10
function namesOf(names: readonly string[]): string {
  const shown = [...names].sort().slice(0, mostNamed).join(', ')
  return names.length > mostNamed ? `${shown} and ${names.length - mostNamed} more` : shown
}
