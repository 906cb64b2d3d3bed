import type { ServerSpec } from '../../shared/spec.ts'
import { redirectedNames, servedNames, siteNames } from '../../shared/spec.ts'
import type { Resources } from '../resources.ts'
import { file, shortReference } from './base.ts'
import { renderContainerUnit } from './container-unit.ts'
import { sha256 } from './hash.ts'
import { renderPages, renderPolicies } from './proxy-pages.ts'
import { liveFolder, renderBackend } from './proxy-site.ts'
import { renderUsers } from './proxy-visitors.ts'
import type { DesiredState } from './resource.ts'

const folder = '/etc/homeport/proxy'
/** The group of the ordinary user that haproxy is in its official image. */
const proxyGroup = 99
/** A year: what browsers and testers expect of a site that means it. */
const hstsSeconds = 31_536_000

/** The one proxy in front of all sites: haproxy on the host's network, as an ordinary user. `policies`: those of mail, by the name at which they are asked for. */
export function renderProxy(spec: ServerSpec, resources: Resources, policies: ReadonlyMap<string, string>): DesiredState {
  const pages = { ...renderPages(spec.sites, resources), ...renderPolicies(policies) }
  // In the order in which `proxy-hash` on the server reads them.
  const loaded = {
    'haproxy.cfg': `${resources.text('proxy/haproxy.cfg')}${renderUsers(spec.sites)}${spec.sites.map((site) => renderBackend(site, policies)).join('')}\n${lines(Object.keys(pages).map((name) => `# page ${name}`))}`,
    'crt-list.txt': lines(spec.sites.map((site) => `/certificates/${site.id}.pem [alpn h2,http/1.1] ${siteNames(site).join(' ')}`)),
    'hosts.map': lines(spec.sites.flatMap((site) => servedNames(site).map((name) => `${name} ${site.paused ? 'paused' : `site:${site.id}`}`))),
    'redirects.map': lines(spec.sites.flatMap((site) => redirectedNames(site).map((name) => `${name} ${site.domain}`))),
    'hsts.map': lines(spec.sites.filter((site) => site.hsts).flatMap((site) => siteNames(site).map((name) => `${name} ${hstsSeconds}`))),
    ...pages,
  }
  const { 'haproxy.cfg': configuration, ...others } = loaded
  const run = resources.text('proxy/run')
  const unit = renderContainerUnit({
    name: 'homeport-proxy',
    description: 'Homeport: proxy in front of all sites',
    ready: '127.0.0.1:443',
    image: shortReference(resources.images.haproxy.ref),
    arguments: [
      '--network', 'host', '--user', '99:99', '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--stop-signal', 'SIGUSR1',
      '--volume', `${folder}:/usr/local/etc/haproxy:ro`, '--volume', '/var/lib/homeport/certificates:/certificates:ro', '--volume', '/run/homeport/proxy:/var/run/haproxy',
      '--volume', `${liveFolder}:/live:ro`, '--volume', '/etc/ssl/certs:/etc/ssl/certs:ro',
    ],
    command: ['bash', '/usr/local/etc/haproxy/run'],
    // It closes its ports at once and then waits for visitors to leave; meanwhile nobody would listen.
    stopTimeoutSeconds: 2,
    startInputs: [run],
    before: ['/usr/bin/install -d -m 0750 -o 99 -g 99 /run/homeport/proxy', `/usr/bin/install -d -m 0755 /var/lib/homeport/certificates ${liveFolder}`, '-/usr/local/lib/homeport/missing-certificates',
      // Before the start: what changes while it starts is then loaded once more and never forgotten.
      "/bin/sh -c 'exec /usr/local/lib/homeport/proxy-hash >/run/homeport/proxy.loaded'"],
    reload: '/usr/local/lib/homeport/proxy-reload',
  })
  return [
    ...Object.entries(others).map(([name, content]) => file('proxy', `${folder}/${name}`, content)),
    file('proxy', `${folder}/run`, run),
    // After the pages that it names: a power cut in between must find a proxy that starts. The hashes of passwords are in it
    // and not beside it for the same reason; so it is for root and the proxy alone.
    file('proxy', `${folder}/haproxy.cfg`, configuration, { mode: 0o640, gid: proxyGroup }),
    file('proxy', '/etc/systemd/system/homeport-proxy.service', unit.content),
    { kind: 'container', name: 'homeport-proxy', group: 'proxy', hash: unit.hash, isRunning: true },
    { kind: 'proxy-config', name: 'homeport-proxy', group: 'proxy', hash: sha256(Object.values(loaded).join('')), certificates: spec.sites.map((site) => site.id) },
  ]
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('')
}
