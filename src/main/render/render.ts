import type { ServerSpec } from '../../shared/spec.ts'
import type { Resources } from '../resources.ts'
import { renderBase } from './base.ts'
import { renderProxy } from './proxy.ts'
import type { DesiredState } from './resource.ts'
import { renderSite } from './site.ts'

/** The complete list of what shall be on a server for its spec. Pure: the same spec and resources give the same list. */
export function render(spec: ServerSpec, resources: Resources): DesiredState {
  return [...renderBase(spec, resources), ...spec.sites.flatMap((site) => renderSite(site, resources)), ...renderProxy(spec, resources)]
}
