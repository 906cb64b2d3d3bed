import type { SourceOf } from '../../shared/site-source.ts'
import type { Site } from '../../shared/spec.ts'
import { file } from './base.ts'
import { knownHosts } from './known-hosts.ts'
import type { DesiredState } from './resource.ts'
import { secretPath } from './secrets.ts'
import { environmentLine, renderUnitFile } from './unit-file.ts'

/**
 * Timer and service that keep a site at the tip of its git branch, as a user who can write nothing but this site.
 * For a site that is built, the files go to /var/lib/homeport/sites/<site>/checkout/<commit>, and homeport-<site>-build.service,
 * which is not of here, is started after every pull that succeeds.
 */
export function renderPull(site: Site, source: SourceOf<'git' | 'build'>): DesiredState {
  const group = `site:${site.id}` as const
  const name = `homeport-${site.id}-pull`
  const folder = `/etc/homeport/sites/${site.id}`
  const environment = `${folder}/pull.env`
  const hosts = source.key === undefined ? [] : [file(group, `${folder}/known_hosts`, knownHosts(source.url, source.key.hostKeys))]
  return [
    file(group, environment, [
      '# What homeport pulls for this site.\n',
      // A new key asks for a new pull, which is what a change of this file does.
      ...(source.key === undefined ? [] : [`# Its deploy key: ${source.key.publicKey}\n`]),
      environmentLine('GIT_URL', source.url),
      environmentLine('GIT_BRANCH', source.branch),
      environmentLine('GIT_FOLDER', source.folder ?? ''),
      environmentLine('PINNED', source.pinned ?? ''),
      environmentLine('FOR', source.kind === 'build' ? 'build' : 'static'),
    ].join('')),
    ...hosts,
    file(group, `/etc/systemd/system/${name}.service`, renderService(site.id, source, environment)),
    file(group, `/etc/systemd/system/${name}.timer`, renderTimer(site.id, source.intervalMinutes)),
    ...(source.kind === 'build' ? [] : [{ kind: 'release', name: site.id, group, release: source.pinned ?? null, inputs: [environment, ...hosts.map((one) => one.name)] } as const]),
    { kind: 'timer', name, group, isRunning: !site.paused },
  ]
}

function renderService(siteId: string, source: SourceOf<'git' | 'build'>, environment: string): string {
  const isBuild = source.kind === 'build'
  const state = `/var/lib/homeport/sites/${siteId}`
  return renderUnitFile({
    Unit: [['Description', `Homeport: git pull of ${siteId}`], ['Wants', 'network-online.target'], ['After', 'network-online.target'],
      ...(isBuild ? [['OnSuccess', `homeport-${siteId}-build.service`] as const] : []),
      // Somebody who pulls again and again shall not be refused.
      ['StartLimitIntervalSec', '0']],
    Service: [
      ['Type', 'oneshot'],
      ['User', 'homeport'],
      ['EnvironmentFile', environment],
      // Only this unit can read the deploy key, and only as long as it runs. Without a stand-in nobody would be told that it is gone.
      ...(source.key === undefined ? [] : [['LoadCredential', `deploy-key:${secretPath(source.key.secret)}`], ['SetCredential', 'deploy-key:none']] as const),
      ['ExecStart', `/usr/local/lib/homeport/pull ${siteId}`],
      ['TimeoutStartSec', '1200'],
      ['Nice', '10'],
      ['IOWeight', '50'],
      // A repository that unfolds to more than it seems takes neither the memory nor the disk.
      ['MemoryMax', '60%'],
      ['TasksMax', '100'],
      ['LimitFSIZE', '2G'],
      ['UMask', '0022'],
      // A repository is somebody else's work: git runs with as little as it needs.
      ['NoNewPrivileges', 'yes'],
      ['CapabilityBoundingSet', ''],
      ['ProtectSystem', 'strict'],
      // All sites' folders belong to this user: of them it has its own. As its own user namespace it can look into no other pull (ptrace(2)).
      ['TemporaryFileSystem', '/srv/homeport:ro /var/lib/homeport:ro'],
      ['BindPaths', isBuild ? state : `/srv/homeport/${siteId} ${state}`],
      ['PrivateUsers', 'yes'],
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
