/**
 * A registry on this computer that the test servers' engines use as their mirror of
 * Docker Hub, filled with stand-ins. The product's `docker pull` runs unchanged.
 */
import { spawn } from 'node:child_process'
import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cacheDirectory, contentKey, withLock } from './cache.ts'
import { output } from './command.ts'
import type { TestNetwork } from './network.ts'
import type { OnProgress } from './prerequisites.ts'
import { ensureStandInImage, keyOfStandIn, STAND_INS, type StandIn } from './stand-ins.ts'

const PORT = 5000
const IMAGE_LIST = join(import.meta.dirname, '..', '..', 'resources', 'images.json')

/** Gives the mirror's URL once it answers and holds every stand-in under the product's tags. */
export function ensureMirror(network: TestNetwork, onProgress: OnProgress): Promise<string> {
  const address = `${network.gateway}:${PORT}`
  return withLock('registry', async () => {
    if (!(await isAnswering(address))) await startRegistry(address)
    await Promise.all(STAND_INS.map((standIn) => ensureTags(standIn, address, onProgress)))
    return `http://${address}`
  })
}

async function ensureTags(standIn: StandIn, address: string, onProgress: OnProgress): Promise<void> {
  for (const tag of await readTags(standIn)) await ensurePushed(standIn, tag, address, onProgress)
}

/** The product's list says which tags it pulls; digests are left out, a stand-in has its own. */
async function readTags(standIn: StandIn): Promise<readonly string[]> {
  const json = await readFile(IMAGE_LIST, 'utf8').catch(() => '{}')
  const entries = Object.values(JSON.parse(json) as Record<string, { readonly ref?: string } | string>)
  const refs = entries.map((entry) => (typeof entry === 'string' ? entry : (entry.ref ?? '')))
  const tags = refs.map(parseReference).filter((ref) => ref.repository === standIn.repository).map((ref) => ref.tag)
  return [...new Set([standIn.defaultTag, ...tags])]
}

/** `docker.io/library/nginx:1.28.0@sha256:...` -> repository on Docker Hub and tag. */
export function parseReference(reference: string): { readonly repository: string; readonly tag: string } {
  const bare = reference.replace(/@sha256:.*$/, '').replace(/^docker\.io\//, '')
  const [name = '', tag = 'latest'] = bare.split(':')
  return { repository: name.includes('/') ? name : `library/${name}`, tag }
}

/** Marked with the image that was pushed, so that a rebuilt stand-in replaces the old one. */
async function ensurePushed(standIn: StandIn, tag: string, address: string, onProgress: OnProgress): Promise<void> {
  const parts = await keyOfStandIn(standIn)
  const marker = join(await cacheDirectory('pushed'), contentKey(standIn.repository, tag, address))
  if ((await readFile(marker, 'utf8').catch(() => '')) === parts && (await hasTag(standIn, tag, address))) return
  onProgress(`Making the image ${standIn.repository}:${tag} (once)`)
  const image = await ensureStandInImage(standIn)
  const target = `docker://${address}/${standIn.repository}:${tag}`
  await output('skopeo', ['copy', '--quiet', '--dest-tls-verify=false', `docker-daemon:${image}`, target])
  await writeFile(marker, parts)
}

async function hasTag(standIn: StandIn, tag: string, address: string): Promise<boolean> {
  const manifest = `http://${address}/v2/${standIn.repository}/manifests/${tag}`
  const headers = { accept: 'application/vnd.docker.distribution.manifest.v2+json' }
  return (await fetch(manifest, { method: 'HEAD', headers }).catch(() => undefined))?.ok ?? false
}

async function isAnswering(address: string): Promise<boolean> {
  const answer = await fetch(`http://${address}/v2/`, { signal: AbortSignal.timeout(3000) }).catch(() => undefined)
  return answer?.ok ?? false
}

async function startRegistry(address: string): Promise<void> {
  const root = await cacheDirectory('registry')
  const configuration = join(await cacheDirectory(), 'registry.yml')
  const settings = {
    version: 0.1,
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: root } },
    http: { addr: address },
  }
  await writeFile(configuration, JSON.stringify(settings)) // JSON is YAML
  const log = await open(join(await cacheDirectory(), 'registry.log'), 'a')
  const child = spawn('docker-registry', ['serve', configuration], {
    detached: true, stdio: ['ignore', log.fd, log.fd], cwd: '/',
    env: { PATH: process.env['PATH'], OTEL_TRACES_EXPORTER: 'none' },
  })
  let failure: Error | undefined
  child.on('error', (error) => (failure = error))
  child.unref()
  await log.close()
  for (let waited = 0; !(await isAnswering(address)); waited += 100) {
    if (failure) throw failure
    if (waited > 10_000) throw new Error(`the registry does not answer on ${address}: see registry.log in ${await cacheDirectory()}`)
    await sleep(100)
  }
}

