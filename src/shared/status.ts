import { z } from 'zod'
import { Alerts, CertificateCare, CertificateSettings } from './certificate.ts'
import { MailData, MailStatus } from './mail.ts'
import { FileDiff } from './plan.ts'
import { RunSummary } from './run.ts'
import { KeptFolder } from './site-folders.ts'
import { Site } from './spec.ts'

/** Load, memory, disk: pushed by the server every few seconds over one open channel. */
export const Vitals = z.object({
  /** Milliseconds since 1970, the server's clock. */
  at: z.number(),
  /** 1, 5 and 15 minute load averages. */
  load: z.tuple([z.number(), z.number(), z.number()]),
  cpus: z.number().int(),
  memoryTotalBytes: z.number(),
  memoryAvailableBytes: z.number(),
  diskTotalBytes: z.number(),
  diskAvailableBytes: z.number(),
  uptimeSeconds: z.number(),
})
export type Vitals = z.infer<typeof Vitals>

export const UnitState = z.object({
  name: z.string(),
  /** systemd's ActiveState: active, activating, inactive, failed ... */
  active: z.string(),
  sub: z.string(),
  /** Milliseconds since 1970 of the last change of state; null where there was none. */
  since: z.number().nullable(),
  restarts: z.number().int(),
})
export type UnitState = z.infer<typeof UnitState>

/** `label`: what a person calls it, such as an image's tag or the subject of a commit. */
export const Release = z.object({ id: z.string(), publishedAt: z.number(), current: z.boolean(), label: z.string().optional() })
export type Release = z.infer<typeof Release>

/** What the last git pull said. Written by the server's own timer, so it is there with the app off too. */
export const PullState = z.object({
  at: z.number(),
  ok: z.boolean(),
  /** Commit of the last pull that succeeded, where known. */
  commit: z.string().nullable(),
  subject: z.string().nullable(),
  author: z.string().nullable(),
  /** Plain words where it failed: what it is and what to do. */
  error: z.string().nullable(),
  /** The words of git or ssh themselves, where there are some. */
  detail: z.string().nullable().optional(),
})
export type PullState = z.infer<typeof PullState>

/** How the last try to bring a new version of a container site into service came out. Written by the server itself. */
export const DeployState = z.object({
  at: z.number(),
  ok: z.boolean(),
  /** The version that was tried, where it came so far as to have one. */
  version: z.string().nullable(),
  /** Where it stopped: the build, the start (it was never well), or the registry. */
  stage: z.enum(['pull', 'build', 'start']).nullable(),
  /** Plain words where it failed. */
  error: z.string().nullable(),
  /** How long it took, in seconds. */
  seconds: z.number().nullable(),
})
export type DeployState = z.infer<typeof DeployState>

export const CertificateState = z.object({ selfSigned: z.boolean(), issuer: z.string(), names: z.array(z.string()), /** Milliseconds since 1970. */ notBefore: z.number(), notAfter: z.number() })
export type CertificateState = z.infer<typeof CertificateState>

/** One request from this computer to the site's own name, at the server's address. */
export const Probe = z.object({
  at: z.number(),
  /** HTTP status; null where there was no answer. */
  status: z.number().int().nullable(),
  latencyMs: z.number().nullable(),
  error: z.string().nullable(),
  /** Whether public DNS leads the name to this server. */
  dns: z.enum(['here', 'elsewhere', 'nowhere']),
})
export type Probe = z.infer<typeof Probe>

export const SiteStatus = z.object({
  site: Site,
  unit: UnitState.nullable(),
  releases: z.array(Release),
  pull: PullState.nullable(),
  /** Sites in containers of their own only. */
  deploy: DeployState.nullable(),
  /** Folders in which the image of the live version says that it keeps data. */
  folders: z.array(KeptFolder),
  /** Milliseconds since 1970 of the next pull by the timer. */
  nextPullAt: z.number().nullable(),
  certificate: CertificateState.nullable(),
  /** What the server's own timer does for it; null before its first look. */
  care: CertificateCare.nullable(),
  address: z.string(),
})
export type SiteStatus = z.infer<typeof SiteStatus>

/** Something on the server that is not as Homeport left it. */
export const Drift = z.object({ id: z.string(), title: z.string(), reason: z.string(), diff: FileDiff.optional() })
export type Drift = z.infer<typeof Drift>

export const ServerStatus = z.object({
  at: z.number(),
  hostname: z.string(),
  os: z.string(),
  kernel: z.string(),
  architecture: z.string(),
  dockerVersion: z.string().nullable(),
  systemdVersion: z.number().nullable(),
  /** Packages that wait for an update, and how many of them for security; null where not known. */
  pendingUpdates: z.number().int().nullable(),
  pendingSecurityUpdates: z.number().int().nullable(),
  rebootRequired: z.boolean(),
  isSetUp: z.boolean(),
  revision: z.number().int(),
  proxy: UnitState.nullable(),
  sites: z.array(SiteStatus),
  /** What was changed by hand, or left unfinished by a run. */
  drift: z.array(Drift),
  /** Questions that the server left open this time: what is shown of them may be less than there is, and drift is not known. */
  unanswered: z.array(z.string()),
  lastRun: RunSummary.nullable(),
  activeRun: z.string().nullable(),
  certificates: CertificateSettings,
  alerts: Alerts,
  /** Null where the server takes no mail. */
  mail: MailStatus.extend({ unit: UnitState.nullable(), certificate: CertificateState.nullable(), care: CertificateCare.nullable() }).nullable(),
  /** Mail that waits on the disk, with mail turned on or off; null where there never was any. */
  mailData: MailData.nullable(),
  /** Units whose logs can be shown, Homeport's own first. */
  units: z.array(UnitState),
})
export type ServerStatus = z.infer<typeof ServerStatus>

/** What the live stream of one server carries. */
export const LiveEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('status'), status: ServerStatus }),
  z.object({ kind: z.literal('vitals'), vitals: Vitals }),
  z.object({ kind: z.literal('probe'), siteId: z.string(), probe: Probe }),
  z.object({ kind: z.literal('line'), state: z.enum(['connecting', 'connected', 'reconnecting']), message: z.string() }),
])
export type LiveEvent = z.infer<typeof LiveEvent>
