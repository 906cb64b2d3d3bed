import type { Site } from '../../shared/spec.ts'
import type { Drift, ServerStatus, SiteStatus, UnitState } from '../../shared/status.ts'
import { parseCertificates } from './certificate.ts'
import type { Facts } from './facts.ts'

/** What a person sees of a server. `addressOf` gives the address of a site's container. */
export function describeServer(facts: Facts, drift: readonly Drift[], addressOf: (site: Site) => string): ServerStatus {
  const { system, apt } = facts
  return {
    at: facts.serverTimeMs, hostname: system.hostname, os: system.distribution.name, kernel: system.kernel, architecture: system.architecture,
    dockerVersion: facts.docker.version, systemdVersion: system.systemdVersion,
    pendingUpdates: apt.pendingUpdates, pendingSecurityUpdates: apt.pendingSecurityUpdates, rebootRequired: system.rebootRequired,
    isSetUp: facts.spec !== null && facts.owned !== null, revision: facts.spec?.revision ?? 0,
    proxy: unitState(facts, 'homeport-proxy.service'), sites: describeSites(facts, addressOf), drift: [...drift],
    lastRun: facts.runs[0] ?? null, activeRun: facts.activeRun, units: listUnits(facts),
  }
}

function describeSites(facts: Facts, addressOf: (site: Site) => string): SiteStatus[] {
  const certificates = parseCertificates(facts.files)
  return (facts.spec?.sites ?? []).map((site) => {
    const fact = facts.sites.get(site.id)
    return {
      site, unit: unitState(facts, `homeport-${site.id}.service`), releases: [...(fact?.releases ?? [])], pull: fact?.pull ?? null,
      nextPullAt: facts.units.get(`homeport-${site.id}-pull.timer`)?.nextElapse ?? null,
      certificate: certificates.get(site.id) ?? null, address: addressOf(site),
    }
  })
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
