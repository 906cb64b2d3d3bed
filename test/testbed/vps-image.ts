/**
 * The image of a fresh VPS as a cheap provider hands it over: systemd, sshd, sudo,
 * python3 and network tools; neither Docker nor git.
 */
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory, contentKey, withLock } from './cache.ts'
import { buildRootTar, hasImage, importImage, type DebianRoot } from './debian-root.ts'
import { docker } from './engine.ts'
import { findProgram, type OnProgress } from './prerequisites.ts'

export type Distribution = 'trixie' | 'bookworm'

const PACKAGES = [
  'systemd-sysv', 'dbus', 'libpam-systemd', 'openssh-server', 'sudo',
  'ca-certificates', 'curl', 'iproute2', 'iputils-ping', 'iptables', 'nftables', 'netbase',
  'kmod', 'less', 'procps', 'python3', 'tzdata',
] as const

/** Host keys and machine id are a server's own: it gets them at its start. */
const SCRIPT = join(import.meta.dirname, 'vps', 'customize.sh')

/** Gives the image's name; builds it when it was not built from these very parts before. */
export async function ensureVpsImage(distribution: Distribution, onProgress: OnProgress): Promise<string> {
  const key = contentKey(distribution, ...PACKAGES, await readFile(SCRIPT, 'utf8'))
  const image = `homeport-testbed/vps:${distribution}-${key}`
  if (await hasImage(image)) return image
  return withLock(`vps-${distribution}`, async () => {
    if (await hasImage(image)) return image
    if (await findProgram('mmdebstrap')) await bootstrap(distribution, key, image, onProgress)
    else await buildFromHub(distribution, image, onProgress)
    return image
  })
}

async function bootstrap(distribution: Distribution, key: string, image: string, onProgress: OnProgress): Promise<void> {
  const tar = join(await cacheDirectory(), `vps-${distribution}-${key}.tar`)
  const isCached = await access(tar).then(() => true, () => false)
  if (!isCached) {
    onProgress(`Making a Debian ${distribution} server image (about half a minute, once)`)
    const root: DebianRoot = {
      suite: distribution, variant: 'apt', packages: PACKAGES, script: SCRIPT, keepAptOptions: false,
    }
    await buildRootTar(root, tar)
  }
  await importImage(tar, image)
}

/** Where Debian's packages are not at hand (macOS, Windows) Docker Hub has the same Debian. */
async function buildFromHub(distribution: Distribution, image: string, onProgress: OnProgress): Promise<void> {
  onProgress(`Making a Debian ${distribution} server image from debian:${distribution}`)
  const dockerfile = [
    `FROM debian:${distribution}`,
    `RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${PACKAGES.join(' ')}`,
    `RUN echo ${Buffer.from(await readFile(SCRIPT)).toString('base64')} | base64 -d > /customize.sh && sh /customize.sh / && rm /customize.sh`,
    '',
  ].join('\n')
  await docker(['build', '--tag', image, '-'], { input: dockerfile })
}
