import type { Preflight, PreflightCheck } from '../../../src/shared/preflight.ts'

const check = (name: PreflightCheck['name'], title: string, found: string, state: PreflightCheck['state'] = 'fine', advice = ''): PreflightCheck => ({ name, title, state, found, advice })

export const finePreflight: Preflight = {
  checks: [
    check('distribution', 'Operating system', 'Debian 13 (trixie)'), check('architecture', 'Processor', 'amd64, 2 cores'), check('virtualization', 'Kind of machine', 'KVM virtual machine'),
    check('memory', 'Memory', '964 MB, no swap', 'warning', 'It is enough for a few static sites. Below 2 GB Homeport sets up a swap file of 2 GB.'),
    check('disk', 'Disk space', '34.8 GB free of 40.3 GB'), check('ports', 'Ports 80 and 443', 'nginx listens on port 80', 'warning', 'The proxy needs this port. The plan replaces nginx: what it serves now goes offline.'),
    check('docker', 'Docker', 'Not installed. Homeport installs version 26.1 from Debian.'), check('clock', 'Clock', 'Right to the second'), check('reachable', 'Reachable from outside', 'Port 443 is open'),
  ],
  adopted: null, activeRun: null,
}
export const blockedPreflight: Preflight = {
  checks: [
    check('distribution', 'Operating system', 'CentOS Linux 7 (Core)', 'blocker', 'Homeport supports Debian 12, Debian 13 and Ubuntu 24.04. Reinstall the server with one of them in your provider’s console.'),
    check('virtualization', 'Kind of machine', 'OpenVZ container', 'blocker', 'Docker cannot run in this kind of container. Ask your provider for a KVM server.'),
    check('memory', 'Memory', '2.1 GB'), check('disk', 'Disk space', '12 GB free of 20 GB'),
  ],
  adopted: null, activeRun: null,
}
export const adoptedPreflight: Preflight = { ...finePreflight, checks: finePreflight.checks.map(({ advice: _, ...rest }) => ({ ...rest, state: 'fine', advice: '' })), adopted: { revision: 14, sites: ['example.org', 'blog.example.org', 'choir.example.net'] } }
