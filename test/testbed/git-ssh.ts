/**
 * The same repositories over SSH, as a hoster serves them: one user, git-upload-pack and nothing else
 * (what git-shell(1) is for), and a key opens exactly the repositories that it was added to.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createServer, type AddressInfo } from 'node:net'
import { newKeyPair } from '../../src/main/ssh/new-key.ts'
import ssh2, { type Connection, type ParsedKey, type ServerChannel } from 'ssh2'

export interface GitSshServer {
  readonly port: number
  /** Its public host keys, type and base64. */
  hostKeys(): readonly string[]
  /** Adds a deploy key (type and base64) to a repository. */
  allow(repository: string, publicKey: string): void
  /** Takes all keys from a repository. */
  refuseAll(repository: string): void
  /** What a server in between would look like. */
  changeHostKeys(): void
  stop(): Promise<void>
}

export async function startGitSshServer(publicFolder: string, host: string): Promise<GitSshServer> {
  const allowed = new Map<string, string[]>()
  let served = serverWithNewKeys(publicFolder, allowed)
  // It keeps its port while the keys change.
  const door = createServer((socket) => served.server.injectSocket(socket))
  await new Promise<void>((resolve, reject) => { door.on('error', reject).listen(0, host, resolve) })
  return {
    port: (door.address() as AddressInfo).port,
    hostKeys: () => served.hostKeys,
    allow: (repository, publicKey) => void allowed.set(repository, [...(allowed.get(repository) ?? []), publicKey]),
    refuseAll: (repository) => void allowed.delete(repository),
    changeHostKeys: () => {
      served.endAll()
      served = serverWithNewKeys(publicFolder, allowed)
    },
    stop: () => {
      served.endAll()
      return new Promise((resolve) => { door.close(() => resolve()) })
    },
  }
}

interface Served { readonly server: InstanceType<typeof ssh2.Server>; readonly hostKeys: readonly string[]; endAll(): void }
type Allowed = ReadonlyMap<string, readonly string[]>

function serverWithNewKeys(publicFolder: string, allowed: Allowed): Served {
  const keys = [newKeyPair(), ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })]
  const clients = new Set<Connection>()
  const server = new ssh2.Server({ hostKeys: keys.map((key) => key.private) }, (client) => {
    clients.add(client)
    client.on('close', () => clients.delete(client)).on('error', () => {})
    serve(client, publicFolder, allowed)
  })
  return {
    server, hostKeys: keys.map((key) => key.public.split(' ').slice(0, 2).join(' ')),
    endAll: () => { for (const client of clients) client.end() },
  }
}

function serve(client: Connection, publicFolder: string, allowed: Allowed): void {
  let shown = ''
  client.on('authentication', (context) => {
    if (context.method !== 'publickey' || context.username !== 'git') return context.reject(['publickey'])
    const name = `${context.key.algo} ${context.key.data.toString('base64')}`
    const key = ssh2.utils.parseKey(name) as ParsedKey | Error
    const isKnown = [...allowed.values()].some((keys) => keys.includes(name))
    if (key instanceof Error || !isKnown) return context.reject(['publickey'])
    if (context.signature !== undefined && context.blob !== undefined && key.verify(context.blob, context.signature, context.hashAlgo) !== true) return context.reject(['publickey'])
    shown = name
    context.accept()
  })
  client.on('session', (accept) => {
    accept().on('env', (acceptEnv) => acceptEnv?.()).on('exec', (acceptExec, _reject, { command }) => {
      const repository = /^git-upload-pack '\/?([A-Za-z0-9-]+)\.git'$/.exec(command)?.[1] ?? ''
      upload(acceptExec(), allowed.get(repository)?.includes(shown) === true ? join(publicFolder, `${repository}.git`) : null)
    })
  })
}

function upload(channel: ServerChannel, folder: string | null): void {
  const end = (code: number): void => {
    channel.exit(code)
    channel.end()
  }
  if (folder === null) {
    // The words of GitHub, which does not tell a private repository from none.
    channel.stderr.write('ERROR: Repository not found.\n')
    return end(1)
  }
  const child = spawn('git', ['upload-pack', folder], { env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' } })
  child.stdin.on('error', () => {})
  channel.on('error', () => {}).on('close', () => child.kill())
  channel.pipe(child.stdin)
  child.stdout.pipe(channel, { end: false })
  child.stderr.pipe(channel.stderr, { end: false })
  child.on('close', (code) => end(code ?? 1))
}
