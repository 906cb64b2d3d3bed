/**
 * A container that stands beside the test servers and plays a part of the internet for
 * them: a certificate authority, a name server. It goes as test servers go: with `stop`, or
 * when a later test finds that its process is gone.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pack } from 'tar-stream'
import { cacheDirectory, contentKey, withLock } from './cache.ts'
import { CommandError } from './command.ts'
import { ownerLabels, removeContainer } from './container.ts'
import { buildRootTar, hasImage, importImage, type DebianRoot } from './debian-root.ts'
import { docker, tryDocker } from './engine.ts'
import { drawAddress, NETWORK, type TestNetwork } from './network.ts'

export interface CompanionPlan {
  /** What it plays; part of its name. */
  readonly part: string
  readonly address: string
  /** By absolute path. */
  readonly files: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
  /** Shell text that ends in an `exec`. */
  readonly script: string
}

export interface Companion {
  readonly address: string
  /** Runs a program in it. @throws CommandError */
  run(...args: readonly string[]): Promise<string>
  /** Starts it anew with its files and under its address; what it only knew is gone. */
  restart(): Promise<void>
  /** What it said so far. */
  logs(): Promise<string>
  stop(): Promise<void>
}

/** sid: its pebble knows profiles and ARI. One image, as every part is small. */
const ROOT: DebianRoot = { suite: 'sid', variant: 'minbase', packages: ['knot', 'pebble', 'socat'], slim: true, keepAptOptions: false }

let started = 0

/** Starts one; what it serves may answer only a moment later. @throws CommandError when its address is taken */
export async function startCompanion(plan: CompanionPlan): Promise<Companion> {
  const image = await ensureImage()
  const name = `homeport-${plan.part}-${process.pid}-${++started}`
  const environment = Object.entries(plan.environment ?? {}).flatMap(([key, value]) => ['--env', `${key}=${value}`])
  await docker([
    'create', '--name', name, '--hostname', name, '--network', NETWORK, '--ip', plan.address, ...ownerLabels(false),
    '--init', '--cap-drop', 'ALL', '--cap-add', 'NET_BIND_SERVICE', ...environment, image, '/bin/sh', '-c', plan.script,
  ])
  try {
    await docker(['cp', '-', `${name}:/`], { input: await packFiles(plan.files) })
    await docker(['start', name])
  } catch (error) {
    await removeContainer(name)
    throw error
  }
  return {
    address: plan.address,
    run: (...args) => docker(['exec', name, ...args]),
    restart: async () => void (await docker(['restart', '--time', '0', name])),
    logs: async () => {
      const { stdout, stderr } = await tryDocker(['logs', name])
      return stdout + stderr
    },
    stop: () => removeContainer(name),
  }
}

/** Waits until `probe` no longer throws. @throws Error with what it said, when it still does after 20 s */
export async function waitUntilServing(companion: Companion, probe: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + 20_000
  for (;;) {
    try {
      await probe()
      return
    } catch (cause) {
      if (Date.now() > deadline) throw new Error(`it does not serve: ${(await companion.logs()).slice(-2000)}`, { cause })
    }
    await sleep(50)
  }
}

/** Starts one on an address that is drawn anew when another process took it at the same moment. */
export async function startOnFreeAddress<T>(network: TestNetwork, start: (address: string) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(drawAddress(network))
    } catch (error) {
      const isTaken = error instanceof CommandError && error.result.stderr.includes('Address already in use')
      if (!isTaken || attempt === 3) throw error
    }
  }
}

function ensureImage(): Promise<string> {
  const image = `homeport-testbed/companion:${contentKey(ROOT.suite, ...ROOT.packages)}`
  return withLock('companion', async () => {
    if (await hasImage(image)) return image
    const tar = join(await cacheDirectory(), `companion-${process.pid}.tar`)
    await buildRootTar(ROOT, tar)
    await importImage(tar, image)
    await rm(tar)
    return image
  })
}

async function packFiles(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const tar = pack()
  for (const [path, content] of Object.entries(files)) tar.entry({ name: path.slice(1), mode: 0o644 }, content)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
