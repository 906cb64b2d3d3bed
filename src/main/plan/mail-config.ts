import { submissionPort } from '../../shared/mail.ts'
import type { ResourceOf } from '../render/resource.ts'
import { noop, type Judgement, type PlanContext } from './planned-change.ts'

export function planMailConfig(resource: ResourceOf<'mail-config'>, context: PlanContext): Judgement {
  if (context.changing.has(`container/${resource.name}`)) return noop('The mail server loads it when it starts.')
  if (context.facts.mailLoaded !== resource.hash) return { verdict: 'update', reason: 'The mail server loads its new configuration without dropping a connection.' }
  // What was not there when it looked, it does not listen in.
  if (resource.networks.some(({ name, address }) => context.changing.has(`network/${name}`) || !listens(address, context))) return { verdict: 'update', reason: 'The mail server listens in the network of a site that sends mail.' }
  return noop('The mail server has loaded its current configuration.')
}

function listens(address: string, { facts: { listeners, failures } }: PlanContext): boolean {
  return failures.has('listeners') || listeners.some((listener) => listener.protocol === 'tcp' && listener.address === address && listener.port === submissionPort)
}
