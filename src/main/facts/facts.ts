import type { DeployState, PullState, Release, UnitState } from '../../shared/status.ts'
import type { MailData } from '../../shared/mail.ts'
import type { RunSummary } from '../../shared/run.ts'
import type { ServerSpec } from '../../shared/spec.ts'
import type { KeptFolder } from '../../shared/site-folders.ts'
import type { Owned } from './owned.ts'

/** What one read-only exchange with a server found. Plain data; nothing in it is trusted to be well formed by whoever shows it. */
export interface Facts {
  /** The server's clock when the script began; milliseconds since 1970. */
  readonly serverTimeMs: number
  readonly system: SystemFacts
  readonly listeners: readonly Listener[]
  readonly apt: AptFacts
  readonly docker: DockerFacts
  /** Regular files under the folders Homeport writes to, by absolute path. */
  readonly files: ReadonlyMap<string, FileFact>
  /** Units named homeport-*, docker and containerd, by name with suffix. */
  readonly units: ReadonlyMap<string, UnitFact>
  /** By site id, for every folder below /var/lib/homeport/sites and /srv/homeport. */
  readonly sites: ReadonlyMap<string, SiteFact>
  /** Kernel settings by key. */
  readonly sysctl: ReadonlyMap<string, string>
  /** System users named homeport*. */
  readonly users: ReadonlySet<string>
  /** Shells of the SFTP accounts by their name; null where not even their group is there. */
  readonly sftpAccounts: ReadonlyMap<string, string> | null
  /** Ids of the secrets that are kept on the server. Their contents never leave it. */
  readonly secrets: ReadonlySet<string>
  /** Places of Homeport's data whose disk is not there, though /etc/fstab says that it belongs there. */
  readonly unmounted: readonly string[]
  /** What the mail server keeps on the disk, with or without a mail server; null where nothing is. */
  readonly mailData: MailData | null
  /** What was kept of sites that were removed; null where nothing was. */
  readonly archives: ArchivesFact | null
  /** Addresses of the server's own network cards, those of containers' networks left out. */
  readonly addresses: { readonly v4: readonly string[]; readonly v6: readonly string[] }
  /** What earlier runs put on the server; null on a server without Homeport. */
  readonly owned: Owned | null
  /** The spec on the server; null where there is none. An unreadable one is an error and not a fact. */
  readonly spec: ServerSpec | null
  /** Newest first. */
  readonly runs: readonly RunSummary[]
  /** Id of the run whose unit is active. */
  readonly activeRun: string | null
  /** sha256 over the proxy's configuration as last loaded by the running proxy; null where it does not run. */
  readonly proxyLoaded: string | null
  /** sha256 over the rules of the firewall that is loaded; null where none is. */
  readonly firewallLoaded: string | null
  /** The same of the web server of all static sites. */
  readonly staticLoaded: string | null
  /** The same of the mail server. */
  readonly mailLoaded: string | null
  /** Public half of the key by which the mail server signs, in base64; null where there is none. */
  readonly mailKey: string | null
  /** Parts that could not be read on the server, by section of the gather script, with what its command said. */
  readonly failures: ReadonlyMap<string, string>
}

/** Sections of the answer without which a plan would take what it cannot see for absent. */
export const neededSections = ['packages', 'units', 'sites', 'users', 'sftp-accounts', 'kernel-settings', 'secrets', 'large-files'] as const
/** The same of an engine that runs. */
export const neededOfDocker = ['docker.version', 'docker.containers', 'docker.images', 'docker.networks'] as const

/** Which of them the server did not answer; an answer that is missing is not a "no". */
export function unanswered(facts: Pick<Facts, 'failures' | 'units' | 'unmounted'>): string[] {
  const isDockerUp = facts.units.get('docker.service')?.active === 'active'
  const needed: readonly string[] = [...neededSections, 'unmounted']
  const parts = [...facts.failures.keys()].filter((part) => needed.includes(part) || (isDockerUp && part.startsWith('docker.')))
  return [...parts, ...facts.unmounted.map((place) => `the disk for ${place}`)]
}

export interface SystemFacts {
  /** uname -s: "Linux". */
  readonly kernelName: string
  readonly kernel: string
  /** dpkg's name (amd64, arm64), or uname -m where there is no dpkg. */
  readonly architecture: string
  readonly hostname: string
  /** ID, VERSION_ID and PRETTY_NAME of os-release(5). */
  readonly distribution: { readonly id: string; readonly version: string; readonly codename: string; readonly name: string }
  /** Null where systemd is not PID 1. */
  readonly systemdVersion: number | null
  /** systemd-detect-virt: kvm, none, lxc, openvz, docker ... */
  readonly virtualization: string
  readonly cpus: number
  readonly load: readonly [number, number, number]
  readonly uptimeSeconds: number
  readonly memoryTotalBytes: number
  readonly memoryAvailableBytes: number
  readonly swapTotalBytes: number
  /** The file system that holds /var/lib. */
  readonly diskTotalBytes: number
  readonly diskAvailableBytes: number
  /** Whether the kernel has IPv6 at all, with or without an address of it. */
  readonly ipv6: boolean
  readonly rebootRequired: boolean
  /** cloud-init status: done, running, error, disabled; absent where it is not installed. */
  readonly cloudInit: string
  /** Whether a TCP connection to port 25 outside could be made; null where it was not tried. */
  readonly outgoingMail: boolean | null
}

export interface Listener { readonly protocol: 'tcp' | 'udp'; readonly address: string; readonly port: number; /** Process name, "" where not known. */ readonly process: string }

export interface AptFacts {
  readonly isThere: boolean
  /** Process that holds a lock of apt or dpkg; null where none does. */
  readonly lockedBy: string | null
  /** Packages that dpkg left half configured. */
  readonly isBroken: boolean
  readonly pendingUpdates: number | null
  readonly pendingSecurityUpdates: number | null
  /** Stands for what the pending updates were computed from; "" where they are not known. */
  readonly updatesStamp: string
  /** Versions of all installed packages, by name. */
  readonly installed: ReadonlyMap<string, string>
}

export interface DockerFacts {
  /** Version of the daemon that answers; null where none does. */
  readonly version: string | null
  /** Version of the docker program; null where it is not installed. */
  readonly clientVersion: string | null
  /** Where it was installed from: the distribution's docker.io, Docker's own packages, a snap, podman's stand-in. */
  readonly origin: 'none' | 'distribution' | 'docker' | 'snap' | 'podman' | 'other'
  readonly liveRestore: boolean
  /** The engine is part of a swarm, which forbids live-restore. */
  readonly isSwarm: boolean
  readonly containers: readonly ContainerFact[]
  /** References that are there: `repository:tag`, and `repository@sha256:...` of what was pulled by digest. */
  readonly images: ReadonlyMap<string, { readonly id: string; readonly digest: string | null }>
  readonly networks: ReadonlyMap<string, { readonly subnet: string; readonly isInternal: boolean; readonly labels: Readonly<Record<string, string>> }>
}

export interface ContainerFact { readonly name: string; readonly image: string; readonly state: string; readonly labels: Readonly<Record<string, string>>; /** Ports of the server that lead to it. */ readonly publishedPorts: readonly number[] }

export interface FileFact { /** Content; binary files, and those over 256 KiB but the spec, come as null. */ readonly content: string | null; readonly sha256: string; /** Permission bits, such as 0o644. */ readonly mode: number; readonly uid: number; readonly gid: number }

export interface UnitFact extends UnitState {
  /** UnitFileState: enabled, disabled, static, transient, "" ... */
  readonly unitFile: string
  /** systemd has read an older version of the unit file. */
  readonly needsReload: boolean
  /** Timers: milliseconds since 1970 of the next elapse. */
  readonly nextElapse: number | null
}

export interface SiteFact {
  readonly releases: readonly Release[]
  readonly pull: PullState | null
  readonly deploy: DeployState | null
  /** Sites in containers of their own, once one has been live. */
  readonly app?: AppFact
  /** Whether /srv/homeport/<id> exists. */
  readonly hasData: boolean
  /** Whether the folders for its data and for Homeport's own state are there and belong to the user homeport. */
  readonly isReady: boolean
  /** Whether the folder for its data is closed to everybody but Homeport's own user; false unless said. */
  readonly isPrivate?: boolean
}

/** Sizes and number of archives; both null where they could not be counted. */
export interface ArchivesFact { readonly count: number | null; readonly bytes: number | null }

export interface AppFact {
  readonly colour: 'blue' | 'green'
  readonly version: string | null
  /** What the live version was made from, as in the resource `app`. */
  readonly source: string | null
  /** Folders in which its image keeps data, with the names that they have on the server where no setting names them; null where the server has not looked yet. */
  readonly folders: readonly KeptFolder[] | null
  /** Whether the next version waits until this one has stopped, as the server decided. */
  readonly stopsFirst: boolean
}
