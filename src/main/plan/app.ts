import type { Facts } from '../facts/facts.ts'
import type { ResourceOf } from '../render/resource.ts'
import { folderCautions, folderQuestion } from './app-folders.ts'
import { noop, type Judgement, type PlanContext } from './planned-change.ts'
import { whichComes } from './which-comes.ts'

const colours = ['blue', 'green'] as const

/** Whether its live version comes from elsewhere than it shall: then a new one is got, and not only started anew. */
export function needsNewVersion(resource: ResourceOf<'app'>, facts: Facts): boolean {
  const live = facts.sites.get(resource.name)?.app
  return live === undefined || live.source !== resource.source || (resource.version !== null && live.version !== resource.version)
}

/** A site in containers of its own: exactly one of the two runs, with the settings and the version that it shall have. */
export function planApp(resource: ResourceOf<'app'>, context: PlanContext): Judgement {
  const judgement = judgeRunning(resource, context)
  const cautions = [judgement.caution, ...folderCautions(resource, context.facts)].filter((caution) => caution !== undefined)
  return { ...judgement, reason: `${judgement.reason}${folderQuestion(resource, context.facts)}`, ...(judgement.verdict === 'noop' || cautions.length === 0 ? {} : { caution: cautions.join(' ') }) }
}

function judgeRunning(resource: ResourceOf<'app'>, context: PlanContext): Judgement {
  const { facts } = context
  const live = facts.sites.get(resource.name)?.app
  const running = colours.filter((colour) => isOn(resource.name, colour, facts))
  const newest = resource.version === null ? resource.image : undefined
  if (!resource.isRunning) return running.length > 0 ? { verdict: 'update', reason: 'The site is paused.' } : noop('It is stopped, as the site is paused.')
  if (live === undefined) return { verdict: 'create', ...whichComes('It does not run yet. In what folders its image keeps data is seen then; they are kept, also where you named none.', newest, context) }
  const gap = live.stopsFirst ? { caution: 'Two at once would damage the data: the site is away from when the old one stops until the new one is well.' } : {}
  const unseen = live.stopsFirst ? '.' : '; nobody who visits the site notices.'
  if (resource.version !== null && live.version !== resource.version) return { verdict: 'update', reason: `Another version is brought into service${unseen}`, ...gap }
  if (live.source !== resource.source) return { verdict: 'update', ...whichComes('Its newest version is brought into service; until then the one before goes on.', newest, context), ...gap }
  const name = `homeport-${resource.name}-${live.colour}`
  const unit = facts.units.get(`${name}.service`)
  const container = facts.docker.containers.find((one) => one.name === name)
  if (unit?.active !== 'active') return { verdict: 'update', reason: `It does not run (${unit?.active ?? 'it is gone'}).` }
  if (live.folders === null) return { verdict: 'update', reason: 'In what folders its image keeps data is not known yet: a new container takes over, and they are kept.', caution: 'If there are some, the site is away while they are copied.' }
  if (container?.labels['homeport.hash'] !== resource.hash) return { verdict: 'update', reason: 'It still runs with its earlier settings: a new container takes over.', ...gap }
  if (context.changing.has(`network/homeport-${resource.name}`)) return { verdict: 'update', reason: 'Its network changes: it is restarted.', caution: 'The site is away for a few seconds.' }
  if (unit.unitFile !== 'enabled') return { verdict: 'update', reason: 'It would not start by itself after a reboot.' }
  if (running.some((colour) => colour !== live.colour)) return { verdict: 'update', reason: 'Its earlier container has to go.' }
  return noop('It runs with its current settings.')
}

function isOn(site: string, colour: string, facts: Facts): boolean {
  const unit = facts.units.get(`homeport-${site}-${colour}.service`)
  return unit !== undefined && (['active', 'activating', 'reloading'].includes(unit.active) || unit.unitFile === 'enabled')
}

export function planAppRemoval(site: string, context: PlanContext): Judgement {
  const { facts } = context
  const isThere = facts.sites.get(site)?.app !== undefined || colours.some((colour) => isOn(site, colour, facts)) || [...facts.docker.images.keys()].some((name) => name.startsWith(`homeport/${site}:`))
  return isThere ? { verdict: 'delete', reason: 'Nothing needs its containers and images any more.' } : noop('It is gone already.')
}
