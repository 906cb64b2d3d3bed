import { type Change, type ChangeGroup, effectiveChanges, type Plan, type Verdict } from '../../shared/plan.ts'

export interface PlanGroup { readonly group: ChangeGroup; readonly title: string; readonly changes: readonly Change[] }

const fixed: Record<Exclude<ChangeGroup, `site:${string}`>, { title: string; order: number }> = {
  system: { title: 'System', order: 0 }, docker: { title: 'Docker, which runs your sites', order: 1 },
  proxy: { title: 'Proxy, the front door of your sites', order: 2 }, certificates: { title: 'Certificates, which the server gets by itself', order: 3 },
  mail: { title: 'Mail', order: 5 },
  homeport: { title: 'Homeport’s own records', order: 6 },
}

function describe(group: ChangeGroup): { title: string; order: number } {
  if (group === 'system' || group === 'docker' || group === 'proxy' || group === 'certificates' || group === 'mail' || group === 'homeport') return fixed[group]
  return { title: `Site ${group.slice('site:'.length)}`, order: 4 }
}

/** The changes by where they happen, in the order in which a person thinks of a server; inside a group as they run. */
export function planGroups(changes: readonly Change[]): PlanGroup[] {
  const groups = new Map<ChangeGroup, Change[]>()
  for (const change of changes) groups.set(change.group, [...(groups.get(change.group) ?? []), change])
  return [...groups].map(([group, members]) => ({ group, title: describe(group).title, changes: members }))
    .toSorted((one, other) => describe(one.group).order - describe(other.group).order || one.title.localeCompare(other.title))
}

export function verdictCounts(plan: Pick<Plan, 'changes'>): Partial<Record<Verdict, number>> {
  const counts: Partial<Record<Verdict, number>> = {}
  for (const change of plan.changes) counts[change.verdict] = (counts[change.verdict] ?? 0) + 1
  return counts
}

/** Everything that will run, as one text to keep or to read in an editor. */
export function allCommands(plan: Pick<Plan, 'changes'>): string {
  return effectiveChanges(plan).map((change) => `# ${change.title}\n${change.script.trim()}\n`).join('\n')
}

/** What differs between a plan that went stale and the one made after it. */
export function planDifference(old: Plan, next: Plan): { added: string[]; gone: string[]; changed: string[] } {
  const before = new Map(effectiveChanges(old).map((change) => [change.id, change]))
  const after = new Map(effectiveChanges(next).map((change) => [change.id, change]))
  const same = (one: Change, other: Change) => one.verdict === other.verdict && one.script === other.script && one.diff?.after === other.diff?.after && one.diff?.before === other.diff?.before
  return {
    added: [...after.values()].filter((change) => !before.has(change.id)).map((change) => change.title),
    gone: [...before.values()].filter((change) => !after.has(change.id)).map((change) => change.title),
    changed: [...after.values()].filter((change) => { const was = before.get(change.id); return was !== undefined && !same(was, change) }).map((change) => change.title),
  }
}
