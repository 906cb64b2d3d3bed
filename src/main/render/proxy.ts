import type { ServerSpec, Site } from '../../shared/spec.ts'
import { siteNames } from '../../shared/spec.ts'
import type { Resources } from '../resources.ts'
import { file, shortReference } from './base.ts'
import { renderContainerUnit } from './container-unit.ts'
import { sha256 } from './hash.ts'
import type { DesiredState } from './resource.ts'
import { siteAddress } from './site-address.ts'

const folder = '/etc/homeport/proxy'

/** The one proxy in front of all sites: haproxy on the host's network, as an ordinary user. */
export function renderProxy(spec: ServerSpec, resources: Resources): DesiredState {
  // In the order in which `proxy-hash` on the server reads them.
  const loaded = {
    'haproxy.cfg': resources.text('proxy/haproxy.cfg') + spec.sites.map(renderBackend).join(''),
    'crt-list.txt': lines(spec.sites.map((site) => `/certificates/${site.id}.pem [alpn h2,http/1.1] ${siteNames(site).join(' ')}`)),
    'hosts.map': lines(spec.sites.map((site) => `${site.domain} ${site.paused ? 'paused' : `site:${site.id}`}`)),
    'redirects.map': lines(spec.sites.filter((site) => site.www).map((site) => `www.${site.domain} ${site.domain}`)),
    ...Object.fromEntries(['pages/paused.html', 'pages/unknown.html', 'pages/down.http'].map((name) => [name, resources.text(`proxy/${name}`)])),
  }
  const unit = renderContainerUnit({
    name: 'homeport-proxy',
    description: 'Homeport: proxy in front of all sites',
    ready: '127.0.0.1:443',
    image: shortReference(resources.images.haproxy.ref),
    arguments: [
      '--network', 'host', '--user', '99:99', '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--stop-signal', 'SIGUSR1',
      '--volume', `${folder}:/usr/local/etc/haproxy:ro`, '--volume', '/var/lib/homeport/certificates:/certificates:ro', '--volume', '/run/homeport/proxy:/var/run/haproxy',
    ],
    command: ['haproxy', '-W', '-db', '-S', '/var/run/haproxy/master.sock', '-f', '/usr/local/etc/haproxy/haproxy.cfg'],
    // It closes its ports at once and then waits for visitors to leave; meanwhile nobody would listen.
    stopTimeoutSeconds: 2,
    startInputs: [],
    before: ['/usr/bin/install -d -m 0750 -o 99 -g 99 /run/homeport/proxy', '/usr/bin/install -d -m 0755 /var/lib/homeport/certificates', '-/usr/local/lib/homeport/missing-certificates',
      // Before the start: what changes while it starts is then loaded once more and never forgotten.
      "/bin/sh -c 'exec /usr/local/lib/homeport/proxy-hash >/run/homeport/proxy.loaded'"],
    reload: '/usr/local/lib/homeport/proxy-reload',
  })
  return [
    ...Object.entries(loaded).map(([name, content]) => file('proxy', `${folder}/${name}`, content)),
    file('proxy', '/etc/systemd/system/homeport-proxy.service', unit.content),
    { kind: 'container', name: 'homeport-proxy', group: 'proxy', hash: unit.hash, isRunning: true },
    { kind: 'proxy-config', name: 'homeport-proxy', group: 'proxy', hash: sha256(Object.values(loaded).join('')), certificates: spec.sites.map((site) => site.id) },
  ]
}

function renderBackend(site: Site): string {
  // A container that starts anew is away for a moment: requests wait for it (retries, one second apart) instead of failing.
  return `\nbackend site:${site.id}\n  server container ${siteAddress(site.slot).container}:8080\n`
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('')
}
