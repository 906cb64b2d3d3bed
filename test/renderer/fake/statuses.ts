import type { Probe, ServerStatus, SiteStatus, UnitState, Vitals } from '../../../src/shared/status.ts'
import { certificateOf } from './certificates.ts'

const minute = 60_000
const hour = 60 * minute
export const commits = ['3f9c2a71d5b84e60a1c7f2e9d80b4c6a5e1f7d32', 'b81e04cc6f2d9a3b7e5c1d0f8a9b6c4d2e3f1a05', '90ad77e12c4b5f6a8d9e0b1c2d3e4f5061728394']
const unit = (name: string, active = 'active', sub = 'running', restarts = 0): UnitState => ({ name, active, sub, since: Date.now() - 9 * 24 * hour, restarts })

const git = (url: string, more = {}): SiteStatus['site']['source'] => ({ kind: 'git', url, branch: 'main', intervalMinutes: 10, ...more })
function site(domain: string, slot: number, source: SiteStatus['site']['source'], more: Partial<SiteStatus> = {}, paused = false, www = false): SiteStatus {
  const isGit = source.kind === 'git'
  return {
    site: { id: domain, slot, domain, www, source, paused, certificate: { kind: 'automatic' }, hsts: false },
    unit: unit(`homeport-${domain}.service`),
    releases: isGit ? commits.map((id, index) => ({ id, publishedAt: Date.now() - (2 + index * 50) * hour, current: index === 0 }))
      : [{ id: 'u20261120143000-a1b2c3d4', publishedAt: Date.now() - 43 * hour, current: true }, { id: 'u20261011090500-0f1e2d3c', publishedAt: Date.now() - 1020 * hour, current: false }],
    pull: isGit ? { at: Date.now() - 4 * minute, ok: true, commit: commits[0] ?? null, subject: 'Add the programme of the summer festival', author: 'Anna', error: null } : null,
    deploy: null,
    folders: [],
    nextPullAt: isGit ? Date.now() + 6 * minute : null,
    ...certificateOf(domain, www),
    address: `10.83.${slot}.2`, ...more,
  }
}

export function harbourSites(): SiteStatus[] {
  return [
    site('example.org', 1, git('https://codeberg.org/anna/example.org.git'), {}, false, true),
    site('blog.example.org', 2, { kind: 'upload', release: 'u20261120143000-a1b2c3d4' }),
    site('the-choir-of-the-northern-harbour.example.net', 3, git('https://git.example.net/choir/the-website-of-the-choir.git'), { pull: { at: Date.now() - 4 * minute, ok: false, commit: null, subject: null, author: null, error: 'The server of the repository could not be reached: Could not resolve host git.example.net' } }),
    site('new.example.com', 4, git('https://github.com/anna/new-site.git', { branch: 'gh-pages' }), {}, false, true),
    site('moved.example.com', 5, { kind: 'upload', release: 'u20261120143000-a1b2c3d4' }),
    site('broken.example.com', 6, git('https://codeberg.org/anna/broken.git', { pinned: commits[1] }), { unit: unit('homeport-broken.example.com.service', 'failed', 'failed', 14) }),
    site('wiki.example.net', 8, { kind: 'image', image: 'ghcr.io/example/wiki:3', app: { port: 3000, scratch: ['/var/cache/wiki'], mail: { password: `s${'1'.repeat(32)}` } } }, { folders: [{ name: 'var-cache-wiki-0b1c2d', path: '/var/cache/wiki' }, { name: 'var-lib-wiki-3fa91c', path: '/var/lib/wiki' }] }, false, true),
    site('xn--caf-dma.example.org', 7, { kind: 'upload', release: 'u20261120143000-a1b2c3d4' }, { unit: unit('homeport-xn--caf-dma.example.org.service', 'inactive', 'dead') }, true),
  ]
}

export function harbourProbes(): [string, Probe][] {
  const probe = (id: string, dns: Probe['dns'], status: number | null = 200, error: string | null = null): [string, Probe] => [id, { at: Date.now(), status, latencyMs: status === null ? null : 38, error, dns }]
  return [
    probe('example.org', 'here'), probe('blog.example.org', 'here'), probe('the-choir-of-the-northern-harbour.example.net', 'here'), probe('new.example.com', 'nowhere'),
    probe('moved.example.com', 'elsewhere'), probe('broken.example.com', 'here', null, 'The site did not answer within 10 seconds.'), probe('xn--caf-dma.example.org', 'here', 503),
  ]
}

export function statusOf(kind: 'full' | 'fresh' | 'quiet' | 'busy'): ServerStatus {
  const isSetUp = kind !== 'fresh'
  const sites = kind === 'full' ? harbourSites() : kind === 'busy' ? harbourSites().slice(0, 2) : []
  return {
    at: Date.now(), hostname: 'harbour', os: 'Debian GNU/Linux 13 (trixie)', kernel: '6.12.48+deb13-amd64', architecture: 'amd64',
    dockerVersion: isSetUp ? '28.5.1' : null, systemdVersion: 257, pendingUpdates: kind === 'full' ? 12 : 0, pendingSecurityUpdates: kind === 'full' ? 3 : 0, rebootRequired: kind === 'full',
    isSetUp, revision: isSetUp ? 14 : 0, proxy: isSetUp ? unit('homeport-proxy.service') : null, sites,
    drift: kind === 'full' ? [
      { id: 'file//etc/homeport/proxy/haproxy.cfg', title: 'Configuration of the proxy', reason: 'It was changed by hand.', diff: { path: '/etc/homeport/proxy/haproxy.cfg', before: haproxy.replace('maxconn 4000', 'maxconn 100\n  # faster?'), after: haproxy } },
      { id: 'unit/homeport-example.org-pull.timer', title: 'Timer that pulls example.org', reason: 'It is stopped, and should be running.' },
    ] : [],
    certificates: { authority: { kind: 'lets-encrypt' }, dnsAccounts: [] }, alerts: { webhook: null, mail: null }, mail: null, mailData: null,
    unanswered: [], lastRun: null, activeRun: kind === 'busy' ? '20261122170000-beefbeef' : null,
    units: isSetUp ? [unit('homeport-proxy.service'), ...sites.map((status) => unit(`homeport-${status.site.id}.service`)), unit('docker.service'), unit('containerd.service')] : [],
  }
}

export const haproxy = `global
  maxconn 4000
  stats socket /run/haproxy/admin.sock mode 660 level admin
  ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets

defaults
  mode http
  option idle-close-on-response
  timeout connect 5s
  timeout client 60s
  timeout server 60s

frontend https
  bind 0.0.0.0:443 ssl crt-list /etc/homeport/proxy/crt-list.txt alpn h2,http/1.1
  bind [::]:443 v6only ssl crt-list /etc/homeport/proxy/crt-list.txt alpn h2,http/1.1
  use_backend %[req.hdr(host),lower,map(/etc/homeport/proxy/hosts.map,none)]
`

export function vitals(tick: number): Vitals {
  return {
    at: Date.now(), load: [0.42 + Math.sin(tick / 3) * 0.2, 0.38, 0.31], cpus: 2, memoryTotalBytes: 2_068_000_000, memoryAvailableBytes: 910_000_000 - tick * 1_000_000,
    diskTotalBytes: 40_300_000_000, diskAvailableBytes: 6_900_000_000, uptimeSeconds: 9 * 86_400 + 4000 + tick * 3,
  }
}
