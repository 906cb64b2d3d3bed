import { isStatic } from '../../shared/site-source.ts'
import type { ServerStatus } from '../../shared/status.ts'
import { unanswered, type Facts } from '../facts/facts.ts'
import { describeServer } from '../facts/status.ts'
import { siteAddress, staticAddress } from '../render/site-address.ts'
import type { Resources } from '../resources.ts'
import { findDrift } from './planning.ts'

/** What a person sees of a server, drift included where enough is known to tell. */
export function describeNow(facts: Facts, resources: Resources): ServerStatus {
  return describeServer(facts, unanswered(facts).length > 0 ? [] : findDrift(facts, resources), (site) => (isStatic(site.source) ? staticAddress : siteAddress(site.slot)).container)
}
