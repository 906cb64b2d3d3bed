/**
 * The peer: Ansible with Mitogen, in a container on this computer's network. Both are Debian's own packages, of the
 * release that the test servers have, whatever this computer runs: older ones cannot drive a Python as new as the servers'.
 */
import { join } from 'node:path'
import { readFile, rm } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { render } from '../../src/main/render/render.ts'
import { libraryScripts, shortReference } from '../../src/main/render/base.ts'
import { siteAddress } from '../../src/main/render/site-address.ts'
import { ServerSpec } from '../../src/shared/spec.ts'
import { cacheDirectory, contentKey, withLock } from '../testbed/cache.ts'
import { buildRootTar, hasImage, importImage } from '../testbed/debian-root.ts'
import { docker, tryDocker } from '../testbed/engine.ts'
import { findProgram } from '../testbed/prerequisites.ts'
import { resources, type Place } from './place.ts'
import { siteFiles } from './sites.ts'

const packages = ['ansible-core', 'ansible-mitogen', 'openssh-client', 'ca-certificates'] as const
const sourceFolder = join(import.meta.dirname, 'peer')
const playbooks = ['ansible.cfg', 'look.yml', 'set-up.yml', 'sites.yml', 'site.yml', 'templates/site.service.j2', 'templates/nginx.conf.j2', 'templates/crt-list.txt.j2', 'templates/hosts.map.j2'] as const

export interface PlayOutcome {
  /** From the start of ansible-playbook to its end. */
  readonly ms: number
  /** Tasks that changed something. */
  readonly changed: number
}

export interface Ansible {
  /** "ansible-core 2.x with Mitogen 0.y". */
  readonly version: string
  /** Runs a playbook on a server; throws with its output where it fails. `sites` are the domains that the server has. */
  play(place: Place, playbook: 'look.yml' | 'set-up.yml' | 'sites.yml', sites?: readonly string[], firstSite?: number): Promise<PlayOutcome>
  stop(): Promise<void>
}

/** Throws with the reason where the peer cannot be had here. */
export async function startAnsible(say: (text: string) => void): Promise<Ansible> {
  const image = await ensureImage(say)
  const name = `homeport-bench-ansible-${process.pid}`
  // The test bed's labels: a container of a killed process is removed by the next one.
  await docker(['run', '--detach', '--rm', '--init', '--name', name, '--network', 'host', '--label', 'homeport.testbed', '--label', `homeport.testbed.pid=${process.pid}`, '--entrypoint', 'sleep', image, 'infinity'])
  try {
    await docker(['cp', '-', `${name}:/`], { input: await packPlaybooks() })
    return { version: await readVersion(name), play: (place, playbook, sites = [], firstSite = 0) => play(name, place, playbook, sites, firstSite), stop: () => stop(name) }
  } catch (error) {
    await stop(name)
    throw error
  }
}

async function ensureImage(say: (text: string) => void): Promise<string> {
  const image = `homeport-testbed/bench-ansible:${contentKey('trixie', ...packages)}`
  if (await hasImage(image)) return image
  if (process.platform !== 'linux') throw new Error('it needs Linux: its container must share this computer\'s network')
  return await withLock('bench-ansible', async () => {
    if (await hasImage(image)) return image
    if (process.getuid?.() !== 0 || await findProgram('mmdebstrap') === undefined) throw new Error('its container is made with mmdebstrap as root. Install mmdebstrap, then run this as root')
    say(`Making a container with ${packages.join(', ')} (about a minute, once)`)
    const tar = join(await cacheDirectory(), `bench-ansible-${process.pid}.tar`)
    try {
      await buildRootTar({ suite: 'trixie', variant: 'apt', packages, slim: true, keepAptOptions: false }, tar)
      await importImage(tar, image)
    } finally {
      await rm(tar, { force: true })
    }
    return image
  })
}

async function stop(name: string): Promise<void> {
  await tryDocker(['rm', '--force', name])
}

async function readVersion(name: string): Promise<string> {
  const text = await docker(['exec', name, 'dpkg-query', '--show', '--showformat=${Version}\n', 'ansible-core', 'ansible-mitogen'])
  const [core = '', mitogen = ''] = text.split('\n').map((line) => line.replace(/[-~].*$/, ''))
  return `ansible-core ${core} with Mitogen ${mitogen}`
}

async function play(name: string, place: Place, playbook: string, sites: readonly string[], firstSite: number): Promise<PlayOutcome> {
  const variables = {
    ansible_host: place.distance.host, ansible_port: place.distance.sshPort, ansible_user: place.server.user, ansible_ssh_private_key_file: '/bench/key',
    images: Object.values(resources.images).map(({ ref }) => shortReference(ref)), web_image: shortReference(resources.images.nginx.ref),
    sites: sites.map((id, index) => ({ id, ...siteAddress(index + 1) })), first_site: firstSite,
  }
  // Timed inside, so that starting a program in the container does not count. Connections of an earlier run are not reused.
  const script = 'umask 077; cd /bench; cat >key; rm -rf ~/.ansible/cp; start=$EPOCHREALTIME; ansible-playbook -i server, -e "$1" "$2" 2>&1; code=$?; echo "@@ $code $start $EPOCHREALTIME"'
  const { stdout } = await tryDocker(['exec', '-i', name, 'bash', '-c', script, 'play', JSON.stringify(variables), playbook], { input: place.server.privateKey })
  const [, code, start, end] = /@@ (\d+) ([\d.]+) ([\d.]+)\s*$/.exec(stdout) ?? []
  const changed = /changed=(\d+)/.exec(stdout)?.[1]
  if (code !== '0' || changed === undefined) throw new Error(`ansible-playbook ${playbook} ended with ${code ?? 'no code'}:\n${stdout.slice(-3000)}`)
  return { ms: (Number(end) - Number(start)) * 1000, changed: Number(changed) }
}

/** The playbooks, and what they put on servers: the same scripts, units and configuration as Homeport's. */
async function packPlaybooks(): Promise<Buffer> {
  const archive = pack()
  const add = (path: string, content: string | Buffer): void => void archive.entry({ name: `bench/${path}` }, content)
  for (const name of playbooks) add(name, await readFile(join(sourceFolder, name)))
  for (const name of libraryScripts) add(`files/lib/${name}`, resources.text(`lib/${name}`))
  const empty = render(ServerSpec.parse({ version: 1, revision: 1 }), resources)
  for (const file of empty) {
    if (file.kind !== 'file') continue
    if (file.name.startsWith('/etc/homeport/proxy/')) add(`files/proxy/${file.name.slice('/etc/homeport/proxy/'.length)}`, file.content)
    if (file.name.endsWith('/homeport-proxy.service')) add('files/homeport-proxy.service', file.content)
  }
  add('templates/haproxy.cfg.j2', `{% raw %}${resources.text('proxy/haproxy.cfg')}{% endraw %}${await readFile(join(sourceFolder, 'templates', 'backends.j2'), 'utf8')}`)
  add('files/site.tar.gz', await packSite())
  archive.finalize()
  return await collect(archive)
}

async function packSite(): Promise<Buffer> {
  const archive = pack()
  for (const { path, content } of siteFiles) archive.entry({ name: path, mode: 0o644 }, content)
  archive.finalize()
  return gzipSync(await collect(archive))
}

async function collect(archive: ReturnType<typeof pack>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
