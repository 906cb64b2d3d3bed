import type { ResourceOf } from '../render/resource.ts'
import { noop, type Judgement, type PlanContext } from './planned-change.ts'

export function planSiteData(resource: ResourceOf<'site-data'>, context: PlanContext): Judgement {
  const site = context.facts.sites.get(resource.name)
  if (site?.isReady === true) {
    if (resource.isPrivate === undefined || resource.isPrivate === (site.isPrivate === true)) return noop('The folder is there.')
    return { verdict: 'update', reason: resource.isPrivate ? 'It is closed to the web server for files: the site has a container of its own.' : 'It is opened to the web server, which is going to serve its files.' }
  }
  if (site?.hasData === true) return { verdict: 'update', reason: 'Its data is there from earlier, and gets ready to be served again.' }
  const original = resource.copyOf
  if (original !== undefined && context.facts.sites.get(original)?.hasData === true) return planCopy(original, context)
  return { verdict: 'create', reason: 'The files of the site live here, and nothing else.' }
}

/** Once the folder is there it is the copy's own: nothing is ever copied into it again. */
function planCopy(original: string, context: PlanContext): Judgement {
  const isRunning = ['blue', 'green'].some((colour) => context.facts.units.get(`homeport-${original}-${colour}.service`)?.active === 'active')
  return {
    verdict: 'create', reason: `It begins with a copy of the data of ${original}.`,
    ...(isRunning ? { caution: `The program of ${original} is stopped while its data is copied, and started again afterwards: a database that is written meanwhile would arrive damaged. Until then visitors see that it does not answer.` } : {}),
  }
}

export function planSiteDataRemoval(siteId: string, context: PlanContext): Judgement {
  if (context.facts.sites.get(siteId)?.hasData !== true) return noop('It is gone already.')
  switch (context.dataOf(siteId)) {
    case 'delete': return { verdict: 'delete', data: 'delete', reason: 'You chose to delete it.', caution: `All files of ${siteId} are deleted for ever.` }
    case 'archive': return { verdict: 'delete', data: 'archive', reason: 'It is packed into /srv/homeport/.archive/, then the folder goes.' }
    case 'keep': return noop(`It stays in /srv/homeport/${siteId}.`)
  }
}

/** Versions have no removal of their own: they go with the site's data. */
export function planRelease(resource: ResourceOf<'release'>, context: PlanContext): Judgement {
  const releases = context.facts.sites.get(resource.name)?.releases ?? []
  const current = releases.find((release) => release.current)
  if (resource.release !== null) {
    if (current?.id === resource.release) return noop('This version is served.')
    const isThere = releases.some((release) => release.id === resource.release)
    return { verdict: current === undefined ? 'create' : 'update', reason: isThere ? 'An earlier version is served again.' : 'A new version is published.' }
  }
  if (current === undefined) return { verdict: 'create', reason: 'Nothing was pulled yet.' }
  if (current.id.startsWith('u')) return { verdict: 'update', reason: 'The site comes from a git repository now.' }
  if (resource.inputs.some((path) => context.changing.has(`file/${path}`))) return { verdict: 'update', reason: 'The source of the site changes.' }
  return noop('A version from the repository is served; the timer brings newer ones.')
}
