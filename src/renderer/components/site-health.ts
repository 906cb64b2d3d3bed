import { isApp, isStatic } from '../../shared/site-source.ts'
import { siteNames, type Site } from '../../shared/spec.ts'
import type { Probe, SiteStatus, UnitState } from '../../shared/status.ts'
import type { Tone } from './state-badge.tsx'

export interface Health { readonly tone: Tone; readonly word: string; /** One sentence; empty where all is well. */ readonly meaning: string }

/** How a site is, in one word: what visitors meet counts first, then what the server says. */
export function siteHealth({ site, unit }: Pick<SiteStatus, 'site' | 'unit'>, probe: Probe | undefined): Health {
  if (site.paused) return { tone: 'idle', word: 'Paused', meaning: 'Visitors see a short notice until you resume it.' }
  const hasUnit = isStatic(site.source) || isApp(site.source)
  if (hasUnit && unit === null) return { tone: 'warn', word: 'Not set up', meaning: 'Its web server is not on the server. Open the changes and bring it back.' }
  if (hasUnit && unit !== null && unit.active !== 'active') return stopped(unit)
  if (probe === undefined) return { tone: 'busy', word: 'Checking', meaning: '' }
  if (probe.status === null) return { tone: 'bad', word: 'No answer', meaning: probe.error ?? 'The site did not answer this computer.' }
  if (site.source.kind === 'notice' && probe.status === 503) return { tone: 'idle', word: 'Maintenance', meaning: '' }
  if (probe.status >= 500) return { tone: 'bad', word: `Error ${probe.status}`, meaning: 'The site answers with an error of the server.' }
  if (probe.dns === 'nowhere') return { tone: 'warn', word: 'No DNS yet', meaning: 'The site runs, but its domain leads nowhere so far.' }
  if (probe.dns === 'elsewhere') return { tone: 'warn', word: 'DNS elsewhere', meaning: 'The site runs, but its domain leads to another server.' }
  if ((probe.status === 401 && site.access?.users !== undefined) || (probe.status === 403 && site.access?.addresses !== undefined)) return { tone: 'good', word: 'Protected', meaning: '' }
  if (probe.status >= 400) return { tone: 'warn', word: `Answers ${probe.status}`, meaning: probe.status === 404 ? 'The start page is missing: is there an index.html?' : 'The site does not show its start page.' }
  return { tone: 'good', word: 'Online', meaning: '' }
}

function stopped({ active }: UnitState): Health {
  if (active === 'failed') return { tone: 'bad', word: 'Failed', meaning: 'Its web server stopped with an error. The logs say why.' }
  if (active === 'activating' || active === 'reloading') return { tone: 'busy', word: 'Starting', meaning: '' }
  return { tone: 'bad', word: 'Stopped', meaning: 'Its web server is stopped. Restart it from the menu, or check the set-up on the page of the server.' }
}

export interface DnsRecord { readonly name: string; readonly type: 'A' | 'AAAA' | 'CNAME'; readonly value: string }

/** The records to set at the registrar, so that the names of a site lead to the server. `host` is how this computer reaches it. */
export function dnsRecords(site: Pick<Site, 'domain' | 'www' | 'aliases'>, host: string): DnsRecord[] {
  const type = /^\d+(\.\d+){3}$/.test(host) ? 'A' : host.includes(':') ? 'AAAA' : 'CNAME'
  return siteNames(site).map((name) => ({ name, type, value: host }))
}
