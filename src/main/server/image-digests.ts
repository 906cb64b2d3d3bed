import { z } from 'zod'
import type { Facts } from '../facts/facts.ts'
import { dockerSettingsPath } from '../plan/docker-settings.ts'
import type { Digests } from '../plan/planned-change.ts'
import type { Resources } from '../resources.ts'
import type { Session } from '../ssh/session.ts'

/** A registry that does not answer in this time keeps nobody waiting: the plan says so. */
const answerSeconds = 5
const Mirrors = z.object({ 'registry-mirrors': z.array(z.string()) })

/** Asks from the server, in one exchange, which image each tag names now. No exchange where there is nothing to ask. */
export async function askDigests(session: Session, images: readonly string[], facts: Facts, resources: Resources): Promise<Digests> {
  if (images.length === 0) return new Map()
  const { stdout } = await session.run({
    name: 'image-digests', script: resources.text('commands/image-digests.sh'),
    args: [String(answerSeconds), ...images.flatMap((image) => placeOf(image, mirrorsOf(facts)))], timeoutMs: 30_000,
  })
  const answers = stdout.toString('utf8').split('\n').flatMap((line) => {
    const [, image = '', digest = ''] = /^(\S+) (sha256:[0-9a-f]{64})$/.exec(line) ?? []
    return images.includes(image) ? [[image, digest] as const] : []
  })
  return new Map([...images.map((image) => [image, null] as const), ...answers])
}

/** Image, path and tag in its registry, and the addresses at which it is asked, one after another. */
function placeOf(image: string, mirrors: readonly string[]): string[] {
  const [, host = 'docker.io', name = '', tag = ''] = /^(?:([^/]*[.:][^/]*|localhost)\/)?(.+):([^:/]+)$/.exec(image) ?? []
  if (host !== 'docker.io') return [image, name, tag, `https://${host}`]
  return [image, name.includes('/') ? name : `library/${name}`, tag, [...mirrors, 'https://registry-1.docker.io'].join(' ')]
}

/** Where Docker, once it is there, asks first for images of Docker Hub. */
function mirrorsOf({ files }: Facts): string[] {
  try {
    const settings = Mirrors.parse(JSON.parse(files.get(dockerSettingsPath)?.content ?? ''))
    return settings['registry-mirrors'].map((mirror) => mirror.replace(/\/+$/, '')).filter((mirror) => /^https?:\/\/[A-Za-z0-9.:_/[\]-]+$/.test(mirror))
  } catch {
    return [] // It names none, or nobody can read it: Docker Hub itself is asked.
  }
}
