import type { FileFact, Facts, UnitFact } from '../../src/main/facts/facts.ts'
import type { Owned } from '../../src/main/facts/owned.ts'
import { sha256 } from '../../src/main/render/hash.ts'
import type { CertificateState } from '../../src/shared/status.ts'

/** The server's clock in all hand-made facts. */
export const now = Date.UTC(2026, 0, 1)

/** A fresh Debian 13 without Docker, changed by what a test is about. */
export function factsOf(more: Partial<Facts> = {}): Facts {
  return {
    serverTimeMs: now,
    system: {
      kernelName: 'Linux', kernel: '6.12.0', architecture: 'amd64', hostname: 'server', distribution: { id: 'debian', version: '13', codename: 'trixie', name: 'Debian GNU/Linux 13 (trixie)' }, systemdVersion: 257, virtualization: 'kvm',
      cpus: 2, load: [0, 0, 0], uptimeSeconds: 1000, memoryTotalBytes: 2e9, memoryAvailableBytes: 1e9, swapTotalBytes: 0, diskTotalBytes: 4e10, diskAvailableBytes: 3e10, ipv6: true, rebootRequired: false, cloudInit: 'absent', outgoingMail: null,
    },
    listeners: [], apt: { isThere: true, lockedBy: null, isBroken: false, pendingUpdates: 0, pendingSecurityUpdates: 0, updatesStamp: '', installed: new Map() },
    docker: dockerOf(), files: new Map(), units: new Map(), sites: new Map(), sysctl: new Map([['net.ipv4.ip_unprivileged_port_start', '1024']]), users: new Set(), sftpAccounts: null, secrets: new Set(), unmounted: [], mailData: null, archives: null, addresses: { v4: [], v6: [] }, owned: null, spec: null, runs: [], activeRun: null, proxyLoaded: null, firewallLoaded: null, staticLoaded: null, mailLoaded: null, mailKey: null, failures: new Map(),
    ...more,
  }
}

export function dockerOf(more: Partial<Facts['docker']> = {}): Facts['docker'] {
  return { version: null, clientVersion: null, origin: 'none', liveRestore: false, isSwarm: false, containers: [], images: new Map(), networks: new Map(), ...more }
}

export function fileOf(content: string, more: Partial<FileFact> = {}): FileFact {
  return { content, sha256: sha256(content), mode: 0o644, uid: 0, gid: 0, ...more }
}

export function unitOf(name: string, more: Partial<UnitFact> = {}): UnitFact {
  return { name, active: 'active', sub: 'running', since: now, restarts: 0, unitFile: 'enabled', needsReload: false, nextElapse: null, ...more }
}

export function containerOf(name: string, hash: string | null): Facts['docker']['containers'][number] {
  return { name, image: 'nginx:1.30', state: 'running', labels: hash === null ? {} : { homeport: '1', 'homeport.hash': hash }, publishedPorts: [] }
}

export function certificateOf(names: readonly string[], more: Partial<CertificateState> = {}): CertificateState {
  return { selfSigned: true, issuer: 'x', names: [...names], notBefore: now - 1e9, notAfter: now + 1e9, ...more }
}

export const ownedOf = (...ids: string[]): Owned => ({ version: 1, resources: Object.fromEntries(ids.map((id) => [id, {}])) })
