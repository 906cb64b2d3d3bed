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
    case 'file': return void draft.files.set(name, fileOf(resource.content, { mode: resource.mode, gid: resource.gid ?? 0 }))
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
    case 'network': draft.docker = { ...draft.docker, networks: new Map([...draft.docker.networks, [name, { subnet: resource.subnet, isInternal: resource.internal !== false, labels: { homeport: '1' } }]]) }; return
    case 'certificate':
      certificates.set(name, certificateOf(resource.domains))
      draft.proxyLoaded = null
      return
    case 'site-data': {
      const before = draft.sites.get(name)
      return void draft.sites.set(name, { releases: [], pull: null, deploy: null, ...before, hasData: true, isReady: true, isPrivate: resource.isPrivate ?? before?.isPrivate === true })
    }
    case 'release': {
      const id = resource.release ?? commit
      const others = (draft.sites.get(name)?.releases ?? []).filter((release) => release.id !== id).map((release) => ({ ...release, current: false }))
      return void draft.sites.set(name, { ...draft.sites.get(name), releases: [{ id, publishedAt: now, current: true }, ...others], pull: null, deploy: null, hasData: true, isReady: true })
    }
    case 'container':
      stopContainer(draft, name)
      draft.units.set(`${name}.service`, unitOf(`${name}.service`, resource.isRunning ? {} : { active: 'inactive', unitFile: 'disabled' }))
      if (resource.isRunning) draft.docker = { ...draft.docker, containers: [...draft.docker.containers, containerOf(name, resource.hash)] }
      if (name === 'homeport-proxy') draft.proxyLoaded = hashOfProxy(draft)
      if (name === 'homeport-static') draft.staticLoaded = hashOfStatic(draft)
      if (name === 'homeport-mail') loadMail(draft)
      return
    case 'socket': return void draft.units.set(`${name}.socket`, unitOf(`${name}.socket`))
    case 'sftp-account': draft.sftpAccounts = new Map([...(draft.sftpAccounts ?? []), [name, '/usr/local/lib/homeport/sftp-login']]); return
    case 'timer': return void draft.units.set(`${name}.timer`, unitOf(`${name}.timer`, resource.isRunning ? {} : { active: 'inactive', unitFile: 'disabled' }))
    case 'app': {
      const { name: site, source, hash } = resource
      const colour = draft.sites.get(site)?.app?.colour === 'blue' ? 'green' : 'blue'
      for (const one of ['blue', 'green']) {
        const isOn = one === colour && resource.isRunning
        stopContainer(draft, `homeport-${site}-${one}`)
        draft.units.set(`homeport-${site}-${one}.service`, unitOf(`homeport-${site}-${one}.service`, isOn ? {} : { active: 'inactive', unitFile: 'disabled' }))
        if (isOn) draft.docker = { ...draft.docker, containers: [...draft.docker.containers, containerOf(`homeport-${site}-${one}`, hash)] }
      }
      if (!resource.isRunning) return
      const version = resource.version ?? commit
      return void draft.sites.set(site, { ...draft.sites.get(site), releases: [{ id: version, publishedAt: now, current: true }], pull: null, deploy: null, app: { colour, version, source, folders: [], stopsFirst: false }, hasData: true, isReady: true })
    }
    case 'firewall':
      draft.firewallLoaded = resource.hash
      return void draft.units.set(`${name}.service`, unitOf(`${name}.service`))
    case 'proxy-config': draft.proxyLoaded = hashOfProxy(draft); return
    case 'static-config': draft.staticLoaded = hashOfStatic(draft); return
    case 'mail-config': loadMail(draft)
  }
}

function remove(draft: Draft, certificates: Map<string, CertificateState>, change: PlannedChange, { kind, name }: { kind: string; name: string }): void {
  switch (kind) {
    case 'file':
      draft.files.delete(name)
      if (name.startsWith('/etc/homeport/static/sites/') && draft.units.get('homeport-static.service')?.active === 'active') draft.staticLoaded = hashOfStatic(draft)
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
    case 'app': {
      const { app: _app, ...site } = draft.sites.get(name) ?? { releases: [], pull: null, deploy: null, hasData: true, isReady: true }
      draft.sites.set(name, site)
      for (const one of ['blue', 'green']) {
        stopContainer(draft, `homeport-${name}-${one}`)
        draft.units.delete(`homeport-${name}-${one}.service`)
      }
      return
    }
    case 'firewall':
      draft.firewallLoaded = null
      return void draft.units.set(`${name}.service`, unitOf(`${name}.service`, { active: 'inactive', unitFile: 'disabled' }))
    case 'socket': return void draft.units.set(`${name}.socket`, unitOf(`${name}.socket`, { active: 'inactive', unitFile: 'disabled' }))
    case 'sftp-account': {
      const left = new Map([...(draft.sftpAccounts ?? [])].filter(([account]) => account !== name))
      draft.sftpAccounts = left.size === 0 ? null : left
      return
    }
    case 'timer': return void draft.units.set(`${name}.timer`, unitOf(`${name}.timer`, { active: 'inactive', unitFile: 'disabled' }))
    case 'secret': draft.secrets = new Set([...draft.secrets].filter((secret) => secret !== name)); return
    case 'packages': draft.docker = { ...draft.docker, version: null, clientVersion: null }; draft.apt = { ...draft.apt, installed: new Map() }; return
    default: throw new Error(`Nothing removes a ${kind}.`)
  }
}

function stopContainer(draft: Draft, name: string): void {
  draft.docker = { ...draft.docker, containers: draft.docker.containers.filter((container) => container.name !== name) }
}

/** As resources/server/lib/proxy-hash does. */
function hashOfProxy(draft: Draft): string {
  const contentOf = (name: string): string => draft.files.get(`/etc/homeport/proxy/${name}`)?.content ?? ''
  const pages = [...contentOf('haproxy.cfg').matchAll(/^# page (.*)$/gm)].map(([, name]) => name ?? '')
  return sha256(['haproxy.cfg', 'crt-list.txt', 'hosts.map', 'redirects.map', 'hsts.map', ...pages].map(contentOf).join(''))
}

/** As resources/server/lib/static-hash does. */
function hashOfStatic(draft: Draft): string {
  const sites = [...draft.files.keys()].filter((path) => /^\/etc\/homeport\/static\/sites\/[^/]+\.conf$/.test(path)).sort()
  return sha256(['/etc/homeport/static/nginx.conf', ...sites].map((path) => draft.files.get(path)?.content ?? '').join(''))
}

/** As resources/server/lib/mail-hash does. */
/** As resources/server/mail/prepare and postfix do. */
function loadMail(draft: Draft): void {
  draft.mailLoaded = hashOfMail(draft)
  const doors = [...(draft.files.get('/etc/homeport/mail/master.cf')?.content ?? '').matchAll(/^([\d.]+):587 /gm)].map(([, address = '']) => address)
  draft.listeners = [...draft.listeners.filter(({ port }) => port !== 587), ...doors.map((address) => ({ protocol: 'tcp' as const, address, port: 587, process: 'master' }))]
}

function hashOfMail(draft: Draft): string {
  const contentOf = (name: string): string => draft.files.get(`/etc/homeport/mail/${name}`)?.content ?? ''
  const checks = [...contentOf('master.cf').matchAll(/(?:texthash|regexp):\/config\/([a-z0-9]+)/g)].map(([, name = '']) => name)
  return sha256(['main.cf', 'master.cf', 'domains', 'aliases', 'refused', 'logins', ...checks].map(contentOf).join(''))
}
