import type { ResourceOf } from '../render/resource.ts'
import { noop, type Judgement, type PlanContext } from './planned-change.ts'
import type { Facts } from '../facts/facts.ts'

/** What has to be installed, and from where. */
export interface PackageNeeds {
  readonly missing: readonly string[]
  /** Where the container engine comes from; null where a good one is there. */
  readonly docker: 'distribution' | 'docker-repository' | null
  /** The engine is there and good, but does not run. */
  readonly startDocker: boolean
  /** An installation was cut short: it is finished first, and what it brought is noted. */
  readonly isUnfinished: boolean
}

/** The list of what was installed before; it is there only while an installation goes on. */
const beforePath = '/var/lib/homeport/packages.before'

/** A pure reading of the facts; the plan and the script of this change both come from it. */
export function packageNeeds(resource: ResourceOf<'packages'>, facts: Facts): PackageNeeds {
  // Docker's own repository has other names.
  const isOwnRepository = facts.docker.origin === 'docker' || !(facts.docker.origin === 'distribution' || distributionHasDocker(facts))
  const missing = resource.packages.map((name) => (name === 'docker-buildx' && isOwnRepository ? 'docker-buildx-plugin' : name)).filter((name) => !facts.apt.installed.has(name))
  const isUnfinished = facts.files.has(beforePath)
  const version = facts.docker.version ?? facts.docker.clientVersion
  if (version !== null && majorOf(version) >= resource.dockerMinimum) return { missing, docker: null, startDocker: facts.docker.version === null, isUnfinished }
  return { missing, docker: distributionHasDocker(facts) ? 'distribution' : 'docker-repository', startDocker: false, isUnfinished }
}

/** Debian 12 has Docker 20.10; all later releases that Homeport supports have 25 or newer, with the distribution's own security updates. */
function distributionHasDocker(facts: Facts): boolean {
  return !(facts.system.distribution.id === 'debian' && facts.system.distribution.version === '12')
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10)
}

export function planPackages(resource: ResourceOf<'packages'>, context: PlanContext): Judgement {
  const needs = packageNeeds(resource, context.facts)
  const wanted = [...(needs.docker === null ? [] : ['Docker']), ...needs.missing]
  if (wanted.length === 0 && needs.isUnfinished) return { verdict: 'update', reason: 'An earlier installation was cut short. It is finished.' }
  if (wanted.length === 0 && !needs.startDocker) return noop(`Docker ${context.facts.docker.version ?? ''} and all needed packages are installed.`)
  if (wanted.length === 0) return { verdict: 'update', reason: 'Docker is installed but does not run.' }
  const old = context.facts.docker.version ?? context.facts.docker.clientVersion
  if (needs.docker !== null && old !== null) {
    return {
      verdict: 'replace', reason: `Docker ${old} is too old: Homeport needs ${resource.dockerMinimum} or newer.`,
      caution: 'Containers that run on this server stop for about a minute while Docker is replaced.',
    }
  }
  return { verdict: 'create', reason: `Not installed yet: ${wanted.join(', ')}.` }
}

/** Packages that runs installed go, unless something that is not Homeport's uses Docker by now. */
export function planPackagesRemoval(context: PlanContext): Judgement {
  const foreign = context.facts.docker.containers.filter((container) => container.labels.homeport !== '1').map((container) => container.name)
  // Whoever does not answer may have anything.
  if (context.facts.docker.clientVersion !== null && context.facts.docker.version === null) return noop('Docker stays, because it does not run: whether others use it cannot be seen. Start it first to have it removed (systemctl start docker).')
  if (foreign.length > 0) return noop(`Docker stays, because other containers use it: ${foreign.slice(0, 5).join(', ')}.`)
  return { verdict: 'delete', reason: 'Homeport installed them. Packages that were there before stay.' }
}
