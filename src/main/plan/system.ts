import type { ResourceOf } from '../render/resource.ts'
import { noop, type Judgement, type PlanContext } from './planned-change.ts'

export function planSysctl(resource: ResourceOf<'sysctl'>, context: PlanContext): Judgement {
  const value = context.facts.sysctl.get(resource.name)
  if (value === resource.value) return noop(`It is ${value}.`)
  return { verdict: 'update', reason: `It is ${value ?? 'not known'} and shall be ${resource.value}.`, ...(value === undefined ? {} : { before: value }) }
}

export function planSysctlRemoval(name: string, context: PlanContext): Judgement {
  const before = context.owned[`sysctl/${name}`]?.before
  if (before === undefined) return noop('Its earlier value is not known; the system sets its own at the next start.')
  return { verdict: 'delete', reason: `It goes back to ${before}.`, before }
}

export function planUser(resource: ResourceOf<'user'>, context: PlanContext): Judgement {
  return context.facts.users.has(resource.name) ? noop('The user is there.') : { verdict: 'create', reason: 'Site data belongs to a user who can do nothing else.' }
}

export function planUserRemoval(name: string, context: PlanContext): Judgement {
  return context.facts.users.has(name) ? { verdict: 'delete', reason: 'No site needs it any more.' } : noop('It is gone already.')
}
