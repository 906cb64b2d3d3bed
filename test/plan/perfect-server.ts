import type { Facts } from '../../src/main/facts/facts.ts'
import { sha256 } from '../../src/main/render/hash.ts'
import type { PlannedChange } from '../../src/main/plan/planned-change.ts'
import { ownedPath } from '../../src/main/facts/spec.ts'
import { ownedText } from '../../src/main/plan/record.ts'
import { makePlan, type PlanInput, type PlanResult } from '../../src/main/plan/plan.ts'
import type { DesiredState, Resource } from '../../src/main/render/resource.ts'
import type { CertificateState } from '../../src/shared/status.ts'
import { certificateOf, containerOf, fileOf, now, unitOf } from './facts-builder.ts'

export interface Server { readonly facts: Facts; readonly certificates: ReadonlyMap<string, CertificateState> }
type Draft = { -readonly [K in keyof Facts]: Facts[K] extends ReadonlyMap<infer K2, infer V> ? Map<K2, V> : Facts[K] }

const commit = 'c'.repeat(40)
const daemonJson = '/etc/docker/daemon.json'

export function planFor(server: Server, desired: DesiredState, dataOf: PlanInput['dataOf'] = () => 'archive'): PlanResult {
  return makePlan({ desired, ...server, dataOf })
}

/** What facts are like once a server has done changes as it should: all of them, or only the first ones where it died on the way. */
export function applyChanges(server: Server, plan: PlanResult, count = plan.changes.length): Server {
  const { facts } = server
  const draft: Draft = {
    ...facts, files: new Map(facts.files), units: new Map(facts.units), sites: new Map(facts.sites), sysctl: new Map(facts.sysctl), failures: new Map(facts.failures), users: new Set(facts.users), apt: { ...facts.apt, installed: new Map(facts.apt.installed) },
    docker: { ...facts.docker, images: new Map(facts.docker.images), networks: new Map(facts.docker.networks) },
    // As `record/meanwhile` does before the first change.
    owned: { version: 1, resources: { ...facts.owned?.resources, ...plan.owned.resources } },
  }
  const certificates = new Map(server.certificates)
  for (const change of plan.changes.slice(0, count)) {
    if (change.verdict === 'noop') continue
    if (change.id === 'record/owned') draft.owned = change.verdict === 'delete' ? null : plan.owned
    else if (change.id === 'systemd/units') for (const [name, unit] of draft.units) draft.units.set(name, { ...unit, needsReload: false })
    else if (change.gone !== null) remove(draft, certificates, change, change.gone)
    else if (change.resource !== null) make(draft, certificates, change, change.resource)
  }
  if (draft.owned === null) draft.files.delete(ownedPath)
  else draft.files.set(ownedPath, fileOf(ownedText(draft.owned), { mode: 0o600 }))
  return { facts: draft, certificates }
}

function make(draft: Draft, certificates: Map<string, CertificateState>, change: PlannedChange, resource: Resource): void {
  const { name } = resource
  switch (resource.kind) {
    case 'file': return void draft.files.set(name, fileOf(resource.content, { mode: resource.mode }))
    case 'docker-settings':
      draft.files.set(daemonJson, fileOf(change.content ?? ''))
      draft.docker = { ...draft.docker, liveRestore: true }
      return
    case 'packages':
      draft.apt = { ...draft.apt, installed: new Map([...draft.apt.installed, ...resource.packages.map((one) => [one, '1'] as const)]) }
      draft.docker = { ...draft.docker, version: '28.0.0', clientVersion: '28.0.0' }
      return
    case 'sysctl': return void draft.sysctl.set(name, resource.value)
    case 'user': draft.users = new Set([...draft.users, name]); return
    case 'image': draft.docker = { ...draft.docker, images: new Map([...draft.docker.images, [name, { id: 'sha256:0', digest: null }]]) }; return
    case 'network': draft.docker = { ...draft.docker, networks: new Map([...draft.docker.networks, [name, { subnet: resource.subnet, isInternal: true, labels: { homeport: '1' } }]]) }; return
    case 'certificate':
      certificates.set(name, certificateOf(resource.domains))
      draft.proxyLoaded = null
      return
    case 'site-data': return void draft.sites.set(name, { releases: draft.sites.get(name)?.releases ?? [], pull: null, hasData: true, isReady: true })
    case 'release': {
      const id = resource.release ?? commit
      const others = (draft.sites.get(name)?.releases ?? []).filter((release) => release.id !== id).map((release) => ({ ...release, current: false }))
      return void draft.sites.set(name, { releases: [{ id, publishedAt: now, current: true }, ...others], pull: null, hasData: true, isReady: true })
    }
    case 'container':
      stopContainer(draft, name)
      draft.units.set(`${name}.service`, unitOf(`${name}.service`, resource.isRunning ? {} : { active: 'inactive', unitFile: 'disabled' }))
      if (resource.isRunning) draft.docker = { ...draft.docker, containers: [...draft.docker.containers, containerOf(name, resource.hash)] }
      if (name === 'homeport-proxy') draft.proxyLoaded = hashOfProxy(draft)
      return
    case 'timer': return void draft.units.set(`${name}.timer`, unitOf(`${name}.timer`, resource.isRunning ? {} : { active: 'inactive', unitFile: 'disabled' }))
    case 'proxy-config': draft.proxyLoaded = hashOfProxy(draft)
  }
}

function remove(draft: Draft, certificates: Map<string, CertificateState>, change: PlannedChange, { kind, name }: { kind: string; name: string }): void {
  switch (kind) {
    case 'file':
      draft.files.delete(name)
      return void draft.units.delete(name.replace('/etc/systemd/system/', ''))
    case 'docker-settings':
      if (change.content === '' || change.content === undefined) draft.files.delete(daemonJson)
      else draft.files.set(daemonJson, fileOf(change.content))
      draft.docker = { ...draft.docker, liveRestore: false }
      return
    case 'sysctl': return void draft.sysctl.set(name, change.before ?? '')
    case 'user': draft.users = new Set([...draft.users].filter((user) => user !== name)); return
    case 'image': draft.docker = { ...draft.docker, images: new Map([...draft.docker.images].filter(([image]) => image !== name)) }; return
    case 'network': draft.docker = { ...draft.docker, networks: new Map([...draft.docker.networks].filter(([network]) => network !== name)) }; return
    case 'certificate': return void certificates.delete(name)
    case 'site-data': return void draft.sites.delete(name)
    case 'container':
      stopContainer(draft, name)
      return void draft.units.set(`${name}.service`, unitOf(`${name}.service`, { active: 'inactive', unitFile: 'disabled' }))
    case 'timer': return void draft.units.set(`${name}.timer`, unitOf(`${name}.timer`, { active: 'inactive', unitFile: 'disabled' }))
    case 'packages': draft.docker = { ...draft.docker, version: null, clientVersion: null }; draft.apt = { ...draft.apt, installed: new Map() }; return
    default: throw new Error(`Nothing removes a ${kind}.`)
  }
}

function stopContainer(draft: Draft, name: string): void {
  draft.docker = { ...draft.docker, containers: draft.docker.containers.filter((container) => container.name !== name) }
}

/** As resources/server/lib/proxy-hash does. */
function hashOfProxy(draft: Draft): string {
  return sha256(['haproxy.cfg', 'crt-list.txt', 'hosts.map', 'redirects.map', 'pages/paused.html', 'pages/unknown.html', 'pages/down.http'].map((name) => draft.files.get(`/etc/homeport/proxy/${name}`)?.content ?? '').join(''))
}
