import type { Facts } from '../facts/facts.ts'
import type { ResourceOf } from '../render/resource.ts'
import { noop, type Judgement, type PlanContext } from './planned-change.ts'

export function planImage(resource: ResourceOf<'image'>, context: PlanContext): Judgement {
  const image = context.facts.docker.images.get(resource.name)
  return image === undefined ? { verdict: 'create', reason: 'It is not on the server yet.' } : noop(`It is there (${(image.digest ?? image.id).slice(0, 19)}).`)
}

/** Whether Docker is there and does not run: what it holds is not seen, and not gone. */
function isDockerAway({ docker }: Facts): boolean {
  return docker.clientVersion !== null && docker.version === null
}
const leftInDocker = 'It stays in Docker, which does not run. Start Docker first to have it removed (systemctl start docker).'

export function planImageRemoval(name: string, context: PlanContext): Judgement {
  if (isDockerAway(context.facts)) return noop(leftInDocker)
  if (!context.facts.docker.images.has(name)) return noop('It is gone already.')
  const user = context.facts.docker.containers.find((container) => container.image === name && container.labels.homeport !== '1')
  return user === undefined ? { verdict: 'delete', reason: 'No site needs it any more.' } : noop(`It stays: the container ${user.name} uses it.`)
}

export function planNetwork(resource: ResourceOf<'network'>, context: PlanContext): Judgement {
  const network = context.facts.docker.networks.get(resource.name)
  if (network === undefined) return { verdict: 'create', reason: resource.name === 'homeport-static' ? 'Static sites have a network of their own, closed to the outside.' : resource.internal === false ? 'Each site has a network of its own.' : 'Each site has a network of its own, closed to the outside.' }
  const isInternal = resource.internal !== false
  if (network.subnet === resource.subnet && network.isInternal === isInternal) return noop('It is as it should be.')
  return { verdict: 'replace', reason: network.subnet === resource.subnet ? `It shall be ${isInternal ? 'closed' : 'open'} to the Internet.` : `Its addresses are ${network.subnet} and shall be ${resource.subnet}.`, caution: 'The site is away for a few seconds.' }
}

export function planNetworkRemoval(name: string, context: PlanContext): Judgement {
  if (isDockerAway(context.facts)) return noop(leftInDocker)
  return context.facts.docker.networks.has(name) ? { verdict: 'delete', reason: 'Its site is removed.' } : noop('It is gone already.')
}
