import type { Action, Edit } from '../../shared/edit.ts'
import { HomeportError } from '../../shared/errors.ts'
import type { Plan } from '../../shared/plan.ts'
import { isBlocked, type Preflight } from '../../shared/preflight.ts'
import type { RunId } from '../../shared/run.ts'
import { isApp, isPulled } from '../../shared/site-source.ts'
import { compileAction } from '../compile/action.ts'
import type { Facts } from '../facts/facts.ts'
import type { GatherOptions } from '../facts/gather.ts'
import { assessPreflight } from '../facts/preflight.ts'
import { ownedPath, specPath } from '../facts/spec.ts'
import type { Digests } from '../plan/planned-change.ts'
import type { Resources } from '../resources.ts'
import type { SocketSession } from '../ssh/session.ts'
import { gather } from './gather.ts'
import { askDigests } from './image-digests.ts'
import { preparePlan } from './planning.ts'
import { probeReach } from './reach.ts'
import { checkRepository } from './repository-check.ts'
import { planStale, runInProgress, startRun } from './runs.ts'

/** Plans that were shown and can still be approved, of each server. */
const keptPlans = 20
const reachTimeoutMs = 3000

/** The images that were named belong to the plan: what a registry says a moment later makes it no other one. */
interface Shown { readonly edit: Edit; readonly digests: Digests }

/** Where the questions about one server are answered: look, plan, approve, act. */
export class ServerDesk {
  readonly #session: () => Promise<SocketSession>
  readonly #resources: Resources
  readonly #mailHosts: readonly string[]
  readonly #shown = new Map<string, Shown>()

  constructor(options: { session: () => Promise<SocketSession>; resources: Resources; mailHosts: readonly string[] }) {
    this.#session = options.session
    this.#resources = options.resources
    this.#mailHosts = options.mailHosts
  }

  async preflight(): Promise<Preflight> {
    const session = await this.#session()
    const askedAt = Date.now()
    const [facts, reach] = await Promise.all([this.#look(session, { mailHosts: this.#mailHosts }), probeReach(session.host, reachTimeoutMs)])
    // Half way through the exchange is when the server's clock was read, as near as can be told.
    return assessPreflight(facts, { timeMs: (askedAt + Date.now()) / 2, reach })
  }

  async plan(edit: Edit): Promise<Plan> {
    const session = await this.#session()
    const source = edit.kind === 'add-site' || edit.kind === 'change-site' ? edit.draft.source : null
    const [facts] = await Promise.all([this.#look(session), source !== null && isPulled(source) ? checkRepository(session, source, this.#resources) : null])
    const tags = preparePlan(facts, edit, this.#resources)
    const digests = await askDigests(session, tags.pulls, facts, this.#resources)
    const { plan } = digests.size === 0 ? tags : preparePlan(facts, edit, this.#resources, digests)
    this.#shown.set(plan.id, { edit, digests })
    for (const id of [...this.#shown.keys()].slice(0, -keptPlans)) this.#shown.delete(id)
    return plan
  }

  /** Looks again, plans again, and starts the run only if it is to the letter what was shown. */
  async approve(planId: string): Promise<RunId> {
    const shown = this.#shown.get(planId)
    if (shown === undefined) throw new HomeportError('plan-unknown', 'This plan is not known any more.', { hint: 'Look at the plan again, then approve it.' })
    const session = await this.#session()
    const facts = await this.#look(session)
    refuseIfBusy(facts)
    refuseIfBlocked(facts)
    const { plan, run } = preparePlan(facts, shown.edit, this.#resources, shown.digests)
    if (plan.id !== planId) throw planStale()
    if (plan.isEmpty) throw new HomeportError('input-invalid', 'There is nothing to do: the server is as this plan wants it.', { hint: 'Close the plan.' })
    // Another computer may start and end a run between this look and the start: the server compares once more.
    const runId = await startRun(session, run, this.#resources, { spec: sha256Of(facts, specPath), owned: sha256Of(facts, ownedPath) })
    this.#shown.delete(planId)
    return runId
  }

  async #look(session: SocketSession, options: GatherOptions = {}): Promise<Facts> {
    return await gather(session, this.#resources, { ...options, updates: 'without' })
  }

  async act(action: Action): Promise<RunId> {
    const session = await this.#session()
    const facts = await this.#look(session)
    refuseIfBusy(facts)
    if ('siteId' in action && !isLeftover(action) && facts.spec?.sites.some((site) => site.id === action.siteId) !== true) {
      throw new HomeportError('input-invalid', `There is no site ${action.siteId} on this server.`, { hint: 'It may have been removed from another computer. Look at the list of sites again.' })
    }
    refuseIfShared(action, facts)
    refuseIfUnknown(action, facts)
    return await startRun(session, compileAction(action), this.#resources)
  }
}

/** What is about a folder that has no site any more. */
function isLeftover(action: Action): boolean {
  return action.kind === 'free-space' && action.what === 'leftover'
}

/** A plan made within a run is one of a state that is passing. */
function refuseIfBusy({ activeRun, runs }: Facts): void {
  if (activeRun !== null) throw runInProgress(runs.find((run) => run.runId === activeRun) ?? null, activeRun)
}

/** A static site has no container of its own to restart. */
function refuseIfShared(action: Action, { spec }: Facts): void {
  if (action.kind !== 'restart-site' && action.kind !== 'reset-site') return
  const site = spec?.sites.find(({ id }) => id === action.siteId)
  if (site === undefined || isApp(site.source)) return
  throw new HomeportError('input-invalid', `${site.domain} has no container of its own.`, { hint: 'Its pages come from the web server of all static sites, or from the proxy: restart homeport-static or the proxy if you have to.' })
}

/** Only what is there, and Homeport's: systemctl would take the name of any unit. */
function refuseIfUnknown(action: Action, { units }: Facts): void {
  if (action.kind !== 'unit' || units.has(action.unit)) return
  throw new HomeportError('input-invalid', `There is no unit ${action.unit} on this server.`, { hint: 'It may have been removed meanwhile. Look at the list of services again.' })
}

function sha256Of(facts: Facts, path: string): string {
  return facts.files.get(path)?.sha256 ?? ''
}

/** The form shows blockers and stops there; this is for whoever does not come by the form. */
function refuseIfBlocked(facts: Facts): void {
  if (facts.owned !== null) return
  const preflight = assessPreflight(facts, { timeMs: facts.serverTimeMs, reach: new Map() })
  if (!isBlocked(preflight)) return
  const blockers = preflight.checks.filter((check) => check.state === 'blocker')
  throw new HomeportError('preflight-blocked', `This server cannot be set up yet: ${blockers.map((check) => check.found).join('; ')}.`, { hint: blockers.map((check) => check.advice).join(' ') })
}
