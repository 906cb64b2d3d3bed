/** testssl.sh, which grades a TLS server as SSL Labs does. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheDirectory, contentKey, withLock } from '../testbed/cache.ts'
import { execute } from '../testbed/command.ts'
import { buildRootTar, hasImage, importImage, type DebianRoot } from '../testbed/debian-root.ts'

export interface Finding { readonly id: string; readonly severity: string; readonly finding: string }

/** In an image of its own: the testssl.sh of Debian 12 does not grade yet, and this computer may be one. */
const ROOT: DebianRoot = { suite: 'trixie', variant: 'minbase', packages: ['testssl.sh', 'ca-certificates'], slim: true, keepAptOptions: false }

/** Everything it found out about `https://domain/` at `address`. `authority` is trusted besides those of browsers (PEM). Takes some minutes. */
export async function runTestssl(domain: string, address: string, authority: string): Promise<Finding[]> {
  const image = await ensureImage()
  const folder = await mkdtemp(join(tmpdir(), 'homeport-testssl-'))
  try {
    await writeFile(join(folder, 'authority.pem'), authority)
    const result = await execute('docker', [
      'run', '--rm', '--network', 'host', '--volume', `${folder}:/exchange`, image,
      'testssl', '--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'min', '--add-ca', '/exchange/authority.pem', '--jsonfile', '/exchange/findings.json', '--ip', address, `https://${domain}/`,
    ])
    // Its exit code counts what it found; without a list there was no test.
    const list = await readFile(join(folder, 'findings.json'), 'utf8').catch((cause: unknown) => {
      throw new Error(`testssl.sh ended with ${result.code} and wrote nothing: ${result.stdout.slice(-2000)}${result.stderr.slice(-2000)}`, { cause })
    })
    return JSON.parse(list) as Finding[]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function ensureImage(): Promise<string> {
  const image = `homeport-testbed/testssl:${contentKey(ROOT.suite, ...ROOT.packages)}`
  return withLock('testssl', async () => {
    if (await hasImage(image)) return image
    const tar = join(await cacheDirectory(), `testssl-${process.pid}.tar`)
    await buildRootTar(ROOT, tar)
    await importImage(tar, image)
    await rm(tar)
    return image
  })
}
