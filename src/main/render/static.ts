import { isStatic } from '../../shared/site-source.ts'
import type { ServerSpec } from '../../shared/spec.ts'
import type { Resources } from '../resources.ts'
import { file, shortReference } from './base.ts'
import { renderContainerUnit } from './container-unit.ts'
import { sha256 } from './hash.ts'
import { renderNginx } from './nginx.ts'
import type { DesiredState } from './resource.ts'
import { staticAddress } from './site-address.ts'
import { renderStaticSite, staticFolder, staticSitePath } from './static-site.ts'

/** Unit (without suffix), container and network of the web server for all static sites. */
export const staticUnit = 'homeport-static'

/** One nginx for all static sites, on a network that leads nowhere. It is there only where there is such a site. */
export function renderStatic(spec: ServerSpec, resources: Resources): DesiredState {
  if (!spec.sites.some(({ source }) => isStatic(source))) return []
  const nginx = renderNginx(staticAddress.gateway)
  const run = resources.text('static/run')
  const unit = renderContainerUnit({
    name: staticUnit,
    description: 'Homeport: web server of all static sites',
    ready: `${staticAddress.container}:8080`,
    image: shortReference(resources.images.nginx.ref),
    arguments: [
      '--network', staticUnit, '--ip', staticAddress.container,
      '--user', '101:101', '--read-only', '--tmpfs', '/tmp:mode=1777,size=64m', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges',
      '--pids-limit', '500', '--ulimit', 'nofile=16384:16384', '--stop-signal', 'SIGQUIT',
      '--volume', `${staticFolder}:/etc/homeport:ro`, '--volume', '/srv/homeport:/srv/homeport:ro',
      // Each site writes into the journal under a name of its own. The folder and not the socket, which is made anew.
      '--volume', '/run/systemd/journal:/run/systemd/journal:ro',
    ],
    command: ['bash', '/etc/homeport/run', 'start'],
    stopTimeoutSeconds: 10,
    startInputs: [run],
    before: ['/usr/bin/install -d -m 0755 /run/homeport',
      // Before the start: what changes while it starts is then loaded once more and never forgotten.
      "/bin/sh -c 'exec /usr/local/lib/homeport/static-hash >/run/homeport/static.loaded'"],
    reload: '/usr/local/lib/homeport/static-reload',
  })
  return [
    file('homeport', `${staticFolder}/nginx.conf`, nginx),
    file('homeport', `${staticFolder}/run`, run),
    file('homeport', `/etc/systemd/system/${staticUnit}.service`, unit.content),
    { kind: 'network', name: staticUnit, group: 'homeport', subnet: staticAddress.subnet, gateway: staticAddress.gateway, dynamicRange: staticAddress.dynamicRange, bridge: staticAddress.bridge },
    { kind: 'container', name: staticUnit, group: 'homeport', hash: unit.hash, isRunning: true },
    { kind: 'static-config', name: staticUnit, group: 'homeport', hash: hashOfStatic(spec, nginx) },
  ]
}

/** As `static-hash` on the server makes it: the main file, then those of the sites in the order of their names. */
function hashOfStatic(spec: ServerSpec, nginx: string): string {
  const files = spec.sites.flatMap((site) => (isStatic(site.source) && !site.paused ? [[staticSitePath(site.id), renderStaticSite(site, site.source)] as const] : []))
  return sha256([nginx, ...files.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, content]) => content)].join(''))
}
