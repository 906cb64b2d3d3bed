import { isApp, isStatic } from '../../shared/site-source.ts'
import { emptySpec, mailCertificateId, type Site } from '../../shared/spec.ts'
import type { Drift, ServerStatus, SiteStatus, UnitState } from '../../shared/status.ts'
import { parseCare } from './certificate-care.ts'
import { parseCertificates } from './certificate.ts'
import { unanswered, type Facts } from './facts.ts'

/** What a person sees of a server. `addressOf` gives the address of a site's container. */
export function describeServer(facts: Facts, drift: readonly Drift[], addressOf: (site: Site) => string): ServerStatus {
  const { system, apt } = facts
  return {
    at: facts.serverTimeMs, hostname: system.hostname, os: system.distribution.name, kernel: system.kernel, architecture: system.architecture,
    dockerVersion: facts.docker.version, systemdVersion: system.systemdVersion,
    pendingUpdates: apt.pendingUpdates, pendingSecurityUpdates: apt.pendingSecurityUpdates, rebootRequired: system.rebootRequired,
    isSetUp: facts.spec !== null && facts.owned !== null, revision: facts.spec?.revision ?? 0,
    proxy: unitState(facts, 'homeport-proxy.service'), sites: describeSites(facts, addressOf), drift: [...drift],
    certificates: (facts.spec ?? emptySpec).certificates, alerts: (facts.spec ?? emptySpec).alerts,
    mail: describeMail(facts), mailData: facts.mailData,
    unanswered: unanswered(facts),
    lastRun: facts.runs[0] ?? null, activeRun: facts.activeRun, units: listUnits(facts),
  }
}

function describeSites(facts: Facts, addressOf: (site: Site) => string): SiteStatus[] {
  const certificates = parseCertificates(facts.files)
  return (facts.spec?.sites ?? []).map((site) => {
    const fact = facts.sites.get(site.id)
    return {
      site, unit: unitState(facts, unitOf(site, facts)), releases: [...(fact?.releases ?? [])], pull: fact?.pull ?? null, deploy: fact?.deploy ?? null,
      folders: isApp(site.source) ? [...(fact?.app?.folders ?? [])] : [],
      nextPullAt: facts.units.get(`homeport-${site.id}-pull.timer`)?.nextElapse ?? null,
      certificate: certificates.get(site.id) ?? null, care: parseCare(site.id, facts.files), address: addressOf(site),
    }
  })
}

function describeMail(facts: Facts): ServerStatus['mail'] {
  const { spec } = facts
  if (spec?.mail === undefined) return null
  const { domains, ...service } = spec.mail
  const id = mailCertificateId(spec, service)
  return {
    ...service,
    domains: domains.map(({ domain, aliases, catchAll }) => ({ domain, aliases: aliases.length, disabled: aliases.filter(({ disabled }) => disabled === true).length, hasCatchAll: catchAll !== undefined })),
    unit: unitState(facts, 'homeport-mail.service'), certificate: parseCertificates(facts.files).get(id) ?? null, care: parseCare(id, facts.files),
  }
}

/** The unit that serves a site; none is there where the proxy answers itself. */
function unitOf({ id, source }: Site, { units, sites }: Facts): string {
  // Earlier versions of Homeport made a web server for each of them; it serves until the server is brought up to date.
  if (isStatic(source)) return units.has('homeport-static.service') ? 'homeport-static.service' : `homeport-${id}.service`
  return `homeport-${id}-${sites.get(id)?.app?.colour ?? 'blue'}.service`
}

/** Without what only planning needs to know. */
function unitState(facts: Facts, name: string): UnitState | null {
  const unit = facts.units.get(name)
  if (unit === undefined) return null
  return { name: unit.name, active: unit.active, sub: unit.sub, since: unit.since, restarts: unit.restarts }
}

/** Homeport's own first, by name. */
function listUnits(facts: Facts): UnitState[] {
  const rank = (name: string): number => (name.startsWith('homeport-') ? 0 : 1)
  const names = [...facts.units.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  return names.flatMap((name) => unitState(facts, name) ?? [])
}
