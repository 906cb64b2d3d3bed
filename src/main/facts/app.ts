import { ReleaseId } from '../../shared/spec.ts'
import type { KeptFolder } from '../../shared/site-folders.ts'
import type { DeployState, Release } from '../../shared/status.ts'
import type { AppFact, FileFact } from './facts.ts'

type Files = ReadonlyMap<string, FileFact>
const folder = '/var/lib/homeport/apps'
/** Longest text kept of what a build or a container says. */
const maxTextLength = 500
/** Most folders of an image that are looked at; the server takes no image with more. */
const mostFolders = 100

/** What is live, by site: lines of live.map with what is known of that colour. */
export function parseApps(files: Files): Map<string, AppFact> {
  const apps = new Map<string, AppFact>()
  for (const line of linesOf(files, '/var/lib/homeport/live/live.map')) {
    const [, site, colour] = /^([a-z0-9.-]+) (blue|green)$/.exec(line) ?? []
    if (site === undefined || (colour !== 'blue' && colour !== 'green')) continue
    const environment = linesOf(files, `${folder}/${site}/${colour}.env`)
    const isVersion = ReleaseId.safeParse(environment.find((one) => one.startsWith('VERSION='))?.slice('VERSION='.length))
    const source = linesOf(files, `${folder}/${site}/source`)[0] ?? ''
    apps.set(site, { colour, version: isVersion.success ? isVersion.data : null, source: /^[0-9a-f]{16}$/.test(source) ? source : null, folders: parseFolders(files, `${folder}/${site}/${colour}.kept`), stopsFirst: environment.includes('HANDOVER=stop-first') })
  }
  return apps
}

/** Lines of name and path. */
function parseFolders(files: Files, path: string): KeptFolder[] | null {
  if (!files.has(path)) return null
  return linesOf(files, path).slice(0, mostFolders).flatMap((line) => {
    const [, name, inContainer] = /^([a-z0-9-]{1,40}) (\/.{0,4095})$/.exec(line) ?? []
    return name === undefined || inContainer === undefined ? [] : [{ name, path: inContainer.slice(0, maxTextLength) }]
  })
}

/** Versions whose images are there, newest first, as far as the server noted when they came. */
export function parseVersions(site: string, files: Files, hasImage: (reference: string) => boolean, current: string | null): Release[] {
  return linesOf(files, `${folder}/${site}/versions`).flatMap((line) => {
    const [, id = '', seconds = '', label = ''] = /^(\S+) (\d{1,11}) ?(.*)$/.exec(line) ?? []
    if (!ReleaseId.safeParse(id).success || !hasImage(`homeport/${site}:${id}`)) return []
    return [{ id, publishedAt: Number(seconds) * 1000, current: id === current, ...(label === '' ? {} : { label: label.slice(0, maxTextLength) }) }]
  }).sort((a, b) => b.publishedAt - a.publishedAt || a.id.localeCompare(b.id))
}

/** `key=value` lines of how the last deployment came out; null before the first. */
export function parseDeployState(site: string, files: Files): DeployState | null {
  const values = new Map(linesOf(files, `${folder}/${site}/deploy.state`).filter((pair) => pair.includes('=')).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const))
  const value = (key: string): string | null => values.get(key)?.slice(0, maxTextLength) || null
  const at = Number(value('at') ?? Number.NaN) * 1000
  if (!Number.isFinite(at)) return null
  const version = ReleaseId.safeParse(value('version'))
  const stage = value('stage')
  const seconds = Number(value('seconds') ?? Number.NaN)
  return {
    at, ok: value('ok') === '1', version: version.success ? version.data : null,
    stage: stage === 'pull' || stage === 'build' || stage === 'start' ? stage : null,
    error: value('error'), seconds: Number.isFinite(seconds) && seconds >= 0 ? seconds : null,
  }
}

function linesOf(files: Files, path: string): string[] {
  return (files.get(path)?.content ?? '').split('\n').filter((line) => line !== '')
}
