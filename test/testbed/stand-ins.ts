/**
 * Images that stand in for the upstream ones the product pulls, made from Debian's
 * packages; each script under stand-ins/ says what it keeps of the upstream image's
 * contract and what differs.
 */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory, contentKey } from './cache.ts'
import { buildRootTar, hasImage, importImage, type DebianRoot } from './debian-root.ts'

export interface StandIn {
  /** The repositories on Docker Hub that it stands in for; its image has the name of the first. */
  readonly repositories: readonly [string, ...string[]]
  /** The tag to give it while the product does not name one. */
  readonly defaultTag: string
  readonly root: DebianRoot
  /** Lines of a Dockerfile on top of the root. */
  readonly directives: readonly string[]
}

export const STAND_INS: readonly StandIn[] = [
  {
    repositories: ['library/haproxy'],
    defaultTag: '3.4',
    root: standInRoot('sid', 'haproxy.sh'),
    directives: [
      'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'STOPSIGNAL SIGUSR1',
      'USER haproxy',
      'WORKDIR /var/lib/haproxy',
      'ENTRYPOINT ["docker-entrypoint.sh"]',
      'CMD ["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]',
    ],
  },
  {
    repositories: ['library/nginx'],
    defaultTag: '1.28',
    root: standInRoot('trixie', 'nginx.sh'),
    directives: [
      'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'EXPOSE 80',
      'STOPSIGNAL SIGQUIT',
      'ENTRYPOINT ["/docker-entrypoint.sh"]',
      'CMD ["nginx", "-g", "daemon off;"]',
    ],
  },
  {
    repositories: [
      'certbot/certbot', 'certbot/dns-rfc2136', 'certbot/dns-cloudflare', 'certbot/dns-digitalocean',
      'certbot/dns-ovh', 'certbot/dns-route53',
    ],
    defaultTag: 'v5.7.0',
    root: standInRoot('sid', 'certbot.sh'),
    directives: [
      'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'EXPOSE 80 443',
      'VOLUME ["/etc/letsencrypt", "/var/lib/letsencrypt"]',
      'WORKDIR /opt/certbot',
      'ENTRYPOINT ["certbot"]',
    ],
  },
  {
    // What the product's own images are built on. Differs from upstream in nothing but its layers.
    repositories: ['library/debian'],
    defaultTag: 'trixie-slim',
    root: { suite: 'trixie', variant: 'minbase', packages: [], slim: true, keepAptOptions: true },
    directives: ['CMD ["bash"]'],
  },
]

/** Changes with every part that the image is made from. */
export async function keyOfStandIn(standIn: StandIn): Promise<string> {
  const script = standIn.root.script ? await readFile(standIn.root.script, 'utf8') : ''
  return contentKey(standIn.root.suite, script, ...standIn.root.packages, ...standIn.directives)
}

/** Gives the engine's name of the stand-in's image; builds it when its parts changed. */
export async function ensureStandInImage(standIn: StandIn): Promise<string> {
  const key = await keyOfStandIn(standIn)
  const name = standIn.repositories[0].replace('/', '-')
  const image = `homeport-testbed/${name}:${key}`
  if (await hasImage(image)) return image
  const tar = join(await cacheDirectory(), `${name}-${key}.tar`)
  await buildRootTar(standIn.root, tar)
  await importImage(tar, image, standIn.directives)
  await rm(tar)
  return image
}

function standInRoot(suite: string, script: string): DebianRoot {
  const path = join(import.meta.dirname, 'stand-ins', script)
  return { suite, variant: 'minbase', packages: [], script: path, slim: true, keepAptOptions: true }
}
