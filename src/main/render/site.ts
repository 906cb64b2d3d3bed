import type { Site } from '../../shared/spec.ts'
import { siteNames } from '../../shared/spec.ts'
import type { Resources } from '../resources.ts'
import { file, shortReference } from './base.ts'
import { renderContainerUnit } from './container-unit.ts'
import { renderNginx } from './nginx.ts'
import { renderPull } from './pull.ts'
import type { DesiredState } from './resource.ts'
import { siteAddress } from './site-address.ts'

/** Name of a site's container, network and unit (without suffix). */
export function siteUnit(siteId: string): string {
  return `homeport-${siteId}`
}

/** Everything of one site but its part of the proxy's configuration. */
export function renderSite(site: Site, resources: Resources): DesiredState {
  const group = `site:${site.id}` as const
  const name = siteUnit(site.id)
  const address = siteAddress(site.slot)
  const nginx = renderNginx(address.gateway)
  const unit = renderContainerUnit({
    name,
    description: `Homeport: web server of ${site.id}`,
    ready: `${address.container}:8080`,
    image: shortReference(resources.images.nginx.ref),
    arguments: [
      '--network', name, '--ip', address.container,
      '--user', '101:101', '--read-only', '--tmpfs', '/tmp:mode=1777,size=64m', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges',
      '--pids-limit', '100', '--stop-signal', 'SIGQUIT',
      '--volume', `/etc/homeport/sites/${site.id}/nginx:/etc/homeport:ro`, '--volume', `/srv/homeport/${site.id}:/srv/site:ro`,
    ],
    command: ['nginx', '-c', '/etc/homeport/nginx.conf', '-g', 'daemon off;'],
    stopTimeoutSeconds: 10,
    startInputs: [nginx],
  })
  return [
    { kind: 'site-data', name: site.id, group },
    file(group, `/etc/homeport/sites/${site.id}/nginx/nginx.conf`, nginx),
    file(group, `/etc/systemd/system/${name}.service`, unit.content),
    // Internal: a web server for files has no business outside, and nothing reaches it but the proxy.
    { kind: 'network', name, group, subnet: address.subnet, gateway: address.gateway, dynamicRange: address.dynamicRange, bridge: address.bridge },
    { kind: 'certificate', name: site.id, group, domains: siteNames(site) },
    ...renderRelease(site),
    { kind: 'container', name, group, hash: unit.hash, isRunning: !site.paused },
  ]
}

function renderRelease(site: Site): DesiredState {
  if (site.source.kind === 'git') return renderPull(site, site.source)
  return [{ kind: 'release', name: site.id, group: `site:${site.id}`, release: site.source.release, inputs: [] }]
}
