import type { KnownServer } from '../../shared/connection.ts'
import { siteNames } from '../../shared/spec.ts'
import type { SiteStatus } from '../../shared/status.ts'
import { certificateHealth, needsAttention, type CertificateHealth } from './certificate-health.ts'
import { attemptWords } from './certificate-words.ts'
import type { StatusOfServer } from './server-statuses.ts'

/** One site's certificate, as the page over all servers shows it. */
export interface CertificateRow {
  readonly key: string
  readonly serverId: string
  readonly serverName: string
  readonly siteId: string
  readonly names: readonly string[]
  readonly issuer: string
  /** Null for a self-signed one: its end means nothing, it is replaced before. */
  readonly notAfter: number | null
  readonly renewAt: number | null
  /** Whether that moment has come. */
  readonly isDue: boolean
  readonly lastAttempt: { readonly at: number; readonly title: string } | null
  readonly health: CertificateHealth
  /** Lower case, for the search. */
  readonly text: string
}
export interface UnreachedServer { readonly serverId: string; readonly serverName: string; readonly problem: string }

/** All certificates, those that need attention first; and the servers that could not be asked. */
export function certificateRows(servers: readonly Pick<KnownServer, 'id' | 'name'>[], statuses: readonly StatusOfServer[], now: number): { rows: CertificateRow[]; unreached: UnreachedServer[] } {
  const names = new Map(servers.map((server) => [server.id, server.name]))
  const known = statuses.flatMap((one) => { const serverName = names.get(one.serverId); return serverName === undefined ? [] : [{ ...one, serverName }] })
  const rows = known.flatMap(({ serverId, serverName, status }) => (status?.sites ?? []).map((site) => rowOf(serverId, serverName, site, now)))
  const unreached = known.flatMap(({ serverId, serverName, status, problem }) => (status === null ? [{ serverId, serverName, problem: problem ?? 'It did not answer.' }] : []))
  return { rows: rows.toSorted((one, other) => one.health.sortKey - other.health.sortKey || one.siteId.localeCompare(other.siteId)), unreached }
}

function rowOf(serverId: string, serverName: string, status: SiteStatus, now: number): CertificateRow {
  const { site, certificate, care } = status
  const health = certificateHealth(status, now)
  const names = siteNames(site)
  const issuer = certificate === null ? 'none' : certificate.selfSigned ? 'itself' : certificate.issuer
  const last = care?.attempts[0]
  const lastAttempt = last === undefined ? null : { at: last.at, title: attemptWords(last).title }
  return {
    key: `${serverId}/${site.id}`, serverId, serverName, siteId: site.id, names, issuer, notAfter: certificate === null || certificate.selfSigned ? null : certificate.notAfter, renewAt: care?.renewAt ?? null, isDue: care?.renewAt != null && care.renewAt <= now, lastAttempt, health,
    text: [serverName, ...names, issuer, certificate?.selfSigned === true ? 'self-signed' : '', health.label, lastAttempt?.title ?? ''].join('\n').toLowerCase(),
  }
}

/** Rows in which every word of the search occurs. */
export function foundRows(rows: readonly CertificateRow[], search: string): readonly CertificateRow[] {
  const wanted = search.toLowerCase().split(/\s+/).filter((word) => word !== '')
  return wanted.length === 0 ? rows : rows.filter((row) => wanted.every((word) => row.text.includes(word)))
}

/** How many of these certificates need the person, and how badly. */
export function attentionOf(sites: readonly SiteStatus[], now: number): { count: number; tone: 'bad' | 'warn' } {
  const troubled = sites.map((site) => certificateHealth(site, now)).filter(needsAttention)
  return { count: troubled.length, tone: troubled.some(({ tone }) => tone === 'bad') ? 'bad' : 'warn' }
}
