/** A tag in the test bed's registry that can be moved to another image, as whoever may push to a registry can. */
import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'vitest'

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json'
interface Manifest { readonly config: { readonly digest: string; readonly size: number; readonly mediaType: string } }

export interface MovingTag {
  /** As docker pull takes it. */
  readonly image: string
  /** Ids of the image that it names at first, and after `move`. */
  readonly ids: readonly [string, string]
  readonly digests: readonly [string, string]
  move(): Promise<void>
}

/** `mirror`: the registry's address. The two images differ in a label alone. */
export async function makeMovingTag(mirror: string, repository: string, from: string): Promise<MovingTag> {
  const tag = `wall-${randomBytes(6).toString('hex')}`
  const base = `${mirror}/v2/${repository}`
  const first = await ok(fetch(`${base}/manifests/${from}`, { headers: { accept: manifestType } })).then((answer) => answer.text())
  const { config, ...rest } = JSON.parse(first) as Manifest
  const settings = await ok(fetch(`${base}/blobs/${config.digest}`)).then((answer) => answer.json()) as { config: { Labels?: object } }
  const moved = JSON.stringify({ ...settings, config: { ...settings.config, Labels: { ...settings.config.Labels, moved: tag } } })
  const upload = await ok(fetch(`${base}/blobs/uploads/`, { method: 'POST' }))
  const place = new URL(upload.headers.get('location') ?? '', mirror)
  place.searchParams.set('digest', digestOf(moved))
  await ok(fetch(place, { method: 'PUT', body: moved }))
  const second = JSON.stringify({ ...rest, config: { ...config, digest: digestOf(moved), size: moved.length } })
  const name = async (manifest: string): Promise<void> => {
    await ok(fetch(`${base}/manifests/${tag}`, { method: 'PUT', body: manifest, headers: { 'content-type': manifestType } }))
  }
  await name(first)
  return { image: `${repository.replace(/^library\//, '')}:${tag}`, ids: [config.digest, digestOf(moved)], digests: [digestOf(first), digestOf(second)], move: () => name(second) }
}

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`

async function ok(asked: Promise<Response>): Promise<Response> {
  const answer = await asked
  expect(answer.ok, `${answer.url}: ${answer.status}`).toBe(true)
  return answer
}
