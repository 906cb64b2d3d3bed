import { shortHash } from './hash.ts'
import { execLine, renderUnitFile } from './unit-file.ts'

export interface ContainerUnit {
  /** Unit without suffix, and name of the container. */
  readonly name: string
  readonly description: string
  /** Where it answers when it is ready: address:port[/path], seen from the server. */
  readonly ready: string
  /** What is started; `environmentFile`: a file on the server that says it as IMAGE. */
  readonly image: string | { readonly environmentFile: string }
  /** Arguments of `docker run` before the image. */
  readonly arguments: readonly string[]
  /** Arguments after the image. */
  readonly command: readonly string[]
  /** What the container gets to end what it is at; with an `environmentFile` at most this, and as many as STOP_SECONDS in there says. */
  readonly stopTimeoutSeconds: number
  /** With an `environmentFile`: volumes of the container that go with it. Nothing else that it has outside of itself is removed. */
  readonly scratchVolumes?: readonly string[]
  /** Seconds until it must be ready; 120 unless said. */
  readonly startTimeoutSeconds?: number
  /** Contents of files that the container reads only at its start. */
  readonly startInputs: readonly string[]
  /** Asked before each start; with an exit code of 1 to 254 it is left alone (ExecCondition=). */
  readonly condition?: string
  readonly before?: readonly string[]
  /** Run once it has ended, however it did (ExecStopPost=). */
  readonly after?: readonly string[]
  readonly reload?: string
}

/**
 * Unit file of a service that runs one container, and the hash of all that it is started with. The hash is a label
 * of the container, so the server itself tells whether a restart is still needed. `hash`: one that leaves out what
 * two containers of one site may differ in.
 */
export function renderContainerUnit(unit: ContainerUnit, hash: string = shortHash(unitText(unit, ''), ...unit.startInputs)): { content: string; hash: string } {
  return { content: unitText(unit, hash), hash }
}

function unitText(unit: ContainerUnit, hash: string): string {
  return renderUnitFile({
    Unit: [
      ['Description', unit.description],
      ['Documentation', 'file:/etc/homeport/README.md'],
      // Wants and not Requires: with live-restore the container outlives a restart of the engine.
      ['Wants', 'docker.service network-online.target'],
      ['After', 'docker.service network-online.target'],
      ['StartLimitIntervalSec', '0'],
    ],
    Service: [
      ['Type', 'notify'],
      ['NotifyAccess', 'all'],
      ...(typeof unit.image === 'string' ? [] : [['Environment', `STOP_SECONDS=${unit.stopTimeoutSeconds}`], ['EnvironmentFile', unit.image.environmentFile]] as const),
      ...(unit.condition === undefined ? [] : [['ExecCondition', unit.condition] as const]),
      ...(unit.before ?? []).map((line) => ['ExecStartPre', line] as const),
      ['ExecStart', startLine(unit, hash)],
      ...(unit.reload === undefined ? [] : [['ExecReload', unit.reload] as const]),
      ...stopLines(unit),
      ...(unit.after ?? []).map((line) => ['ExecStopPost', line] as const),
      ['Restart', 'always'],
      ['RestartSec', '1s'],
      // A container that ends again and again is tried ever less often (systemd 254 and later; older ones keep to RestartSec).
      ['RestartSteps', '6'],
      ['RestartMaxDelaySec', '60s'],
      ['TimeoutStartSec', String(unit.startTimeoutSeconds ?? 120)],
      ['TimeoutStopSec', String(unit.stopTimeoutSeconds + 20)],
    ],
    Install: [['WantedBy', 'multi-user.target']],
  })
}

function stopLines(unit: ContainerUnit): (readonly [string, string])[] {
  if (typeof unit.image === 'string') {
    return [['ExecStop', execLine('/usr/bin/docker', 'stop', '-t', String(unit.stopTimeoutSeconds), unit.name)], ['ExecStopPost', `-${execLine('/usr/bin/docker', 'rm', '--force', '--volumes', unit.name)}`]]
  }
  return [
    ['ExecStop', `/usr/bin/docker stop -t \${STOP_SECONDS} ${execLine(unit.name)}`],
    // Where Docker is started anew while it stops, it is stopping still, and would be killed. One that has stopped takes no time.
    ['ExecStopPost', `-/usr/bin/docker stop -t \${STOP_SECONDS} ${execLine(unit.name)}`],
    // Without --volumes: what a site's program has in a volume is its data, unless somebody said that it may be thrown away.
    ['ExecStopPost', `-${execLine('/usr/bin/docker', 'rm', '--force', unit.name)}`],
    ...(unit.scratchVolumes ?? []).map((volume) => ['ExecStopPost', `-${execLine('/usr/bin/docker', 'volume', 'rm', volume)}`] as const),
  ]
}

function startLine(unit: ContainerUnit, hash: string): string {
  const start = execLine('/usr/local/lib/homeport/container', unit.name, unit.ready, '--', '--label', `homeport.hash=${hash}`, ...unit.arguments)
  // The one word that systemd expands itself.
  const image = typeof unit.image === 'string' ? execLine(unit.image) : '${IMAGE}'
  return [start, image, ...(unit.command.length === 0 ? [] : [execLine(...unit.command)])].join(' ')
}
