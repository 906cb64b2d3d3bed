import type { PullState } from '../../shared/status.ts'
import { ReleaseId, SiteId } from '../../shared/spec.ts'
import { parseApps, parseDeployState, parseVersions } from './app.ts'
import type { FileFact, SiteFact } from './facts.ts'

/** Kind (d folder, l link; s folder of Homeport's own state, o folder of data, p one that is closed to others), seconds of the last change, path, target of a link or owner of the folder. */
const line = /^([dlsop]) (\d+(?:\.\d+)?) ([^ ]+) ([^ ]*)$/

/** Reads the list of sites' folders; newest release first. What is not named like a site or a release is left out. */
export function parseSites(lines: readonly string[], files: ReadonlyMap<string, FileFact>, images: ReadonlyMap<string, unknown> = new Map()): Map<string, SiteFact> {
  const apps = parseApps(files)
  const sites = new Map<string, { releases: { id: string; publishedAt: number }[]; current: string | null; hasData: boolean; isPrivate: boolean; ready: Set<string> }>()
  for (const text of lines) {
    const [, kind, seconds, path = '', target = ''] = line.exec(text) ?? []
    const [id = '', folder, release] = path.split('/')
    if (!SiteId.safeParse(id).success) continue
    const site = sites.get(id) ?? { releases: [], current: null, hasData: false, isPrivate: false, ready: new Set<string>() }
    sites.set(id, site)
    if (kind !== 's') site.hasData = true
    if (kind === 'p') site.isPrivate = true
    if ((kind === 's' || kind === 'o' || kind === 'p') && target === 'homeport') site.ready.add(kind)
    if (kind === 'd' && folder === 'releases' && ReleaseId.safeParse(release).success) site.releases.push({ id: release ?? '', publishedAt: Math.floor(Number(seconds) * 1000) })
    if (kind === 'l' && folder === 'current') site.current = /^(?:\/srv\/homeport\/[^/]+\/|\.\/)?releases\/([^/]+)\/?$/.exec(target)?.[1] ?? null
  }
  return new Map([...sites].map(([id, site]) => {
    const app = apps.get(id)
    const published = site.releases.sort((a, b) => b.publishedAt - a.publishedAt || a.id.localeCompare(b.id)).map((release) => ({ ...release, current: release.id === site.current }))
    return [id, {
      // What is live is a container: files from before are not what visitors see.
      releases: app === undefined ? published : parseVersions(id, files, (reference) => images.has(reference), app.version),
      pull: parsePullState(files.get(`/var/lib/homeport/sites/${id}/pull.state`)?.content ?? ''),
      deploy: parseDeployState(id, files),
      ...(app === undefined ? {} : { app }),
      hasData: site.hasData, isReady: site.ready.size === 2, ...(site.isPrivate ? { isPrivate: true } : {}),
    }]
  }))
}

/** Longest text kept of what a repository says about itself. */
const maxTextLength = 500

/** `key=value` lines of what the last pull said; null before the first pull. */
export function parsePullState(text: string): PullState | null {
  const values = new Map(text.split('\n').filter((pair) => pair.includes('=')).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const))
  const value = (key: string): string | null => values.get(key)?.slice(0, maxTextLength) || null
  const at = Number(value('at') ?? Number.NaN) * 1000
  if (!Number.isFinite(at)) return null
  const commit = value('commit')
  return {
    at, ok: value('ok') === '1', commit: commit !== null && /^[0-9a-f]{40}$/.test(commit) ? commit : null,
    subject: value('subject'), author: value('author'), error: value('error'), detail: value('detail'),
  }
}
