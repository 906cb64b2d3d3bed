import type { Site, Source } from '../../shared/spec.ts'
import { file } from './base.ts'
import type { DesiredState } from './resource.ts'
import { environmentLine, renderUnitFile } from './unit-file.ts'

/** Timer and service that keep a site at the tip of its git branch, as a user who can write nothing but this site. */
export function renderPull(site: Site, source: Extract<Source, { kind: 'git' }>): DesiredState {
  const group = `site:${site.id}` as const
  const name = `homeport-${site.id}-pull`
  const environment = `/etc/homeport/sites/${site.id}/pull.env`
  return [
    file(group, environment, [
      '# What homeport pulls for this site.\n',
      environmentLine('GIT_URL', source.url),
      environmentLine('GIT_BRANCH', source.branch),
      environmentLine('PINNED', source.pinned ?? ''),
    ].join('')),
    file(group, `/etc/systemd/system/${name}.service`, renderService(site.id, environment)),
    file(group, `/etc/systemd/system/${name}.timer`, renderTimer(site.id, source.intervalMinutes)),
    { kind: 'release', name: site.id, group, release: source.pinned ?? null, inputs: [environment] },
    { kind: 'timer', name, group, isRunning: !site.paused },
  ]
}

function renderService(siteId: string, environment: string): string {
  return renderUnitFile({
    Unit: [['Description', `Homeport: git pull of ${siteId}`], ['Wants', 'network-online.target'], ['After', 'network-online.target'],
      // Somebody who pulls again and again shall not be refused.
      ['StartLimitIntervalSec', '0']],
    Service: [
      ['Type', 'oneshot'],
      ['User', 'homeport'],
      ['EnvironmentFile', environment],
      ['ExecStart', `/usr/local/lib/homeport/pull ${siteId}`],
      ['TimeoutStartSec', '300'],
      ['Nice', '10'],
      // One file of a repository cannot fill the disk.
      ['LimitFSIZE', '2G'],
      ['UMask', '0022'],
      // A repository is somebody else's work: git runs with as little as it needs.
      ['NoNewPrivileges', 'yes'],
      ['CapabilityBoundingSet', ''],
      ['ProtectSystem', 'strict'],
      ['ReadWritePaths', `/srv/homeport/${siteId} /var/lib/homeport/sites/${siteId}`],
      ...['ProtectHome', 'PrivateTmp', 'PrivateDevices', 'ProtectKernelTunables', 'ProtectKernelModules', 'ProtectKernelLogs', 'ProtectControlGroups',
        'ProtectClock', 'ProtectHostname', 'RestrictNamespaces', 'RestrictSUIDSGID', 'RestrictRealtime', 'LockPersonality', 'MemoryDenyWriteExecute']
        .map((key) => [key, 'yes'] as const),
      ['ProtectProc', 'invisible'],
      ['RestrictAddressFamilies', 'AF_INET AF_INET6 AF_UNIX'],
      ['SystemCallFilter', '@system-service'],
      ['SystemCallErrorNumber', 'EPERM'],
    ],
  })
}

function renderTimer(siteId: string, intervalMinutes: number): string {
  return renderUnitFile({
    Unit: [['Description', `Homeport: git pull of ${siteId}, every ${intervalMinutes} minutes`]],
    Timer: [
      ['OnActiveSec', `${intervalMinutes}min`],
      ['OnUnitInactiveSec', `${intervalMinutes}min`],
      // Sites of one server do not all pull at once, and each keeps its own rhythm.
      ['RandomizedDelaySec', `${Math.min(60, intervalMinutes * 6)}`],
      ['FixedRandomDelay', 'yes'],
      ['AccuracySec', '5s'],
    ],
    Install: [['WantedBy', 'timers.target']],
  })
}
