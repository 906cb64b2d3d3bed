import { createHash } from 'node:crypto'
import type { Edit } from '../../shared/edit.ts'
import type { Change, Plan } from '../../shared/plan.ts'
import { emptySpec } from '../../shared/spec.ts'
import type { Drift } from '../../shared/status.ts'
import { changeScript } from '../compile/change-script.ts'
import { compilePlan, type CompiledRun } from '../compile/run.ts'
import { applyEdit, editTitle } from '../edit/apply-edit.ts'
import { parseCertificates } from '../facts/certificate.ts'
import type { Facts } from '../facts/facts.ts'
import { makePlan } from '../plan/plan.ts'
import type { DataChoice, PlannedChange } from '../plan/planned-change.ts'
import { render } from '../render/render.ts'
import type { Resources } from '../resources.ts'

/** A plan as it is shown, and the run that does exactly this. */
export interface PreparedPlan { readonly plan: Plan; readonly run: CompiledRun }

/** From facts and an edit to a plan and its run. Pure. Throws where the edit does not fit the spec on the server. */
export function preparePlan(facts: Facts, edit: Edit, resources: Resources): PreparedPlan {
  const spec = facts.spec ?? emptySpec
  const next = applyEdit(spec, edit)
  const desired = edit.kind === 'uninstall' ? [] : render(next, resources)
  const result = makePlan({ desired, facts, certificates: parseCertificates(facts.files), dataOf: (siteId) => dataChoice(edit, siteId) })
  const title = editTitle(edit, spec)
  const changes = result.changes.map((change) => showChange(change, facts))
  const run = compilePlan(title, result, facts)
  // What is done, and what it is done to: somebody who changed a file meanwhile would lose what nobody has seen.
  const replaced = changes.filter((change) => change.verdict !== 'noop').map((change) => [change.id, change.verdict, change.diff?.before ?? null])
  const id = createHash('sha256').update(JSON.stringify([spec.revision, title, run.steps, [...run.files], replaced])).digest('hex')
  return { plan: { id, title, changes, isEmpty: changes.every((change) => change.verdict === 'noop'), fromRevision: spec.revision }, run }
}

/** What is not as Homeport left it: the plan that would bring the server back. Empty on a server without Homeport. */
export function findDrift(facts: Facts, resources: Resources): Drift[] {
  if (facts.owned === null || facts.spec === null) return []
  return preparePlan(facts, { kind: 'set-up' }, resources).plan.changes
    .filter((change) => change.verdict !== 'noop')
    .map(({ id, title, reason, diff }) => ({ id, title, reason, ...(diff === undefined ? {} : { diff }) }))
}

function showChange(change: PlannedChange, facts: Facts): Change {
  const { id, verdict, group, title, reason, diff, caution } = change
  return { id, verdict, group, title, reason, script: changeScript(change, facts).script, ...(diff === undefined ? {} : { diff }), ...(caution === undefined ? {} : { caution }) }
}

function dataChoice(edit: Edit, siteId: string): DataChoice {
  if (edit.kind === 'uninstall') return edit.userData
  return edit.kind === 'remove-site' && edit.siteId === siteId ? edit.data : 'archive'
}
