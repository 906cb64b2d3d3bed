/**
 * Makes sure that what the test bed needs is installed, so that a bare machine needs
 * no preparation by hand. Installs only as root on Debian; elsewhere it says what is missing.
 */
import { access, readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { withLock } from './cache.ts'
import { CommandError, execute, type CommandResult } from './command.ts'
import { connectEngine, isEngineAnswering, startEngine, type Engine } from './engine.ts'

export type OnProgress = (message: string) => void

/** Program -> Debian package that brings it. */
const PROGRAMS = {
  git: 'git',
  'ssh-keygen': 'openssh-client',
  'update-ca-certificates': 'ca-certificates',
} as const
const ENGINE_PROGRAMS = { dockerd: 'docker.io', iptables: 'iptables', ip: 'iproute2' } as const
const IMAGE_PROGRAMS = { mmdebstrap: 'mmdebstrap', 'docker-registry': 'docker-registry', skopeo: 'skopeo' } as const

const NO_ENGINE =
  'No Docker engine answers to this user: start Docker Desktop, or install Docker and join the docker group, then try again.'

/** An engine that answers, and everything to make images and servers with. */
export function ensurePrerequisites(onProgress: OnProgress = () => {}): Promise<Engine> {
  return withLock('prerequisites', async () => {
    const installable = await canInstall()
    const answering = await isEngineAnswering()
    const programs: Record<string, string> = { ...PROGRAMS, ...(answering ? {} : ENGINE_PROGRAMS) }
    if (installable) Object.assign(programs, IMAGE_PROGRAMS)
    await ensurePrograms(programs, installable, onProgress)
    // Debian 13 has the client in a package of its own, Debian 12 inside docker.io.
    await ensurePrograms({ docker: 'docker-cli' }, installable, onProgress)
    if (!answering) {
      if (process.getuid?.() !== 0) throw new Error(NO_ENGINE)
      onProgress('Starting a Docker engine')
      await startEngine()
    }
    return connectEngine()
  })
}

/** The path of a Chromium for browser tests, installed when there is none. */
export async function ensureChromium(onProgress: OnProgress = () => {}): Promise<string> {
  return withLock('prerequisites', async () => {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
      const path = await findProgram(name)
      if (path) return path
    }
    await ensurePrograms({ chromium: 'chromium' }, await canInstall(), onProgress)
    const path = await findProgram('chromium')
    if (!path) throw new Error('chromium was installed but is not on the PATH')
    return path
  })
}

/** The path of shellcheck, installed when there is none. */
export async function ensureShellcheck(onProgress: OnProgress = () => {}): Promise<string> {
  return withLock('prerequisites', async () => {
    await ensurePrograms({ shellcheck: 'shellcheck' }, await canInstall(), onProgress)
    const path = await findProgram('shellcheck')
    if (!path) throw new Error('shellcheck was installed but is not on the PATH')
    return path
  })
}

/** The full path of a program; the PATH of a plain user lacks the sbin directories. */
export async function findProgram(name: string): Promise<string | undefined> {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  for (const directory of directories) {
    const path = join(directory, name)
    if (await access(path, 1).then(() => true, () => false)) return path
  }
  return undefined
}

async function canInstall(): Promise<boolean> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return process.getuid?.() === 0 && /^ID=debian$/m.test(release)
}

async function ensurePrograms(
  programs: Readonly<Record<string, string>>,
  installable: boolean,
  onProgress: OnProgress,
): Promise<void> {
  const found = await Promise.all(Object.keys(programs).map(async (name) => ({ name, path: await findProgram(name) })))
  const missing = found.filter(({ path }) => !path).map(({ name }) => programs[name] ?? name)
  if (missing.length === 0) return
  const packages = [...new Set(missing)]
  if (!installable) throw new Error(explainMissing(packages))
  onProgress(`Installing ${packages.join(', ')}`)
  await apt(['update'])
  await apt(['install', '-y', '--no-install-recommends', ...packages])
}

function explainMissing(packages: readonly string[]): string {
  const docker = packages.includes('docker.io') ? `${NO_ENGINE} ` : ''
  return `${docker}The test server needs ${packages.join(', ')}, and this is not a Debian machine with root rights, so nothing was installed. On Debian run: sudo apt-get install ${packages.join(' ')}`
}

/**
 * apt-get with patience: the lock timeout covers dpkg's locks but not those of the
 * lists and the archives, which is why a failure is tried again.
 */
async function apt(args: readonly string[]): Promise<void> {
  const all = ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args]
  let result: CommandResult = { code: 1, stdout: '', stderr: '' }
  for (let attempt = 1; attempt <= 5; attempt++) {
    result = await execute('apt-get', all, { env: { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'a' } })
    if (result.code === 0) return
    await sleep(attempt * 2000)
  }
  throw new CommandError('apt-get', all, result)
}
