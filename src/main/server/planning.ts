import { createHash } from 'node:crypto'
import type { Edit } from '../../shared/edit.ts'
import type { WaitingMail } from '../../shared/mail.ts'
import type { Change, Plan } from '../../shared/plan.ts'
import { HomeportError } from '../../shared/errors.ts'
import { emptySpec, mailSenders, type ServerSpec } from '../../shared/spec.ts'
import type { Drift } from '../../shared/status.ts'
import { changeScript } from '../compile/change-script.ts'
import { compilePlan, type CompiledRun } from '../compile/run.ts'
import { applyEdit, editTitle } from '../edit/apply-edit.ts'
import { parseCertificates } from '../facts/certificate.ts'
import { unanswered, type Facts } from '../facts/facts.ts'
import { mailPortHolder, submissionPortHolder } from '../facts/mail.ts'
import { pulledImage } from '../plan/docker.ts'
import { makePlan, type PlanResult } from '../plan/plan.ts'
import type { DataChoice, Digests, PlannedChange } from '../plan/planned-change.ts'
import { seenOf } from '../plan/seen.ts'
import { render } from '../render/render.ts'
import { siteAddress } from '../render/site-address.ts'
import type { Resources } from '../resources.ts'
import { excerptDiff } from './excerpt.ts'

/** A plan as it is shown, and the run that does exactly this. */
export interface PreparedPlan { readonly plan: Plan; readonly run: CompiledRun; /** Images that the run pulls by their tag. */ readonly pulls: readonly string[] }

/** From facts and an edit to a plan and its run. Pure. Throws where the edit does not fit the spec on the server. */
export function preparePlan(facts: Facts, edit: Edit, resources: Resources, digests: Digests = new Map()): PreparedPlan {
  const spec = facts.spec ?? emptySpec
  const result = decide(facts, edit, resources, digests)
  const title = editTitle(edit, spec)
  const changes = result.changes.map((change) => showChange(change, facts))
  const pulls = [...new Set(result.changes.map((change) => pulledImage(change, facts)).filter((image) => image !== null))]
  const run = compilePlan(title, result, facts)
  // What is done, and what it is done to: what somebody changed meanwhile would be lost, and nobody has seen it.
  const replaced = result.changes.filter((change) => change.verdict !== 'noop').map((change) => [change.id, change.verdict, change.caution ?? null, seenOf(change, facts)])
  const id = createHash('sha256').update(JSON.stringify([spec.revision, title, run.steps, [...run.files], replaced])).digest('hex')
  return { plan: { id, title, changes, isEmpty: changes.every((change) => change.verdict === 'noop'), fromRevision: spec.revision }, run, pulls }
}

/** What would change, without how it is done: all that drift needs, which is looked for whenever something changed. */
function decide(facts: Facts, edit: Edit, resources: Resources, digests?: Digests): PlanResult {
  refuseHalfKnown(facts, edit)
  refuseTakenMailPort(facts, edit)
  const next = applyEdit(facts.spec ?? emptySpec, edit, (slot) => isSlotFree(slot, facts))
  refuseTakenSubmissionPort(facts, next)
  const desired = edit.kind === 'uninstall' ? [] : render(next, resources)
  return makePlan({ desired, facts, certificates: parseCertificates(facts.files), dataOf: (siteId) => dataChoice(edit, siteId), waitingMail: waitingMail(edit), ...(digests === undefined ? {} : { digests }) })
}

/** An answer that is missing is not a "no": nothing is planned on what is not known. Throws `unreadable-answer` and `spec-invalid`. */
function refuseHalfKnown(facts: Facts, edit: Edit): void {
  const [place] = facts.unmounted
  if (place !== undefined) {
    throw new HomeportError('unreadable-answer', `The disk for ${place} is not there, so what lies on it cannot be seen.`, {
      hint: `Mount it on the server first (mount ${place}), or take its line out of /etc/fstab if it is no longer meant to be there. Nothing was changed.`, detail: facts.unmounted.join('\n'),
    })
  }
  const missing = unanswered(facts)
  if (missing.length > 0) {
    throw new HomeportError('unreadable-answer', 'The server did not answer all questions, so nothing can be planned.', {
      hint: 'It may be very busy. Wait a minute and try again; if it stays so, look at its logs.', detail: missing.map((part) => `${part}: ${facts.failures.get(part) ?? ''}`).join('\n'),
    })
  }
  const hasSites = Object.keys(facts.owned?.resources ?? {}).some((id) => id.startsWith('site-data/'))
  if (facts.spec === null && hasSites && edit.kind !== 'uninstall') {
    throw new HomeportError('spec-invalid', 'The list of sites is missing on this server, though it has sites.', { hint: 'Put /etc/homeport/spec.json back, for example from a backup, or uninstall Homeport from the server.' })
  }
}

/** Two programs cannot have one port; Homeport does not take away what somebody put there. Throws `input-invalid`. */
function refuseTakenMailPort(facts: Facts, edit: Edit): void {
  const holder = edit.kind === 'change-mail' && facts.spec?.mail === undefined ? mailPortHolder(facts) : null
  if (holder === null) return
  throw new HomeportError('input-invalid', `${holder} takes mail on this server already: it has port 25.`, { hint: `Whoever installed ${holder} has to stop or remove it first. On many servers it is a leftover that nobody uses, from the package ${holder.startsWith('exim') ? 'exim4-daemon-light' : 'postfix'}.` })
}

/** The same for the port at which programs of sites send mail, when the first of them is to. Throws `input-invalid`. */
function refuseTakenSubmissionPort(facts: Facts, next: ServerSpec): void {
  const holder = mailSenders(next).length > 0 && mailSenders(facts.spec ?? emptySpec).length === 0 ? submissionPortHolder(facts) : null
  if (holder === null) return
  throw new HomeportError('input-invalid', `${holder} takes mail to be sent on this server already: it has port 587.`, { hint: 'Whoever installed it has to stop it, or let it listen at one address alone. Or let the program of the site send by that.' })
}

/** What is not as Homeport left it: the plan that would bring the server back. Empty on a server without Homeport. */
export function findDrift(facts: Facts, resources: Resources): Drift[] {
  if (facts.owned === null || facts.spec === null) return []
  return decide(facts, { kind: 'set-up' }, resources).changes
    .filter((change) => change.verdict !== 'noop')
    .map(({ id, title, reason, diff }) => ({ id, title, reason, ...(diff === undefined ? {} : { diff: excerptDiff(diff) }) }))
}

function showChange(change: PlannedChange, facts: Facts): Change {
  const { id, verdict, group, title, reason, diff, caution } = change
  return { id, verdict, group, title, reason, script: changeScript(change, facts).script, ...(diff === undefined ? {} : { diff: excerptDiff(diff) }), ...(caution === undefined ? {} : { caution }) }
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

function waitingMail(edit: Edit): WaitingMail | undefined {
  if (edit.kind === 'uninstall') return edit.mail
  return edit.kind === 'remove-mail' ? edit.waiting : undefined
}
