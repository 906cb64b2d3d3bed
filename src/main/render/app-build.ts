import type { SourceOf } from '../../shared/site-source.ts'
import type { Site } from '../../shared/spec.ts'
import { buildMinutes, buildSlice, startSecondsOf, stopSecondsOf } from './app-settings.ts'
import { file } from './base.ts'
import type { DesiredState } from './resource.ts'
import { renderUnitFile } from './unit-file.ts'

/** What builds a site's container on the server, and the slice of the server that it may take for that. */
export function renderBuild(site: Site, source: SourceOf<'build'>): DesiredState {
  const group = `site:${site.id}` as const
  return [
    file(group, `/etc/systemd/system/${buildSlice(site.slot)}`, renderSlice(site, source)),
    file(group, `/etc/systemd/system/homeport-${site.id}-build.service`, renderService(site, source)),
  ]
}

function renderSlice(site: Site, { limits }: SourceOf<'build'>): string {
  return renderUnitFile({
    Unit: [['Description', `Homeport: what a build of ${site.id} may take`]],
    Slice: [
      ['MemoryMax', `${limits?.memoryMb ?? 1024}M`],
      // Swapping would slow down everybody else.
      ['MemorySwapMax', '0'],
      // CPUQuota= is set by the script, which knows how many processors there are.
      ['CPUWeight', '20'],
      ['IOWeight', '20'],
      ['TasksMax', '2000'],
    ],
  })
}

function renderService(site: Site, source: SourceOf<'build'>): string {
  return renderUnitFile({
    Unit: [
      ['Description', `Homeport: build of ${site.id}`],
      ['Wants', 'docker.service network-online.target'],
      ['After', 'docker.service network-online.target'],
      ['StartLimitIntervalSec', '0'],
    ],
    Service: [
      ['Type', 'oneshot'],
      ['ExecStart', `/usr/local/lib/homeport/build ${site.id}`],
      // The script ends a build in time itself and says so; this is for when it cannot.
      ['TimeoutStartSec', String(buildMinutes(source) * 60 + startSecondsOf(source) + stopSecondsOf(source) + 180)],
      ['ExecStopPost', `-/usr/bin/systemctl stop ${buildSlice(site.slot)}`],
      ['Nice', '10'],
      ['IOWeight', '20'],
      ['CPUWeight', '20'],
    ],
  })
}
