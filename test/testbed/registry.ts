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

/** One after another: what the first brings to the registry, the others need not. */
async function ensureTags(standIn: StandIn, address: string, onProgress: OnProgress): Promise<void> {
  for (const repository of standIn.repositories) {
    for (const tag of await readTags(repository, standIn.defaultTag)) {
      await ensurePushed({ standIn, repository, tag, address }, onProgress)
    }
  }
}

/** The product's list says which tags it pulls; digests are left out, a stand-in has its own. */
async function readTags(repository: string, defaultTag: string): Promise<readonly string[]> {
  const json = await readFile(IMAGE_LIST, 'utf8').catch(() => '{}')
  const entries = Object.values(JSON.parse(json) as Record<string, { readonly ref?: string } | string>)
  const refs = entries.map((entry) => (typeof entry === 'string' ? entry : (entry.ref ?? '')))
  const tags = refs.map(parseReference).filter((ref) => ref.repository === repository).map((ref) => ref.tag)
  return [...new Set([defaultTag, ...tags])]
}

/** `docker.io/library/nginx:1.28.0@sha256:...` -> repository on Docker Hub and tag. */
export function parseReference(reference: string): { readonly repository: string; readonly tag: string } {
  const bare = reference.replace(/@sha256:.*$/, '').replace(/^docker\.io\//, '')
  const [name = '', tag = 'latest'] = bare.split(':')
  return { repository: name.includes('/') ? name : `library/${name}`, tag }
}

interface Push {
  readonly standIn: StandIn
  readonly repository: string
  readonly tag: string
  readonly address: string
}

/** Marked with the image that was pushed, so that a rebuilt stand-in replaces the old one. */
async function ensurePushed(push: Push, onProgress: OnProgress): Promise<void> {
  const { standIn, repository, tag, address } = push
  const parts = await keyOfStandIn(standIn)
  const marker = join(await cacheDirectory('pushed'), contentKey(repository, tag, address))
  if ((await readFile(marker, 'utf8').catch(() => '')) === parts && (await hasTag(push))) return
  onProgress(`Making the image ${repository}:${tag} (once)`)
  const target = `docker://${address}/${repository}:${tag}`
  await output('skopeo', ['copy', '--quiet', '--src-tls-verify=false', '--dest-tls-verify=false', await findSource(push), target])
  await writeFile(marker, parts)
}

/** The registry itself hands on, without compressing anew, what was pushed under another name. */
async function findSource({ standIn, repository, address }: Push): Promise<string> {
  const [first] = standIn.repositories
  if (repository !== first) return `docker://${address}/${first}:${standIn.defaultTag}`
  return `docker-daemon:${await ensureStandInImage(standIn)}`
}

async function hasTag({ repository, tag, address }: Push): Promise<boolean> {
  const manifest = `http://${address}/v2/${repository}/manifests/${tag}`
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

