import type { PreflightCheck } from '../../shared/preflight.ts'
import type { SystemFacts } from './facts.ts'

const mib = 1024 * 1024
const gib = 1024 * mib
/** Releases that Homeport is made for, by os-release's ID: all from Debian 12 and Ubuntu 22.04 on, which have systemd 249 or later. */
const supported: Readonly<Record<string, readonly string[]>> = { debian: ['12', '13'], ubuntu: ['22.04', '24.04', '25.04', '25.10', '26.04'] }
const freshSystem = 'Install a fresh Debian 13 in the control panel of your provider (often called "Rebuild" or "Reinstall"), then connect again. Reinstalling deletes everything on the server.'

export function checkDistribution({ kernelName, distribution }: SystemFacts): PreflightCheck {
  const check = { name: 'distribution', title: 'Operating system', found: distribution.name || distribution.id || kernelName || 'Unknown' } as const
  const versions = supported[distribution.id]
  if (kernelName !== 'Linux') return { ...check, state: 'blocker', advice: `Homeport sets up servers with Linux, and this one runs ${kernelName || 'something else'}. Order a server with Debian 13 or Ubuntu 24.04.` }
  if (versions === undefined) return { ...check, state: 'blocker', advice: `Homeport knows Debian (12 and 13) and Ubuntu (22.04 to 26.04), which install their software in another way than this system. ${freshSystem}` }
  if (versions.includes(distribution.version)) return { ...check, state: 'fine', advice: '' }
  const problem = isNewer(distribution.version, versions) ? 'This version is newer than those Homeport was tested with: look for an update of Homeport, or use Debian 13.' : 'This version is too old: it gets no security updates any more, or lacks what Homeport needs.'
  return { ...check, state: 'blocker', advice: `${problem} ${freshSystem}` }
}

/** Debian's testing and unstable have no version at all: they are ahead of every release. */
function isNewer(version: string, versions: readonly string[]): boolean {
  return version === '' || Number(version) > Math.max(...versions.map(Number))
}

export function checkArchitecture({ architecture }: SystemFacts): PreflightCheck {
  const name = { amd64: '64-bit Intel or AMD (amd64)', arm64: '64-bit ARM (arm64)' }[architecture]
  const check = { name: 'architecture', title: 'Processor', found: name ?? (architecture || 'Unknown') } as const
  if (name !== undefined) return { ...check, state: 'fine', advice: '' }
  return { ...check, state: 'blocker', advice: 'The software that Homeport installs is made for 64-bit processors of Intel and AMD (amd64) and of ARM (arm64). Order a server of one of these kinds; nearly all are.' }
}

export function checkSystemd({ systemdVersion }: SystemFacts): PreflightCheck {
  const check = { name: 'systemd', title: 'Service manager', found: systemdVersion === null ? 'systemd does not run' : `systemd ${systemdVersion}` } as const
  if (systemdVersion === null) return { ...check, state: 'blocker', advice: `Homeport leaves the starting and restarting of sites to systemd, which is part of Debian and Ubuntu but does not run here. ${freshSystem}` }
  if (systemdVersion < 249) return { ...check, state: 'blocker', advice: `This systemd is older than 249 and lacks what Homeport needs. ${freshSystem}` }
  return { ...check, state: 'fine', advice: '' }
}

const testServer = 'This "server" is itself a container. That is good for trying Homeport out, but the sites vanish together with the container: for real sites use a virtual server (KVM) or a whole machine.'
const askForKvm = 'Docker, which runs your sites, cannot run reliably inside it. Ask your provider for a virtual server with KVM (a "KVM VPS"); most providers have them at the same price.'

export function checkVirtualization({ virtualization }: SystemFacts): PreflightCheck {
  const check = { name: 'virtualization', title: 'Kind of server' } as const
  switch (virtualization) {
    case 'none': return { ...check, state: 'fine', found: 'A whole machine', advice: '' }
    case 'unknown': return { ...check, state: 'warning', found: 'Unknown', advice: 'The server did not say what kind of machine it is. If it is a virtual server with KVM or a whole machine, go on.' }
    case 'openvz': return { ...check, state: 'blocker', found: 'OpenVZ container', advice: `This server shares its kernel with other customers. ${askForKvm}` }
    case 'lxc': case 'lxc-libvirt': return { ...check, state: 'blocker', found: 'LXC container', advice: `This server shares its kernel with others. ${askForKvm}` }
    case 'docker': case 'podman': case 'systemd-nspawn': case 'container-other': case 'rkt': case 'pouch': case 'proot':
      return { ...check, state: 'warning', found: `Container (${virtualization})`, advice: testServer }
    case 'wsl': return { ...check, state: 'warning', found: 'Windows Subsystem for Linux', advice: 'This runs inside Windows and is only there while Windows is. For real sites use a virtual server at a provider.' }
    default: return { ...check, state: 'fine', found: `Virtual machine (${virtualization})`, advice: '' }
  }
}

export function checkMemory({ memoryTotalBytes, swapTotalBytes }: SystemFacts): PreflightCheck {
  const swap = swapTotalBytes > 0 ? `, and ${formatSize(swapTotalBytes)} of swap` : ''
  const check = { name: 'memory', title: 'Memory', found: `${formatSize(memoryTotalBytes)}${swap}` } as const
  // A server that is sold with 512 MB or 1 GB shows a little less: the kernel keeps some for itself.
  if (memoryTotalBytes < 0.85 * 512 * mib) return { ...check, state: 'blocker', advice: 'Docker and the web servers need at least 512 MB. Choose a larger server at your provider: 1 GB is enough for many sites.' }
  if (memoryTotalBytes < 0.85 * gib) return { ...check, state: 'warning', advice: 'This is enough for a few plain sites. With more of them, or many visitors, the server may run out of memory: 1 GB is comfortable.' }
  return { ...check, state: 'fine', advice: '' }
}

export function checkDisk({ diskTotalBytes, diskAvailableBytes }: SystemFacts): PreflightCheck {
  const check = { name: 'disk', title: 'Disk', found: `${formatSize(diskAvailableBytes)} free of ${formatSize(diskTotalBytes)}` } as const
  if (diskAvailableBytes < 2 * gib) return { ...check, state: 'blocker', advice: 'Docker, its images and your sites need at least 2 GB of free space. Delete what is not needed on the server, or choose a larger disk at your provider, then check again.' }
  if (diskAvailableBytes < 5 * gib) return { ...check, state: 'warning', advice: 'This is enough to begin with. Earlier versions of your sites, logs and updates need space too: 5 GB or more are comfortable.' }
  return { ...check, state: 'fine', advice: '' }
}

/** In the units in which servers are sold: "983 MB", "24 GB". */
function formatSize(bytes: number): string {
  if (bytes < gib) return `${Math.round(bytes / mib)} MB`
  return `${(bytes / gib).toFixed(bytes < 10 * gib ? 1 : 0).replace(/\.0$/, '')} GB`
}
