import type { SourceOf } from '../../shared/site-source.ts'
import type { Site } from '../../shared/spec.ts'
import { startSecondsOf } from './app-settings.ts'
import { file } from './base.ts'
import type { DesiredState } from './resource.ts'
import { renderUnitFile } from './unit-file.ts'

/** What asks the registry for a new image of a site: when told, and every day where that is wanted. */
export function renderImagePull(site: Site, source: SourceOf<'image'>): DesiredState {
  const group = `site:${site.id}` as const
  const name = `homeport-${site.id}-pull`
  const service = file(group, `/etc/systemd/system/${name}.service`, renderUnitFile({
    Unit: [
      ['Description', `Homeport: newest image of ${site.id}`],
      ['Wants', 'docker.service network-online.target'],
      ['After', 'docker.service network-online.target'],
      ['StartLimitIntervalSec', '0'],
    ],
    Service: [
      ['Type', 'oneshot'],
      ['ExecStart', `/usr/local/lib/homeport/pull-image ${site.id}`],
      ['TimeoutStartSec', String(3600 + startSecondsOf(source))],
      ['Nice', '10'],
      ['IOWeight', '20'],
    ],
  }))
  if (source.updates !== 'daily') return [service]
  return [
    service,
    file(group, `/etc/systemd/system/${name}.timer`, renderUnitFile({
      Unit: [['Description', `Homeport: newest image of ${site.id}, every day`]],
      // A server that was off in the night looks when it is on again.
      Timer: [['OnCalendar', '*-*-* 03:00'], ['RandomizedDelaySec', '2h'], ['FixedRandomDelay', 'yes'], ['Persistent', 'yes']],
      Install: [['WantedBy', 'timers.target']],
    })),
    { kind: 'timer', name, group, isRunning: !site.paused },
  ]
}
