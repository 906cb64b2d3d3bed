import type { Facts } from '../facts/facts.ts'
import type { ResourceOf } from '../render/resource.ts'
import { needsNewVersion } from './app.ts'
import { noop, type Judgement, type PlanContext, type PlannedChange } from './planned-change.ts'
import { whichComes } from './which-comes.ts'

export function planImage(resource: ResourceOf<'image'>, context: PlanContext): Judgement {
  const image = context.facts.docker.images.get(resource.name)
  if (image !== undefined) return noop(`It is there (${(image.digest ?? image.id).slice(0, 19)}).`)
  return { verdict: 'create', ...whichComes('It is not on the server yet.', resource.build === undefined ? resource.ref : undefined, context) }
}

/** The image that a change pulls from a registry by its tag; null where it pulls none. */
export function pulledImage({ verdict, resource }: PlannedChange, facts: Facts): string | null {
  if (verdict === 'noop' || resource === null) return null
  if (resource.kind === 'image') return resource.build === undefined ? resource.ref : null
  return resource.kind === 'app' && resource.isRunning && resource.version === null && needsNewVersion(resource, facts) ? (resource.image ?? null) : null
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
  if (network === undefined) return { verdict: 'create', reason: resource.name === 'homeport-static' ? 'Static sites have a network of their own, closed to the outside.' : resource.name === 'homeport-builds' ? 'Builds reach the Internet, and nothing of this server.' : resource.internal === false ? 'Each site has a network of its own.' : 'Each site has a network of its own, closed to the outside.' }
  const isInternal = resource.internal !== false
  if (network.subnet === resource.subnet && network.isInternal === isInternal) return noop('It is as it should be.')
  return { verdict: 'replace', reason: network.subnet === resource.subnet ? `It shall be ${isInternal ? 'closed' : 'open'} to the Internet.` : `Its addresses are ${network.subnet} and shall be ${resource.subnet}.`, caution: 'The site is away for a few seconds.' }
}

export function planNetworkRemoval(name: string, context: PlanContext): Judgement {
  if (isDockerAway(context.facts)) return noop(leftInDocker)
  return context.facts.docker.networks.has(name) ? { verdict: 'delete', reason: 'Its site is removed.' } : noop('It is gone already.')
}
