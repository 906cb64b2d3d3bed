import type { ResourceOf } from '../render/resource.ts'
import { noop, type Judgement, type PlanContext } from './planned-change.ts'

/** Secrets are sent before the plan that names them. One that is missing can only be entered again: what needs it says so. */
export function planSecret(resource: ResourceOf<'secret'>, context: PlanContext): Judgement {
  return noop(context.facts.secrets.has(resource.name) ? 'It is kept on the server.' : 'It is not on the server any more. Enter it again where it is used.')
}

export function planSecretRemoval(name: string, context: PlanContext): Judgement {
  return context.facts.secrets.has(name) ? { verdict: 'delete', reason: 'Nothing uses it any more.' } : noop('It is gone already.')
}
