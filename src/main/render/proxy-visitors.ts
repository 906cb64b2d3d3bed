import type { Site } from '../../shared/spec.ts'
import { pagesFolder, type PageName } from './proxy-pages.ts'
import { proxyFormat, proxyWord } from './proxy-text.ts'

/** A line of the proxy's configuration has up to 64 words (haproxy's MAX_LINE_ARGS). */
const wordsPerLine = 50
/** Failed logins of one address within a minute after which none of its passwords is looked at any more. */
const maxFailedLogins = 10

/** Rules of who may come in. What a visitor says of itself in headers does not count, only where it comes from. */
export function renderAccess(site: Pick<Site, 'id' | 'domain' | 'access'>): string[] {
  const { users = [], addresses = [] } = site.access ?? {}
  return [...(addresses.length === 0 ? [] : allowAddresses(addresses)), ...(users.length === 0 ? [] : askPassword(site))]
}

function allowAddresses(addresses: readonly string[]): string[] {
  const lines = Array.from({ length: Math.ceil(addresses.length / wordsPerLine) }, (_, index) => addresses.slice(index * wordsPerLine, (index + 1) * wordsPerLine))
  return [...lines.map((line) => `acl is-allowed src ${line.join(' ')}`), answer(403, 'forbidden.html', 'unless is-allowed')]
}

/** The password is looked at once for each request, and not at all for an address that has failed too often: hashing takes time. */
function askPassword({ id, domain }: Pick<Site, 'id' | 'domain'>): string[] {
  return [
    // One household has 2^64 addresses of IPv6: they count as one.
    'http-request track-sc0 src,ipmask(32,64) table failed-logins if { req.hdr(authorization) -m found }',
    answer(429, 'too-many.html', `if { sc0_gpc0_rate(failed-logins) ge ${maxFailedLogins} }`, 'hdr Retry-After 60 '),
    `http-request set-var(txn.known) bool(true) if { http_auth(${userList(id)}) }`,
    'http-request sc-inc-gpc0(0) if { req.hdr(authorization) -m found } !{ var(txn.known) -m bool }',
    `http-request auth realm ${proxyWord(domain)} unless { var(txn.known) -m bool }`,
    // It was for the proxy.
    'http-request del-header Authorization',
  ]
}

/** Users of all sites with the hashes of their passwords: the file that this is in is for root and the proxy alone. */
export function renderUsers(sites: readonly Pick<Site, 'id' | 'access'>[]): string {
  return sites.filter(({ access }) => (access?.users ?? []).length > 0)
    .map(({ id, access }) => `\nuserlist ${userList(id)}\n${(access?.users ?? []).map(({ name, hash }) => `  user ${name} password ${proxyWord(hash)}\n`).join('')}`).join('')
}

function userList(id: string): string {
  return `visitors:${id}`
}

/** Rules of how much visitors may send, and how long the site may take. */
export function renderLimits({ limits }: Pick<Site, 'limits'>): string[] {
  const { maxBodyMb, timeoutSeconds } = limits ?? {}
  return [
    ...(maxBodyMb === undefined ? [] : [
      answer(413, 'too-large.html', `if { req.hdr_val(content-length) gt ${maxBodyMb * 1_048_576} }`),
      // A body of unknown length could not be told from one that is too long before it has been passed on. With HTTP/2 no
      // header says that there is one: its first byte does. What becomes a WebSocket has none.
      'http-request wait-for-body time 10s at-least 1 unless { req.hdr(content-length) -m found } or { req.hdr(upgrade) -m found }',
      answer(411, 'length-needed.html', 'if !{ req.hdr(content-length) -m found } { req.hdr(transfer-encoding) -m found } or !{ req.hdr(content-length) -m found } { req.body_len gt 0 }'),
    ]),
    ...(timeoutSeconds === undefined ? [] : [`timeout server ${timeoutSeconds}s`]),
  ]
}

/** Response headers as the person wants them: on answers of the site, or on those that the proxy gives itself. */
export function renderHeaders({ headers = [] }: Pick<Site, 'headers'>, answers: 'upstream' | 'own'): string[] {
  const rule = answers === 'upstream' ? 'http-response' : 'http-after-response'
  return headers.map(({ name, value }) => (value === '' ? `${rule} del-header ${proxyWord(name)}` : `${rule} set-header ${proxyWord(name)} ${proxyFormat(value)}`))
}

function answer(status: number, page: PageName, condition: string, more = ''): string {
  return `http-request return status ${status} content-type "text/html; charset=utf-8" ${more}file ${pagesFolder}/${page} ${condition}`
}
