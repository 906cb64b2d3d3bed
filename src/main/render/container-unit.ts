import { shortHash } from './hash.ts'
import { execLine, renderUnitFile } from './unit-file.ts'

export interface ContainerUnit {
  /** Unit without suffix, and name of the container. */
  readonly name: string
  readonly description: string
  /** Where it answers when it is ready: address:port, seen from the server. */
  readonly ready: string
  readonly image: string
  /** Arguments of `docker run` before the image. */
  readonly arguments: readonly string[]
  /** Arguments after the image. */
  readonly command: readonly string[]
  readonly stopTimeoutSeconds: number
  /** Contents of files that the container reads only at its start. */
  readonly startInputs: readonly string[]
  readonly before?: readonly string[]
  readonly reload?: string
}

/**
 * Unit file of a service that runs one container, and the hash of all that it is started with. The hash is a label
 * of the container, so the server itself tells whether a restart is still needed.
 */
export function renderContainerUnit(unit: ContainerUnit): { content: string; hash: string } {
  const hash = shortHash(unitText(unit, ''), ...unit.startInputs)
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
      ...(unit.before ?? []).map((line) => ['ExecStartPre', line] as const),
      ['ExecStart', execLine('/usr/local/lib/homeport/container', unit.name, unit.ready, '--',
        '--label', `homeport.hash=${hash}`, ...unit.arguments, unit.image, ...unit.command)],
      ...(unit.reload === undefined ? [] : [['ExecReload', unit.reload] as const]),
      ['ExecStop', execLine('/usr/bin/docker', 'stop', '-t', String(unit.stopTimeoutSeconds), unit.name)],
      ['ExecStopPost', `-${execLine('/usr/bin/docker', 'rm', '--force', unit.name)}`],
      ['Restart', 'always'],
      ['RestartSec', '1s'],
      // A container that ends again and again is tried ever less often (systemd 254 and later; older ones keep to RestartSec).
      ['RestartSteps', '6'],
      ['RestartMaxDelaySec', '60s'],
      ['TimeoutStartSec', '120'],
      ['TimeoutStopSec', String(unit.stopTimeoutSeconds + 20)],
    ],
    Install: [['WantedBy', 'multi-user.target']],
  })
}
