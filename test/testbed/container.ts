/**
 * A test server as a container: how one is created, found, watched until it has
 * booted, and removed. Only containers with our label are ever touched.
 */
import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { cacheDirectory, isAlive } from './cache.ts'
import { docker, tryDocker, type Engine } from './engine.ts'
import { drawAddress, NETWORK, type TestNetwork } from './network.ts'
import { readBanner } from './ssh-banner.ts'

const LABEL = 'homeport.testbed'
const OWNER_LABEL = 'homeport.testbed.pid'
/** In place of a pid: the server is meant to outlive the process that started it. */
const KEPT = 'kept'
const BOOT_TIMEOUT_MS = 60_000

export interface Reached {
  readonly host: string
  readonly port: number
}

export interface ContainerPlan {
  readonly name: string
  readonly image: string
  readonly files: Buffer
  readonly isKept: boolean
  readonly hasLimits: boolean
}

/** Creates the container, puts its files in place and switches it on. */
export async function createContainer(plan: ContainerPlan, engine: Engine, network: TestNetwork): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await createFrom(plan.image, describeContainer(plan, engine, network))
    await docker(['cp', '-', `${plan.name}:/`], { input: plan.files })
    const started = await tryDocker(['start', plan.name])
    if (started.code === 0) return
    await removeContainer(plan.name)
    // The drawn address may be taken: draw again. Anything else fails each time.
    if (attempt === 3) throw new Error(`the container did not start: ${started.stderr.trim()}`)
  }
}

/**
 * Where the kernel withholds CAP_SYS_RESOURCE, Docker 20 starts nothing unless it is
 * dropped by name, and Docker 26 refuses its very name: so the second try leaves it out.
 */
async function createFrom(image: string, description: readonly string[]): Promise<void> {
  const dropped = await tryDocker(['create', '--cap-add', 'ALL', '--cap-drop', 'SYS_RESOURCE', ...description, image])
  if (dropped.code !== 0) await docker(['create', '--cap-add', 'ALL', ...description, image])
}

function describeContainer(plan: ContainerPlan, engine: Engine, network: TestNetwork): readonly string[] {
  const reach = engine.reach === 'direct'
    ? ['--ip', drawAddress(network)]
    : ['--publish', '127.0.0.1::22', '--publish', '127.0.0.1::80', '--publish', '127.0.0.1::443']
  return [
    '--name', plan.name, '--hostname', plan.name, '--network', NETWORK, ...reach,
    ...ownerLabels(plan.isKept),
    '--security-opt', 'seccomp=unconfined', '--security-opt', 'apparmor=unconfined',
    '--device-cgroup-rule', 'a *:* rwm', '--cgroupns=private',
    '--stop-signal', 'SIGRTMIN+3', '--tmpfs', '/run', '--tmpfs', '/run/lock', '--tmpfs', '/tmp:exec',
    ...volumesOf(plan.name).flatMap((volume) => ['--volume', `${volume.name}:${volume.path}`]),
    // `systemctl reboot` inside ends the container with a failure: this switches it on again.
    ...(plan.hasLimits ? ['--env', 'TESTBED_LIMITS=1'] : []),
    '--restart', 'on-failure', '--entrypoint', '/sbin/testbed-init',
  ]
}

/** By these a container is known as ours, and as left over when its process is gone. */
export function ownerLabels(isKept: boolean): readonly string[] {
  return ['--label', LABEL, '--label', `${OWNER_LABEL}=${isKept ? KEPT : process.pid}`]
}

/** The nested engine's overlay file systems cannot lie on the container's own overlay. */
function volumesOf(name: string): readonly { readonly name: string; readonly path: string }[] {
  return [
    { name: `${name}-docker`, path: '/var/lib/docker' },
    { name: `${name}-containerd`, path: '/var/lib/containerd' },
  ]
}

/** Undefined when there is no container of ours with that name. */
export async function findContainer(name: string): Promise<{ readonly isRunning: boolean } | undefined> {
  const format = `{{index .Config.Labels "${OWNER_LABEL}"}} {{.State.Running}}`
  const found = await tryDocker(['container', 'inspect', '--format', format, name])
  const [owner, running] = found.stdout.trim().split(' ')
  return found.code === 0 && owner && running ? { isRunning: running === 'true' } : undefined
}

/** Where this computer keeps what it needs to log in to a server, while it exists. */
export function serverDirectory(name: string): Promise<string> {
  return cacheDirectory('servers', name)
}

/** Removes the server, its disk and its key. */
export async function removeContainer(name: string): Promise<void> {
  if (!(await findContainer(name))) return
  await rm(await serverDirectory(name), { recursive: true, force: true })
  await tryDocker(['unpause', name]) // a paused container cannot be killed
  await docker(['rm', '--force', '--volumes', name])
  await tryDocker(['volume', 'rm', '--force', ...volumesOf(name).map((volume) => volume.name)])
}

/** Removes the servers of test processes that ended without stopping them. */
export async function removeLeftovers(): Promise<void> {
  const format = `{{.Names}} {{.Label "${OWNER_LABEL}"}}`
  const listed = await docker(['ps', '--all', '--filter', `label=${LABEL}`, '--format', format])
  for (const line of listed.split('\n').filter(Boolean)) {
    const [name = '', owner = ''] = line.split(' ')
    if (owner !== KEPT && !isAlive(Number(owner))) await removeContainer(name)
  }
}

/** Where sshd of a running container is reached from this computer. */
export async function locateContainer(name: string, engine: Engine): Promise<Reached> {
  if (engine.reach === 'published') {
    const published = (await docker(['port', name, '22/tcp'])).trim().split('\n')[0] ?? ''
    return { host: '127.0.0.1', port: Number(published.split(':').at(-1)) }
  }
  const format = `{{(index .NetworkSettings.Networks "${NETWORK}").IPAddress}}`
  return { host: (await docker(['container', 'inspect', '--format', format, name])).trim(), port: 22 }
}

/**
 * Waits until people can log in: sshd answers and /run/nologin (pam_nologin(8)) is gone.
 * It does not wait for every unit: what the product put there may fail, or take its time.
 */
export async function waitForLogin(name: string, engine: Engine): Promise<Reached> {
  const deadline = Date.now() + BOOT_TIMEOUT_MS
  for (;;) {
    const reached = await locateContainer(name, engine)
    const banner = reached.host ? await readBanner(reached, 1000) : undefined
    if (banner && (await tryDocker(['exec', name, 'test', '!', '-e', '/run/nologin'])).code === 0) return reached
    if (Date.now() > deadline) throw new Error(`${name} did not boot: ${await explainBoot(name)}`)
    await sleep(100)
  }
}

/** Waits until every unit of a new server has been started. */
export async function waitForSettled(name: string): Promise<void> {
  await tryDocker(['exec', name, 'systemctl', 'is-system-running', '--wait'])
}

async function explainBoot(name: string): Promise<string> {
  const failed = await tryDocker(['exec', name, 'systemctl', '--failed', '--plain', '--no-legend'])
  const logs = await tryDocker(['logs', '--tail', '20', name])
  return [failed.stdout, logs.stdout, logs.stderr].join('\n').trim()
}
