import type { SourceOf } from '../../shared/site-source.ts'
import type { Site } from '../../shared/spec.ts'
import type { Resources } from '../resources.ts'

/** Pages that the proxy itself answers with, by file name; each is one heading and one sentence. */
const pages = {
  'paused.html': ['This site is taking a break', 'It has been paused by its owner. Please come back later.'],
  'unknown.html': ['There is no site here', 'This server does not host a site with this name.'],
  'forbidden.html': ['This site is not open to you', 'It is shown only to certain networks, and yours is not among them.'],
  'too-many.html': ['Too many failed logins', 'Please wait a minute, then try again.'],
  'too-large.html': ['This is too large', 'The site does not take this much in one request.'],
  'length-needed.html': ['The size is missing', 'This site takes only requests that say how large they are.'],
  'loop.html': ['This site leads back to itself', 'Its address and the address that it gets its pages from lead to each other.'],
  'down.http': ['This site does not answer right now', 'Please try again in a moment.'],
  'slow.http': ['This site takes too long to answer', 'Please try again in a moment.'],
} as const
export type PageName = Exclude<keyof typeof pages, `${string}.http`>

/** Whole answers, with their head: what haproxy's `errorfile` wants. */
const heads = {
  'down.http': 'HTTP/1.0 503 Service Unavailable\nCache-Control: no-cache\nConnection: close\nContent-Type: text/html; charset=utf-8\n\n',
  'slow.http': 'HTTP/1.0 504 Gateway Timeout\nCache-Control: no-cache\nConnection: close\nContent-Type: text/html; charset=utf-8\n\n',
} as const

/** Where the proxy's container sees its pages. */
export const pagesFolder = '/usr/local/etc/haproxy/pages'

/** All pages of a server by their path below the proxy's folder. */
export function renderPages(sites: readonly Site[], resources: Resources): Record<string, string> {
  const fixed = Object.entries(pages).map(([name, [title, text]]) => [`pages/${name}`, `${name in heads ? heads[name as keyof typeof heads] : ''}${pageOf(title, text, resources)}`] as const)
  const own = sites.flatMap((site) => (site.source.kind === 'notice' ? [[`pages/${noticeFile(site)}`, noticeOf(site.source, resources)] as const] : []))
  return Object.fromEntries([...fixed, ...own])
}

/** Policies of mail as files, by their path below the proxy's folder. */
export function renderPolicies(policies: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...policies].map(([name, text]) => [`pages/${policyFile(name)}`, text]))
}

export function policyFile(name: string): string {
  return `${name}.txt`
}

/** Ids of sites have a dot in them, the names of our own pages have none before their suffix. */
export function noticeFile(site: Pick<Site, 'id'>): string {
  return `${site.id}.html`
}

function noticeOf(source: SourceOf<'notice'>, resources: Resources): string {
  return pageOf(source.title, source.text, resources)
}

function pageOf(title: string, text: string, resources: Resources): string {
  const values: Readonly<Record<string, string>> = { TITLE: escapeHtml(title), TEXT: escapeHtml(text) }
  return resources.text('proxy/page.html').replace(/\{(TITLE|TEXT)\}/g, (_whole, name: string) => values[name] ?? '')
}

/** For text between tags, where only these two have a meaning. */
function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
