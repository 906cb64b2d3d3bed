import type { ResourceOf } from '../render/resource.ts'
import { noop, type Judgement, type PlanContext } from './planned-change.ts'

export function planFirewall(resource: ResourceOf<'firewall'>, context: PlanContext): Judgement {
  const unit = context.facts.units.get(`${resource.name}.service`)
  const { firewallLoaded } = context.facts
  if (firewallLoaded === null) return { verdict: unit === undefined ? 'create' : 'update', reason: 'Containers of sites reach neither other sites, nor programs of the server that are not meant for them.' }
  if (firewallLoaded !== resource.hash) return { verdict: 'update', reason: 'Its new rules are loaded. No connection is dropped.' }
  if (unit?.active !== 'active' || unit.unitFile !== 'enabled') return { verdict: 'update', reason: 'It would not be loaded after a reboot.' }
  return noop('It is loaded.')
}
