/**
 * A real server to test on: a Debian container with systemd, sshd and apt that an SSH
 * client cannot tell from a fresh VPS. Its methods are the provider's control panel
 * (power, console), never the way in that the product uses.
 */
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withLock } from './cache.ts'
import type { CommandResult } from './command.ts'
import {
  createContainer, removeContainer, removeLeftovers, serverDirectory, waitForLogin, waitForSettled, type Reached,
} from './container.ts'
import { docker, tryDocker, type Engine } from './engine.ts'
import { makeKeyPair } from './keys.ts'
import { ensureNetwork, type TestNetwork } from './network.ts'
import { ensurePrerequisites, findProgram, type OnProgress } from './prerequisites.ts'
import { ensureMirror } from './registry.ts'
import { addUser, rotateHostKey, setPassword, setPasswordLogin, type NewUser } from './server-access.ts'
import { packServerFiles } from './server-files.ts'
import { ensureVpsImage, type Distribution } from './vps-image.ts'

export interface ServerOptions {
  /** Also its hostname; must be free. Drawn when left out. */
  readonly name?: string
  readonly distribution?: Distribution
  /** Whether it outlives this process; such a server is removed only by `stop`. */
  readonly isKept?: boolean
  /** Whether systemd's limits of memory hold, as on a real server; see vps/init.sh for what that takes here. */
  readonly hasLimits?: boolean
  readonly onProgress?: OnProgress
}

export interface TestServer {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly user: 'root'
  readonly privateKeyPath: string
  readonly privateKey: string
  /** As ssh prints it; changes with `rotateHostKey`. */
  readonly hostKeySha256: string
  /** Runs shell text as root on the server's console, for set-up and assertions. Never throws on a failing command. */
  exec(command: string, options?: { readonly input?: string | Buffer }): Promise<CommandResult>
  /** Removes the server and its disk. */
  stop(): Promise<void>
  /**
   * The plug is pulled and put back; resolves when sshd answers again. Every process dies at
   * once, but what was written and not synced is still there: the disk is this computer's.
   */
  powerCut(): Promise<void>
  powerOff(): Promise<void>
  powerOn(): Promise<void>
  /** An orderly restart; resolves when sshd answers again. */
  reboot(): Promise<void>
  /** The server hangs: connections stay open and nothing answers. */
  pause(): Promise<void>
  unpause(): Promise<void>
  addUser(user: NewUser): Promise<void>
  setRootPassword(password: string): Promise<void>
  setPasswordLogin(isAllowed: boolean): Promise<void>
  /** Gives the new fingerprint. */
  rotateHostKey(): Promise<string>
}

interface Surroundings {
  readonly engine: Engine
  readonly network: TestNetwork
}

let surroundings: Promise<Surroundings> | undefined

/** Starts a server: a minute or two the first time on a machine, a second or two afterwards. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const onProgress = options.onProgress ?? (() => {})
  const { engine, network } = await prepareOnce(onProgress)
  const [image, mirror] = await Promise.all([
    ensureVpsImage(options.distribution ?? 'trixie', onProgress),
    findMirror(engine, network, onProgress),
  ])
  const name = options.name ?? `homeport-test-${process.pid}-${randomBytes(4).toString('hex')}`
  onProgress(`Starting the server ${name}`)
  const [hostKey, userKey] = await Promise.all([makeKeyPair(name), makeKeyPair('homeport-testbed')])
  const files = await packServerFiles({ hostKey, userKey, ...(mirror ? { mirror } : {}) })
  await createContainer({ name, image, files, isKept: options.isKept ?? false, hasLimits: options.hasLimits ?? false }, engine, network)
  const privateKeyPath = join(await serverDirectory(name), 'id_ed25519')
  await writeFile(privateKeyPath, userKey.privateKey, { mode: 0o600 })
  const reached = await waitForLogin(name, engine)
  await waitForSettled(name)
  return controlServer({ name, reached, engine, privateKeyPath, privateKey: userKey.privateKey, hostKeySha256: hostKey.sha256 })
}

/** Everything that servers of this process share. A failure is not remembered. */
export function prepareOnce(onProgress: OnProgress): Promise<Surroundings> {
  surroundings ??= prepare(onProgress).catch((error: unknown) => {
    surroundings = undefined
    throw error
  })
  return surroundings
}

async function prepare(onProgress: OnProgress): Promise<Surroundings> {
  const engine = await ensurePrerequisites(onProgress)
  // Two processes that begin at the same time would remove the same ones.
  await withLock('leftovers', removeLeftovers)
  return { engine, network: await ensureNetwork() }
}

/** Without the programs it is made with there is none, and servers pull from Docker Hub itself. */
async function findMirror(engine: Engine, network: TestNetwork, onProgress: OnProgress): Promise<string | undefined> {
  const programs = await Promise.all(['mmdebstrap', 'docker-registry', 'skopeo'].map(findProgram))
  return engine.reach === 'direct' && programs.every(Boolean) ? ensureMirror(network, onProgress) : undefined
}

export interface ControlledServer {
  readonly name: string
  readonly reached: Reached
  readonly engine: Engine
  readonly privateKeyPath: string
  readonly privateKey: string
  readonly hostKeySha256: string
}

/** The control panel of a server that exists. */
export function controlServer(server: ControlledServer): TestServer {
  const { name, engine } = server
  let { reached, hostKeySha256 } = server
  const boot = async (args: readonly string[]): Promise<void> => {
    await docker([...args, name])
    reached = await waitForLogin(name, engine)
  }
  return {
    name, user: 'root', privateKeyPath: server.privateKeyPath, privateKey: server.privateKey,
    get host() { return reached.host },
    get port() { return reached.port },
    get hostKeySha256() { return hostKeySha256 },
    exec: (command, options = {}) => tryDocker(['exec', '-i', name, '/bin/sh', '-c', command], options),
    stop: () => removeContainer(name),
    powerCut: async () => {
      await docker(['kill', name])
      await boot(['start'])
    },
    powerOff: async () => void (await docker(['kill', name])),
    powerOn: () => boot(['start']),
    reboot: () => boot(['restart', '-t', '30']),
    pause: async () => void (await docker(['pause', name])),
    unpause: async () => void (await docker(['unpause', name])),
    addUser: (user) => addUser(name, user),
    setRootPassword: (password) => setPassword(name, 'root', password),
    setPasswordLogin: (isAllowed) => setPasswordLogin(name, isAllowed),
    rotateHostKey: async () => (hostKeySha256 = await rotateHostKey(name)),
  }
}
