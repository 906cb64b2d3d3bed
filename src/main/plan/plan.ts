import { HomeportError } from '../../shared/errors.ts'
import type { WaitingMail } from '../../shared/mail.ts'
import type { Facts } from '../facts/facts.ts'
import type { Owned } from '../facts/owned.ts'
import { specPath } from '../facts/spec.ts'
import { buildsNetwork } from '../render/app-build.ts'
import { mailUnit } from '../render/mail.ts'
import { resourceId, type DesiredState, type Resource, type ResourceKind } from '../render/resource.ts'
import type { CertificateState } from '../../shared/status.ts'
import { planApp, planAppRemoval } from './app.ts'
import { planCertificate, planCertificateRemoval } from './certificate.ts'
import { planImage, planImageRemoval, planNetwork, planNetworkRemoval } from './docker.ts'
import { planDockerSettings, planDockerSettingsRemoval } from './docker-settings.ts'
import { planMailDataRemoval, planSending } from './mail-data.ts'
import { planMailConfig } from './mail-config.ts'
import { planFirewall } from './firewall.ts'
import { planFile, planFileRemoval } from './file.ts'
import { planPackages, planPackagesRemoval } from './packages.ts'
import { noop, type DataChoice, type Digests, type Gone, type Judgement, type PlanContext, type PlannedChange } from './planned-change.ts'
import { nextOwned, planRecord } from './record.ts'
import { planSecret, planSecretRemoval } from './secret.ts'
import { planSftpAccount, planSftpAccountRemoval, planSocket } from './sftp.ts'
import { planRelease, planSiteData, planSiteDataRemoval } from './site-data.ts'
import { planStaticConfig } from './static-config.ts'
import { planSysctl, planSysctlRemoval, planUser, planUserRemoval } from './system.ts'
import { groupOfGone, titleOf } from './title.ts'
import { planContainer, planProxyConfig, planTimer, planUnitRemoval } from './unit.ts'

export interface PlanInput {
  readonly desired: DesiredState
  readonly facts: Facts
  readonly certificates: ReadonlyMap<string, CertificateState>
  readonly dataOf: (siteId: string) => DataChoice
  /** Nothing was asked unless said. */
  readonly digests?: Digests
  readonly waitingMail?: WaitingMail | undefined
}

export interface PlanResult {
  /** In the order in which they run, noops among them. */
  readonly changes: readonly PlannedChange[]
  /** What Homeport owns once the plan has run. */
  readonly owned: Owned
}

/**
 * Compares what shall be with what is. Pure. Order: first what is wanted is made, site before proxy, so that the proxy
 * never names what is not there; then what is no longer wanted goes, when nothing refers to it any more.
 */
export function makePlan({ desired, facts, certificates, dataOf, digests = new Map(), waitingMail }: PlanInput): PlanResult {
  const changing = new Set<string>()
  const wanted = new Set<string>(desired.map(resourceId))
  const context: PlanContext = { facts, owned: facts.owned?.resources ?? {}, certificates, digests, changing, dataOf, wanted, waitingMail, isLeaving: desired.length === 0 }
  const changes: PlannedChange[] = []
  const add = (change: PlannedChange): void => {
    changes.push(change)
    if (change.verdict !== 'noop') changing.add(change.id)
  }
  const sending = planSending(context)
  if (sending !== null) add(sending)
  const ordered = [...desired].sort((a, b) => phaseOf(a) - phaseOf(b))
  let areUnitsRead = false
  for (const resource of ordered) {
    if (!areUnitsRead && phaseOf(resource) > unitFilesPhase) {
      areUnitsRead = true
      add(planUnitFiles(context))
    }
    add({ ...judge(resource, context), id: resourceId(resource), group: resource.group, title: titleOf(resource), resource, gone: null })
  }
  // Not on the list: it outlives the mail server that is.
  const kept = facts.mailData === null ? [] : [`mail-data/${mailUnit}`]
  for (const gone of [...Object.keys(context.owned), ...kept].filter((id) => !wanted.has(id)).sort().map(parseId).sort((a, b) => removalRank(a) - removalRank(b))) {
    add({ ...judgeRemoval(gone, context), id: resourceId(gone), group: groupOfGone(gone), title: titleOf(gone), resource: null, gone })
  }
  const owned = nextOwned(changes, context)
  add(planRecord(owned, context))
  return { changes, owned }
}

const unitFilesPhase = 2
function phaseOf(resource: Resource): number {
  // What the proxy leads to runs before the proxy is started anew or loads what leads there.
  if (resource.kind === 'container' && resource.name === 'homeport-proxy') return 10
  // A program that looks for the mail server when it starts has to find it.
  if (resource.name === mailUnit) return resource.kind === 'container' ? 8.5 : 8.6
  // The proxy's files come after the certificates that they name: a reboot in between must find a proxy that starts.
  // What the server shall get certificates for is said when the proxy answers for all these names.
  if (resource.kind === 'file') return /^\/etc\/homeport\/(certificates|alerts)\//.test(resource.name) ? 12 : resource.name.startsWith('/etc/homeport/proxy/') ? 8 : 0
  // All pulls run side by side, before what is built from them.
  if (resource.kind === 'image' && resource.build !== undefined) return 5
  return ({ 'docker-settings': 1, packages: 2, sysctl: 3, user: 3, firewall: 3, 'sftp-account': 3, image: 4, secret: 4, 'site-data': 5, network: 5, certificate: 6, release: 7, container: 9, app: 9, 'static-config': 9, 'mail-config': 9, timer: 10, socket: 10, 'mail-data': 5, 'proxy-config': 11 } as const)[resource.kind]
}

const removalOrder: readonly ResourceKind[] = ['sftp-account', 'socket', 'timer', 'container', 'app', 'proxy-config', 'static-config', 'mail-config', 'mail-data', 'release', 'network', 'firewall', 'certificate', 'file', 'image', 'secret', 'site-data', 'docker-settings', 'sysctl', 'packages', 'user']

/** What is wanted is forgotten last: an uninstall that is cut short goes on as what it was. */
function removalRank(gone: Gone): number {
  if (gone.name === specPath) return removalOrder.length
  // A build that is at it holds its network; it ends when the file of its service goes.
  return gone.name === buildsNetwork ? removalOrder.indexOf('file') + 0.5 : removalOrder.indexOf(gone.kind)
}

function judge(resource: Resource, context: PlanContext): Judgement {
  switch (resource.kind) {
    case 'packages': return planPackages(resource, context)
    case 'file': return planFile(resource, context)
    case 'sysctl': return planSysctl(resource, context)
    case 'docker-settings': return planDockerSettings(resource, context)
    case 'user': return planUser(resource, context)
    case 'image': return planImage(resource, context)
    case 'network': return planNetwork(resource, context)
    case 'certificate': return planCertificate(resource, context)
    case 'secret': return planSecret(resource, context)
    case 'site-data': return planSiteData(resource, context)
    case 'release': return planRelease(resource, context)
    case 'container': return planContainer(resource, context)
    case 'app': return planApp(resource, context)
    case 'timer': return planTimer(resource, context)
    case 'socket': return planSocket(resource, context)
    case 'sftp-account': return planSftpAccount(resource, context)
    case 'firewall': return planFirewall(resource, context)
    case 'proxy-config': return planProxyConfig(resource, context)
    case 'static-config': return planStaticConfig(resource, context)
    case 'mail-data': return noop('It outlives the mail server.')
    case 'mail-config': return planMailConfig(resource, context)
  }
}

function judgeRemoval(gone: Gone, context: PlanContext): Judgement {
  switch (gone.kind) {
    case 'packages': return planPackagesRemoval(context)
    case 'file': return planFileRemoval(gone.name, context)
    case 'sysctl': return planSysctlRemoval(gone.name, context)
    case 'docker-settings': return planDockerSettingsRemoval(context)
    case 'user': return planUserRemoval(gone.name, context)
    case 'image': return planImageRemoval(gone.name, context)
    case 'network': return planNetworkRemoval(gone.name, context)
    case 'certificate': return planCertificateRemoval(gone.name, context)
    case 'secret': return planSecretRemoval(gone.name, context)
    case 'site-data': return planSiteDataRemoval(gone.name, context)
    case 'container': return planUnitRemoval(`${gone.name}.service`, context)
    case 'app': return planAppRemoval(gone.name, context)
    case 'timer': return planUnitRemoval(`${gone.name}.timer`, context)
    case 'socket': return planUnitRemoval(`${gone.name}.socket`, context)
    case 'sftp-account': return planSftpAccountRemoval(gone.name, context)
    case 'firewall': return planUnitRemoval(`${gone.name}.service`, context)
    case 'mail-data': return planMailDataRemoval(context)
    case 'release':
    case 'static-config':
    case 'mail-config':
    case 'proxy-config': return noop('It goes with what it belongs to.')
  }
}

/** systemd reads unit files only when told. Before anything is started, and only where a file changes. */
function planUnitFiles(context: PlanContext): PlannedChange {
  const files = [...context.changing].filter((id) => id.startsWith('file//etc/systemd/system/'))
  const stale = [...context.facts.units.values()].filter((unit) => unit.needsReload && unit.name.startsWith('homeport-'))
  const judgement: Judgement = files.length + stale.length === 0 ? noop('systemd knows all unit files.') : { verdict: 'update', reason: 'systemd reads the new unit files.' }
  return { ...judgement, id: 'systemd/units', group: 'system', title: 'Services and timers', resource: null, gone: null }
}

/** An id of the owned list. A kind that this version does not know was written by a newer one, which alone can undo it. */
function parseId(id: string): Gone {
  const slash = id.indexOf('/')
  const kind = removalOrder.find((known) => known === id.slice(0, slash))
  if (kind !== undefined) return { kind, name: id.slice(slash + 1) }
  throw new HomeportError('spec-newer', 'This server was changed by a newer version of Homeport.', { hint: 'Update Homeport on this computer, then open the server again.', detail: id })
}
