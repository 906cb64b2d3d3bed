import { createHash } from 'node:crypto'
import type { Edit } from '../../shared/edit.ts'
import type { Change, Plan } from '../../shared/plan.ts'
import { HomeportError } from '../../shared/errors.ts'
import { emptySpec } from '../../shared/spec.ts'
import type { Drift } from '../../shared/status.ts'
import { changeScript } from '../compile/change-script.ts'
import { compilePlan, type CompiledRun } from '../compile/run.ts'
import { applyEdit, editTitle } from '../edit/apply-edit.ts'
import { parseCertificates } from '../facts/certificate.ts'
import type { Facts } from '../facts/facts.ts'
import { makePlan, type PlanResult } from '../plan/plan.ts'
import type { DataChoice, PlannedChange } from '../plan/planned-change.ts'
import { render } from '../render/render.ts'
import { siteAddress } from '../render/site-address.ts'
import type { Resources } from '../resources.ts'

/** A plan as it is shown, and the run that does exactly this. */
export interface PreparedPlan { readonly plan: Plan; readonly run: CompiledRun }

/** From facts and an edit to a plan and its run. Pure. Throws where the edit does not fit the spec on the server. */
export function preparePlan(facts: Facts, edit: Edit, resources: Resources): PreparedPlan {
  const spec = facts.spec ?? emptySpec
  const result = decide(facts, edit, resources)
  const title = editTitle(edit, spec)
  const changes = result.changes.map((change) => showChange(change, facts))
  const run = compilePlan(title, result, facts)
  // What is done, and what it is done to: somebody who changed a file meanwhile would lose what nobody has seen.
  const replaced = changes.filter((change) => change.verdict !== 'noop').map((change) => [change.id, change.verdict, change.diff?.before ?? null])
  const id = createHash('sha256').update(JSON.stringify([spec.revision, title, run.steps, [...run.files], replaced])).digest('hex')
  return { plan: { id, title, changes, isEmpty: changes.every((change) => change.verdict === 'noop'), fromRevision: spec.revision }, run }
}

/** What would change, without how it is done: all that drift needs, which is looked for whenever something changed. */
function decide(facts: Facts, edit: Edit, resources: Resources): PlanResult {
  refuseHalfKnown(facts, edit)
  const next = applyEdit(facts.spec ?? emptySpec, edit, (slot) => isSlotFree(slot, facts))
  const desired = edit.kind === 'uninstall' ? [] : render(next, resources)
  return makePlan({ desired, facts, certificates: parseCertificates(facts.files), dataOf: (siteId) => dataChoice(edit, siteId) })
}

/** Parts of the answer without which a plan would take what it cannot see for absent. */
const needed = ['packages', 'units', 'sites', 'users', 'kernel-settings']

/** An answer that is missing is not a "no": nothing is planned on what is not known. Throws `unreadable-answer` and `spec-invalid`. */
function refuseHalfKnown(facts: Facts, edit: Edit): void {
  const isDockerUp = facts.units.get('docker.service')?.active === 'active'
  const missing = [...facts.failures].filter(([part]) => needed.includes(part) || (isDockerUp && part.startsWith('docker.')))
  if (missing.length > 0) {
    throw new HomeportError('unreadable-answer', 'The server did not answer all questions, so nothing can be planned.', {
      hint: 'It may be very busy. Wait a minute and try again; if it stays so, look at its logs.', detail: missing.map(([part, problem]) => `${part}: ${problem}`).join('\n'),
    })
  }
  const hasSites = Object.keys(facts.owned?.resources ?? {}).some((id) => id.startsWith('site-data/'))
  if (facts.spec === null && hasSites && edit.kind !== 'uninstall') {
    throw new HomeportError('spec-invalid', 'The list of sites is missing on this server, though it has sites.', { hint: 'Put /etc/homeport/spec.json back, for example from a backup, or uninstall Homeport from the server.' })
  }
}

/** What is not as Homeport left it: the plan that would bring the server back. Empty on a server without Homeport. */
export function findDrift(facts: Facts, resources: Resources): Drift[] {
  if (facts.owned === null || facts.spec === null) return []
  return decide(facts, { kind: 'set-up' }, resources).changes
    .filter((change) => change.verdict !== 'noop')
    .map(({ id, title, reason, diff }) => ({ id, title, reason, ...(diff === undefined ? {} : { diff }) }))
}

function showChange(change: PlannedChange, facts: Facts): Change {
  const { id, verdict, group, title, reason, diff, caution } = change
  return { id, verdict, group, title, reason, script: changeScript(change, facts).script, ...(diff === undefined ? {} : { diff }), ...(caution === undefined ? {} : { caution }) }
}

/** A site that was removed only half may still have its network: a new site gets another one. */
function isSlotFree(slot: number, facts: Facts): boolean {
  const { subnet } = siteAddress(slot)
  return [...facts.docker.networks.values()].every((network) => network.subnet !== subnet)
}

function dataChoice(edit: Edit, siteId: string): DataChoice {
  if (edit.kind === 'uninstall') return edit.userData
  return edit.kind === 'remove-site' && edit.siteId === siteId ? edit.data : 'archive'
}
