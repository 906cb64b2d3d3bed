/**
 * Root file systems made from Debian packages and brought into the engine as images,
 * because a registry may be out of reach. mmdebstrap knows its mirror by itself.
 */
import { rename, rm } from 'node:fs/promises'
import { CommandError, execute } from './command.ts'
import { docker, tryDocker } from './engine.ts'
import { readAptOptions } from './host-quirks.ts'

export interface DebianRoot {
  readonly suite: string
  readonly variant: 'apt' | 'minbase'
  readonly packages: readonly string[]
  /** A shell script that is run on the host with the root directory as its only argument. */
  readonly script?: string
  /** Whether documentation and translations are left out. */
  readonly slim?: boolean
  /** Whether the host's apt quirks stay in the result; a test server gets them at its start instead. */
  readonly keepAptOptions: boolean
}

const SLIM_PATHS = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*', '/usr/share/info/*'] as const
const FORGET_APT_OPTIONS = 'rm -f "$1/etc/apt/apt.conf.d/99mmdebstrap"'
/** The path travels in the environment: it is data, and mmdebstrap hands hooks to a shell. */
const RUN_SCRIPT = 'sh "$TESTBED_SCRIPT" "$1"'

/** Writes the root as a tar file; a half-written one is never left under the final name. */
export async function buildRootTar(root: DebianRoot, target: string): Promise<void> {
  const partial = `${target}.${process.pid}.tar`
  const args = await buildArguments(root, partial)
  const env = { TESTBED_SCRIPT: root.script ?? '', DEBIAN_FRONTEND: 'noninteractive' }
  const result = await execute('mmdebstrap', args, { env })
  if (result.code !== 0) {
    await rm(partial, { force: true })
    throw new CommandError('mmdebstrap', args, result)
  }
  await rename(partial, target)
}

/** Makes an image of a tar file; `directives` are lines of a Dockerfile (`docker import` knows no STOPSIGNAL). */
export async function importImage(tar: string, image: string, directives: readonly string[] = []): Promise<void> {
  if (directives.length === 0) {
    await docker(['import', tar, image])
    return
  }
  const bare = `${image}-bare`
  await docker(['import', tar, bare])
  const input = [`FROM ${bare}`, ...directives, ''].join('\n')
  await docker(['build', '--quiet', '--tag', image, '-'], { input, env: { DOCKER_BUILDKIT: '0' } })
  await docker(['rmi', '--no-prune', bare])
}

export async function hasImage(image: string): Promise<boolean> {
  return (await tryDocker(['image', 'inspect', '--format', '{{.Id}}', image])).code === 0
}

async function buildArguments(root: DebianRoot, target: string): Promise<readonly string[]> {
  const aptOptions = await readAptOptions()
  return [
    `--variant=${root.variant}`,
    ...(root.packages.length > 0 ? [`--include=${root.packages.join(',')}`] : []),
    ...aptOptions.map((line) => `--aptopt=${line}`),
    ...(root.slim ? SLIM_PATHS.map((path) => `--dpkgopt=path-exclude=${path}`) : []),
    ...(root.script ? [`--customize-hook=${RUN_SCRIPT}`] : []),
    ...(root.keepAptOptions ? [] : [`--customize-hook=${FORGET_APT_OPTIONS}`]),
    root.suite,
    target,
  ]
}
