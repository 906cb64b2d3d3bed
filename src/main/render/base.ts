import type { ServerSpec } from '../../shared/spec.ts'
import type { Resources } from '../resources.ts'
import type { DesiredState, ResourceOf } from './resource.ts'

/** Scripts in resources/server/lib that units and steps call. */
export const libraryScripts = ['container', 'publish', 'publish-upload', 'clean-tree', 'copy-site', 'git-remote', 'pull', 'app-start', 'app-state', 'app-folders', 'site-mounts', 'build', 'build-engine', 'deploy', 'pull-image', 'remove-app', 'self-signed', 'missing-certificates', 'renew-certificates', 'certificate-desk', 'install-certificate', 'proxy-map', 'proxy-reload', 'proxy-hash', 'static-reload', 'static-hash', 'room', 'archive', 'free-space'] as const

/** What every server has, whatever its sites. */
export function renderBase(spec: ServerSpec, resources: Resources): DesiredState {
  return [
    file('homeport', '/etc/homeport/spec.json', `${JSON.stringify(spec, null, 2)}\n`, { mode: 0o600 }),
    file('homeport', '/etc/homeport/README.md', resources.text('README.md')),
    // openssl makes the self-signed certificates, git pulls the sites, over ssh where they are private; nftables loads the firewall.
    { kind: 'packages', name: 'system', group: 'system', packages: ['ca-certificates', 'git', 'nftables', 'openssh-client', 'openssl', ...(spec.sites.some((site) => site.source.kind === 'build') ? ['docker-buildx'] : [])], dockerMinimum: 25 },
    { kind: 'user', name: 'homeport', group: 'system' },
    file('system', '/etc/systemd/journald.conf.d/homeport.conf', '# Access logs would fill the disk otherwise.\n[Journal]\nSystemMaxUse=500M\n', { after: 'systemctl restart systemd-journald.service' }),
    file('system', '/etc/sysctl.d/60-homeport.conf', '# The proxy listens on ports 80 and 443 without being root.\nnet.ipv4.ip_unprivileged_port_start = 80\n'),
    { kind: 'sysctl', name: 'net.ipv4.ip_unprivileged_port_start', group: 'system', value: '80' },
    file('docker', '/etc/systemd/system/docker.service.d/homeport.conf', '# Never give up starting the engine.\n[Unit]\nStartLimitIntervalSec=0\n[Service]\nRestartSec=1\n'),
    // Containers go on while the engine is restarted or upgraded.
    { kind: 'docker-settings', name: 'daemon.json', group: 'docker', settings: { 'live-restore': true } },
    ...libraryScripts.map((name) => file('homeport', `/usr/local/lib/homeport/${name}`, resources.text(`lib/${name}`), { mode: 0o755 })),
    ...[resources.images.haproxy, resources.images.nginx].map(({ ref }) => ({ kind: 'image', name: shortReference(ref), group: 'docker', ref }) as const),
  ]
}

/** A plain file; 0644 unless said. */
export function file(group: ResourceOf<'file'>['group'], path: string, content: string, more: { mode?: number; gid?: number; after?: string } = {}): ResourceOf<'file'> {
  return { kind: 'file', name: path, group, content, mode: more.mode ?? 0o644, ...(more.gid === undefined ? {} : { gid: more.gid }), ...(more.after === undefined ? {} : { after: more.after }) }
}

/** The reference as `docker image ls` shows it: Docker Hub's own images go without their host. */
export function shortReference(ref: string): string {
  return ref.replace(/^docker\.io\/(library\/)?/, '')
}
