import { isApp, type SourceOf } from '../../shared/site-source.ts'
import { policyPath } from '../../shared/mail-policy.ts'
import { servedNames, type Site } from '../../shared/spec.ts'
import { renderAccess, renderHeaders, renderLimits } from './proxy-visitors.ts'
import { shortHash } from './hash.ts'
import { noticeFile, pagesFolder, policyFile } from './proxy-pages.ts'
import { renderRedirect } from './proxy-redirect.ts'
import { proxyWord } from './proxy-text.ts'
import { siteAddress, staticAddress } from './site-address.ts'

/** Where the map of live containers is, for the server and for the proxy's container: lines `<site> blue` or `<site> green`. */
export const liveFolder = '/var/lib/homeport/live'

/** The proxy's part of one site: who may come in, and where that leads. `policies`: see `renderProxy`. */
export function renderBackend(site: Site, policies: ReadonlyMap<string, string>): string {
  const rules = [...renderPolicy(site, policies), ...renderAccess(site), ...renderWay(site)]
  return `\nbackend site:${site.id}\n${rules.map((rule) => `  ${rule}\n`).join('')}`
}

/** Other mail servers ask for it with no password, and wherever else the name leads. */
function renderPolicy(site: Site, policies: ReadonlyMap<string, string>): string[] {
  return servedNames(site).filter((name) => policies.has(name))
    .map((name) => `http-request return status 200 content-type text/plain hdr Cache-Control no-cache file ${pagesFolder}/${policyFile(name)} if { path ${policyPath} } { var(txn.host) -m str ${name} }`)
}

function renderWay(site: Site): string[] {
  const { source } = site
  switch (source.kind) {
    case 'redirect': return [...renderHeaders(site, 'own'), ...renderRedirect(source)]
    case 'notice': return [...renderHeaders(site, 'own'), `http-request return status 503 content-type "text/html; charset=utf-8" hdr Retry-After 3600 hdr Cache-Control no-cache file ${pagesFolder}/${noticeFile(site)}`]
    case 'git':
    case 'upload': return [...renderLimits(site), ...renderHeaders(site, 'upstream'), ...renderStatic()]
    case 'build':
    case 'image': return [...renderLimits(site), ...renderHeaders(site, 'upstream'), ...renderContainer(site)]
    case 'address': return [...renderLimits(site), ...renderHeaders(site, 'upstream'), ...renderAddress(source)]
  }
}

function renderStatic(): string[] {
  // A web server for files has no business with anybody's password.
  return ['http-request del-header Authorization', `server static ${staticAddress.container}:8080`]
}

/** What may be asked again is asked again where a connection ends without an answer; an order must not be placed twice. */
const carefulRetries = ['retry-on conn-failure empty-response', 'http-request disable-l7-retry unless { method GET HEAD OPTIONS }']

function renderContainer(site: Site): string[] {
  if (!isApp(site.source)) return []
  const { blue, green } = siteAddress(site.slot)
  const { port } = site.source.app
  return [
    ...carefulRetries,
    // Each request has a connection of its own: none is sent on one that leads to a container that has just been stopped.
    'option http-server-close',
    // A container that starts anew is away for a moment: requests wait for it, one second at a time, and then try the other one.
    'option redispatch 2',
    'use-server green if { var(txn.colour) -m str green }',
    'use-server blue unless { var(txn.colour) -m str green }',
    `server blue ${blue}:${port}`,
    `server green ${green}:${port}`,
  ]
}

function renderAddress(source: SourceOf<'address'>): string[] {
  const { protocol, hostname, port, host } = new URL(source.url)
  const isNumber = /^(\d+(\.\d+){3}|\[.*\])$/.test(hostname)
  // Not everywhere is it in the DNS, which alone is asked.
  const isLocal = /(^|\.)localhost\.?$/.test(hostname)
  const isLookedUp = !isNumber && !isLocal
  const options = [
    ...(protocol === 'https:' ? ['ssl', ...(source.verify === false ? ['verify none'] : ['verify required', `ca-file ${authorities}`, `verifyhost ${hostname}`]), ...(isNumber ? [] : [`sni str(${hostname})`]), 'alpn http/1.1'] : []),
    // A name that leads nowhere just now must not keep the proxy from starting, nor a resolver that is silent: it is looked
    // up beside everything else, again and again. `last` is where it led before the proxy loaded a new configuration.
    ...(isLookedUp ? ['resolvers system', 'resolve-prefer ipv4', 'init-addr last,none'] : []),
  ]
  return [
    ...carefulRetries,
    // It may be far away, and with a handshake of its own: there a connection is worth keeping. A near one is made anew for
    // each request, so that none is sent on one that the other side is just about to close.
    'timeout connect 5s',
    ...(protocol === 'https:' ? [] : ['option http-server-close']),
    // Who follows a request from here to here adds one each time.
    `http-request return status 508 content-type "text/html; charset=utf-8" file ${pagesFolder}/loop.html if { req.hdr_cnt(x-homeport-hop) ge ${maxHops} }`,
    'http-request add-header X-Homeport-Hop 1',
    ...(source.keepHost === false ? [`http-request set-header Host ${proxyWord(host)}`] : []),
    ...(isLookedUp ? ['load-server-state-from-file global'] : []),
    // Another address has another name: what is known of the one before is not taken for it.
    [`server ${shortHash(source.url)} ${isLocal ? '127.0.0.1' : hostname}:${port || (protocol === 'https:' ? '443' : '80')}`, ...options].join(' '),
  ]
}

/** Servers of Homeport that may stand behind each other for one site. */
const maxHops = 5

/** The authorities that the server itself trusts, mounted in the proxy's container. */
const authorities = '/etc/ssl/certs/ca-certificates.crt'
