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
    const before = known?.before ?? change.before
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
    return { ...common, verdict: 'delete', data: context.dataOf('') === 'delete' ? 'delete' : 'archive', reason: 'Nothing of Homeport is left on the server.', diff: { path: ownedPath, before, after: null } }
  }
  const after = ownedText(owned)
  if (before === after) return { ...common, ...noop('It is up to date.') }
  return { ...common, verdict: before === null ? 'create' : 'update', reason: 'Only what is in this list is ever removed.', diff: { path: ownedPath, before, after }, content: after }
}
