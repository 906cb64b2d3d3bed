import { siteNames } from '../../shared/spec.ts'
import { renderBuild } from './app-build.ts'
import { renderImagePull } from './app-image.ts'
import { renderEnvironment, renderSettings, secretLines, startSecondsOf, stopSecondsOf, type AppSite, type AppSource } from './app-settings.ts'
import { file } from './base.ts'
import { renderContainerUnit } from './container-unit.ts'
import { shortHash } from './hash.ts'
import { renderPull } from './pull.ts'
import type { DesiredState } from './resource.ts'
import { siteAddress } from './site-address.ts'
import { execLine } from './unit-file.ts'

/** What ordinary images need to become the user whom they want to be, to own their files and to listen below 1024. */
const capabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'NET_BIND_SERVICE', 'SETGID', 'SETUID']

/** A site that runs in a container of its own: two units, of which one is live while the other waits for the next version. `mailHost`: name of the server's mail server. */
export function renderApp(site: AppSite, mailHost?: string): DesiredState {
  const group = `site:${site.id}` as const
  const name = `homeport-${site.id}`
  const { subnet, gateway, dynamicRange, bridge } = siteAddress(site.slot)
  const environment = renderEnvironment(site, mailHost)
  const units = renderUnits(site, environment, mailHost)
  const source = sourceHash(site.source)
  return [
    { kind: 'site-data', name: site.id, group, ...(site.copyOf === undefined ? {} : { copyOf: site.copyOf }), isPrivate: true },
    file(group, `/etc/homeport/sites/${site.id}/app.env`, environment, { mode: 0o600 }),
    file(group, `/etc/homeport/sites/${site.id}/app.conf`, renderSettings(site, source)),
    ...units.files,
    { kind: 'network', name, group, subnet, gateway, dynamicRange, bridge, internal: site.source.app.internet === false },
    { kind: 'certificate', name: site.id, group, domains: siteNames(site) },
    ...(site.source.kind === 'build' ? [...renderPull(site, site.source), ...renderBuild(site, site.source)] : renderImagePull(site, site.source)),
    { kind: 'app', name: site.id, group, hash: units.hash, source, ...(site.source.kind === 'image' ? { image: site.source.image } : {}), version: site.source.pinned ?? null, isRunning: !site.paused, volumes: site.source.app.volumes ?? [], scratch: site.source.app.scratch ?? [] },
  ]
}

/** Stands for where versions come from: another one asks for a new version at once. */
function sourceHash(source: AppSource): string {
  if (source.kind === 'image') return shortHash('image', source.image, source.pinned ?? '')
  return shortHash('build', source.url, source.branch, source.folder ?? '', source.dockerfile ?? '', source.pinned ?? '')
}

/** The two units are the same but for their names and addresses, which the hash leaves out. */
function renderUnits(site: AppSite, environment: string, mailHost: string | undefined): { files: DesiredState; hash: string } {
  const group = `site:${site.id}` as const
  const { app } = site.source
  const shared = containerArguments(site, mailHost)
  const command = app.command ?? []
  const hash = shortHash(JSON.stringify([shared, mountArguments(site, ''), command, app.port, app.healthPath ?? '', app.scratch ?? [], app.stopSeconds ?? null]), environment, secretLines(site.source).join(' '))
  const address = siteAddress(site.slot)
  const files = (['blue', 'green'] as const).map((colour) => {
    const name = `homeport-${site.id}-${colour}`
    const scratch = (app.scratch ?? []).map((path) => ({ path, volume: `${name}-scratch-${shortHash(path)}` }))
    const unit = renderContainerUnit({
      name,
      description: `Homeport: container of ${site.id} (${colour})`,
      ready: `${address[colour]}:${app.port}${app.healthPath ?? ''}`,
      image: { environmentFile: `/var/lib/homeport/apps/${site.id}/${colour}.env` },
      arguments: ['--ip', address[colour], ...scratch.flatMap(({ path, volume }) => ['--mount', `type=volume,src=${volume},dst=${path},volume-label=homeport.scratch=${site.id}`]), ...shared, ...mountArguments(site, colour)],
      command, scratchVolumes: scratch.map(({ volume }) => volume), stopTimeoutSeconds: stopSecondsOf(site.source), startTimeoutSeconds: startSecondsOf(site.source), startInputs: [],
      condition: execLine('/usr/local/lib/homeport/app-start', site.id, colour),
      after: [`-${execLine('/usr/local/lib/homeport/site-mounts', 'release', site.id, colour)}`],
    }, hash)
    return file(group, `/etc/systemd/system/${name}.service`, unit.content)
  })
  return { files, hash }
}

function containerArguments(site: AppSite, mailHost: string | undefined): string[] {
  const { app } = site.source
  const memory = `${app.memoryMb ?? 512}m`
  return [
    '--pull', 'never', '--restart', 'no', '--network', `homeport-${site.id}`,
    '--security-opt', 'no-new-privileges', '--cap-drop', 'ALL', ...capabilities.flatMap((capability) => ['--cap-add', capability]),
    '--pids-limit', '1000', '--memory', memory, '--memory-swap', memory,
    // The health check that an image brings is asked every second until it is passed.
    '--health-start-period', `${startSecondsOf(site.source)}s`, '--health-start-interval', '1s',
    // The mail server listens in the site's own network: by its name its certificate is right, and no way outside is needed.
    ...(app.mail === undefined || mailHost === undefined ? [] : ['--add-host', `${mailHost}:${siteAddress(site.slot).gateway}`]),
    '--env-file', `/etc/homeport/sites/${site.id}/app.env`, '--env-file', `/run/homeport/apps/${site.id}.env`,
  ]
}

/** Mounts that root made of the site's data (`lib/site-mounts`), since others can change where a path below /srv leads. Unlike --volume this never makes a folder. */
function mountArguments({ id, source }: AppSite, colour: string): string[] {
  return (source.app.volumes ?? []).flatMap(({ name, path }) => ['--mount', `type=bind,source=/run/homeport/mounts/${id}/${colour}/${name},target=${path}`])
}
