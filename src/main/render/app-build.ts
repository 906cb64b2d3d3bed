import type { SourceOf } from '../../shared/site-source.ts'
import type { ServerSpec, Site } from '../../shared/spec.ts'
import type { Resources } from '../resources.ts'
import { buildMinutes, buildSlice, startSecondsOf, stopSecondsOf } from './app-settings.ts'
import { file, shortReference } from './base.ts'
import type { DesiredState } from './resource.ts'
import { buildsAddress } from './site-address.ts'
import { environmentLine, renderUnitFile } from './unit-file.ts'

export const buildsNetwork = 'homeport-builds'

/** What all builds share: their way to the Internet, in which they do not meet. It is there only where something is built. */
export function renderBuilds(spec: ServerSpec, resources: Resources): DesiredState {
  if (!spec.sites.some(({ source }) => source.kind === 'build')) return []
  return [
    file('homeport', '/etc/homeport/builds.conf', `# An image that is on this server anyway: a container of it holds the network of each build.\n${environmentLine('HOLDER', shortReference(resources.images.haproxy.ref))}`),
    { kind: 'network', name: buildsNetwork, group: 'homeport', ...buildsAddress, internal: false },
  ]
}

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
      // The script ends a build in time itself and says so; this is for when it cannot. Its image is brought to the server afterwards.
      ['TimeoutStartSec', String(buildMinutes(source) * 60 + startSecondsOf(source) + stopSecondsOf(source) + 900)],
      ['ExecStopPost', `-/usr/bin/systemctl stop ${buildSlice(site.slot)}`],
      ['Nice', '10'],
      ['IOWeight', '20'],
      ['CPUWeight', '20'],
    ],
  })
}
