import { randomBytes } from 'node:crypto'
import { access, mkdir, readdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cacheDirectory } from '../testbed/cache.ts'

/** A name that no other test process has, since a repository's folder is found by it. */
export const newRepositoryName = (what: string): string => `${what}-${randomBytes(4).toString('hex')}`

/** Where the git server keeps the bare repository (`public`) or its work tree (`work`). */
export async function repositoryFolder(name: string, kind: 'public' | 'work'): Promise<string> {
  const root = await cacheDirectory('git')
  for (const remote of await readdir(root)) {
    const folder = join(root, remote, kind, kind === 'public' ? `${name}.git` : name)
    if (await access(folder).then(() => true, () => false)) return folder
  }
  throw new Error(`There is no repository ${name}.`)
}

/** Puts symbolic links (path to target) into the work tree; the next push commits them. */
export async function addLinks(name: string, links: Readonly<Record<string, string>>): Promise<void> {
  const work = await repositoryFolder(name, 'work')
  for (const [path, target] of Object.entries(links)) {
    await mkdir(dirname(join(work, path)), { recursive: true })
    await symlink(target, join(work, path))
  }
}
