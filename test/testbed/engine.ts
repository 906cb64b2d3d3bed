/**
 * The Docker engine of this computer ("outer" engine): test servers are containers in
 * it. One that runs already is used as it is; on a machine without an init system
 * nothing starts dockerd, so the test bed does.
 */
import { spawn } from 'node:child_process'
import { access, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cacheDirectory, isAlive } from './cache.ts'
import { execute, output, type CommandOptions, type CommandResult } from './command.ts'

/**
 * `direct`: container addresses answer from this computer (Linux).
 * `published`: they do not (Docker Desktop runs its engine in a virtual machine), so
 * ports are published on 127.0.0.1.
 */
export type Reach = 'direct' | 'published'

export interface Engine {
  readonly reach: Reach
}

const PID_FILES = [
  { path: '/var/run/docker.pid', program: 'dockerd' },
  { path: '/var/run/docker/containerd/containerd.pid', program: 'containerd' },
] as const

/** Runs the docker client to its end and gives what it printed. @throws CommandError */
export function docker(args: readonly string[], options?: CommandOptions): Promise<string> {
  return output('docker', args, options)
}

/** As {@link docker}, for calls that may fail. */
export function tryDocker(args: readonly string[], options?: CommandOptions): Promise<CommandResult> {
  return execute('docker', args, options)
}

export async function isEngineAnswering(): Promise<boolean> {
  const version = await tryDocker(['version', '--format', '{{.Server.Version}}'])
  return version.code === 0 && version.stdout.trim() !== ''
}

/** Tells how the containers of the answering engine are reached. */
export async function connectEngine(): Promise<Engine> {
  const system = await docker(['info', '--format', '{{.OperatingSystem}}'])
  const inVirtualMachine = process.platform !== 'linux' || system.includes('Docker Desktop')
  return { reach: inVirtualMachine ? 'published' : 'direct' }
}

/** Starts dockerd in the background and waits until it answers; it outlives this process. */
export async function startEngine(): Promise<void> {
  if (await exists('/run/systemd/system')) {
    await output('systemctl', ['start', 'docker.service'])
  } else {
    await removeStalePidFiles()
    if (!(await isEngineStarting())) await spawnEngine()
  }
  await waitForEngine()
}

async function spawnEngine(): Promise<void> {
  const log = await open(join(await cacheDirectory(), 'dockerd.log'), 'a')
  const child = spawn('dockerd', [], { detached: true, stdio: ['ignore', log.fd, log.fd], cwd: '/' })
  child.on('error', () => {}) // seen as an engine that never answers
  child.unref()
  await log.close()
}

async function waitForEngine(): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!(await isEngineAnswering())) {
    if (Date.now() > deadline) throw new Error(`dockerd did not answer: see ${join(await cacheDirectory(), 'dockerd.log')}`)
    await sleep(200)
  }
}

async function isEngineStarting(): Promise<boolean> {
  return exists(PID_FILES[0].path)
}

/**
 * dockerd refuses to start when the process named in its pid file exists, even if that
 * number belongs to another program by now (as after a machine was handed on).
 */
async function removeStalePidFiles(): Promise<void> {
  for (const { path, program } of PID_FILES) {
    const pid = Number(await readFile(path, 'utf8').catch(() => ''))
    if (!pid) continue
    const comm = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
    if (!isAlive(pid) || comm.trim() !== program) await rm(path, { force: true })
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false)
}
