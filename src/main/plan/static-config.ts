import type { ResourceOf } from '../render/resource.ts'
import { noop, type Judgement, type PlanContext } from './planned-change.ts'

export function planStaticConfig(resource: ResourceOf<'static-config'>, context: PlanContext): Judgement {
  if (context.changing.has(`container/${resource.name}`)) return noop('The web server loads it when it starts.')
  if (context.facts.staticLoaded !== resource.hash) return { verdict: 'update', reason: 'The web server loads its new configuration without dropping a connection.' }
  return noop('The web server has loaded its current configuration.')
}
