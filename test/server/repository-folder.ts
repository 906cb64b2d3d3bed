import { randomBytes } from 'node:crypto'
import { access, mkdir, readdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cacheDirectory } from '../testbed/cache.ts'
import { output } from '../testbed/command.ts'

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

/** Runs git in the work tree of a repository; gives what it printed. */
export async function runGit(name: string, args: readonly string[], input: string | Buffer = ''): Promise<string> {
  const env = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_NAME: 'Test', GIT_AUTHOR_EMAIL: 'test@example.test', GIT_COMMITTER_NAME: 'Test', GIT_COMMITTER_EMAIL: 'test@example.test' }
  return (await output('git', args, { cwd: await repositoryFolder(name, 'work'), env, input })).trim()
}

/** Makes a commit of a tree (lines of git-ls-tree(1), ended by NUL) the tip of a branch, whatever git would say to such a tree. */
export async function pushTree(name: string, entries: string | Buffer, message: string, branch = 'main'): Promise<string> {
  const commit = await runGit(name, ['commit-tree', '-m', message, await runGit(name, ['mktree', '-z', '--missing'], entries)])
  await runGit(name, ['push', '--quiet', '--force', await repositoryFolder(name, 'public'), `${commit}:refs/heads/${branch}`])
  return commit
}

/** Puts content into a repository; gives its hash. */
export async function addBlob(name: string, content: string | Buffer): Promise<string> {
  return await runGit(name, ['hash-object', '-w', '--stdin'], content)
}
