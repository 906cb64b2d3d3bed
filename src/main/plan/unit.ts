import type { ResourceOf } from '../render/resource.ts'
import { noop, type Judgement, type PlanContext } from './planned-change.ts'

/** Where a unit file lies, for a unit named with its suffix. */
export const unitPath = (unit: string): string => `/etc/systemd/system/${unit}`

export function planContainer(resource: ResourceOf<'container'>, context: PlanContext): Judgement {
  const unit = context.facts.units.get(`${resource.name}.service`)
  // While it takes a new configuration a unit is "reloading": it runs.
  const isActive = unit?.active === 'active' || unit?.active === 'reloading'
  const isEnabled = unit?.unitFile === 'enabled'
  if (!resource.isRunning) return isActive || isEnabled || unit?.active === 'activating' ? { verdict: 'update', reason: 'The site is paused.' } : noop('It is stopped, as the site is paused.')
  if (!isActive) return { verdict: unit === undefined ? 'create' : 'update', reason: unit === undefined ? 'It does not run yet.' : `It does not run (${unit.active}).` }
  const container = context.facts.docker.containers.find((one) => one.name === resource.name)
  if (container?.labels['homeport.hash'] !== resource.hash) return { verdict: 'update', reason: 'It still runs with its earlier configuration: it is restarted.', caution: resource.name === 'homeport-proxy' ? 'All sites are away for a few seconds.' : 'Requests wait for about a second.' }
  if (context.changing.has(`network/${resource.name}`)) return { verdict: 'update', reason: 'Its network changes: it is restarted.' }
  if (!isEnabled) return { verdict: 'update', reason: 'It would not start by itself after a reboot.' }
  return noop('It runs with its current configuration.')
}

export function planTimer(resource: ResourceOf<'timer'>, context: PlanContext): Judgement {
  const unit = context.facts.units.get(`${resource.name}.timer`)
  const isActive = unit?.active === 'active'
  const isEnabled = unit?.unitFile === 'enabled'
  if (!resource.isRunning) return isActive || isEnabled ? { verdict: 'update', reason: 'The site is paused.' } : noop('It is off, as the site is paused.')
  if (unit === undefined) return { verdict: 'create', reason: resource.name === 'homeport-certificates' ? 'The server renews certificates by itself, with this app off too.' : 'The server pulls by itself, with this app off too.' }
  if (!isActive || !isEnabled) return { verdict: 'update', reason: 'It is switched off on the server.' }
  if (context.changing.has(`file/${unitPath(`${resource.name}.timer`)}`)) return { verdict: 'update', reason: 'Its interval changes.' }
  return noop('It is on.')
}

/** A unit that is no longer wanted is stopped before its file goes. */
export function planUnitRemoval(unit: string, context: PlanContext): Judgement {
  const fact = context.facts.units.get(unit)
  if (fact === undefined || (fact.active !== 'active' && fact.active !== 'activating' && fact.unitFile !== 'enabled' && fact.active !== 'failed')) return noop('It does not run.')
  return { verdict: 'delete', reason: 'Nothing needs it any more.' }
}

export function planProxyConfig(resource: ResourceOf<'proxy-config'>, context: PlanContext): Judgement {
  if (context.changing.has('container/homeport-proxy')) return noop('The proxy loads it when it starts.')
  if (resource.certificates.some((site) => context.changing.has(`certificate/${site}`))) return { verdict: 'update', reason: 'A certificate changes. The proxy loads it without dropping a connection.' }
  if (context.facts.proxyLoaded !== resource.hash) return { verdict: 'update', reason: 'The proxy loads its new configuration without dropping a connection.' }
  return noop('The proxy has loaded its current configuration.')
}
