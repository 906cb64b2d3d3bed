import { isApp, isStatic, type SourceOf } from '../../shared/site-source.ts'
import { siteNames, type Site } from '../../shared/spec.ts'
import { renderApp } from './app.ts'
import { file } from './base.ts'
import { renderPull } from './pull.ts'
import type { DesiredState } from './resource.ts'
import { renderStaticSite, staticSitePath } from './static-site.ts'

/** Everything of one site but its part of the proxy's configuration. `mailHost`: name of the server's mail server. */
export function renderSite(site: Site, mailHost?: string): DesiredState {
  const { source } = site
  if (isApp(source)) return renderApp({ ...site, source }, mailHost)
  // Another address, a redirect and a notice are the proxy's alone. A site that was something else before keeps its data meanwhile.
  return [...(isStatic(source) ? renderFiles(site, source) : [{ kind: 'site-data', name: site.id, group: `site:${site.id}` } as const]), { kind: 'certificate', name: site.id, group: `site:${site.id}`, domains: siteNames(site) }]
}

/** Files that the one web server for all static sites serves. While the site is paused the proxy answers for it. */
function renderFiles(site: Site, source: SourceOf<'git' | 'upload'>): DesiredState {
  const group = `site:${site.id}` as const
  return [
    { kind: 'site-data', name: site.id, group, ...(site.copyOf === undefined ? {} : { copyOf: site.copyOf }), isPrivate: false },
    ...(site.paused ? [] : [file(group, staticSitePath(site.id), renderStaticSite(site, source))]),
    ...(source.kind === 'git' ? renderPull(site, source) : [{ kind: 'release', name: site.id, group, release: source.release, inputs: [] } as const]),
  ]
}
