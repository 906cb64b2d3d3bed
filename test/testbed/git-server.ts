/**
 * A real git remote that test servers can reach: git's own smart HTTP behind a small
 * web server, bound to this computer's end of the test network only.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { makeAuthority } from './authority.ts'
import { cacheDirectory } from './cache.ts'
import { output } from './command.ts'
import { answerGitRequest } from './git-backend.ts'
import { startGitSshServer, type GitSshServer } from './git-ssh.ts'
import { findOuterEnd } from './outer-end.ts'
import type { TestServer } from './server.ts'

export interface GitServer {
  /** The address as a test server sees it. */
  url(repository: string): string
  /** An address that leads on to a port of the test server itself, which no stranger reaches. */
  movedUrl(repository: string): string
  /** Makes a repository with one commit; gives its hash. Files are by path. */
  createRepo(name: string, files: Readonly<Record<string, string>>, branch?: string): Promise<string>
  /** Commits and pushes changed files (the others stay); gives the new hash. */
  push(name: string, files: Readonly<Record<string, string>>, message: string): Promise<string>
  /** The same repositories over https, signed for by an authority of the test, which a server has to trust first. */
  readonly secure: { url(repository: string): string; trust(server: Pick<TestServer, 'exec'>): Promise<void> }
  /** The same repositories over SSH. */
  readonly ssh: Pick<GitSshServer, 'hostKeys' | 'allow' | 'refuseAll' | 'changeHostKeys'> & { url(repository: string): string }
  stop(): Promise<void>
}

const movedPath = '/moved/'

/** The person's own git configuration (signing, hooks, name) must not reach a test. */
const GIT_ENVIRONMENT = {
  GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Test', GIT_AUTHOR_EMAIL: 'test@example.test',
  GIT_COMMITTER_NAME: 'Test', GIT_COMMITTER_EMAIL: 'test@example.test',
} as const

export async function startGitServer(): Promise<GitServer> {
  const { bind, host } = await findOuterEnd()
  const root = await mkdtemp(join(await cacheDirectory('git'), 'remote-'))
  const authority = await makeAuthority([host])
  const answer = answers(root)
  const [plain, secure, ssh] = await Promise.all([
    listen(createServer(answer), bind),
    listen(createSecureServer({ key: authority.server.key, cert: authority.server.certificate }, answer), bind),
    startGitSshServer(join(root, 'public'), bind),
  ])

  const work = (name: string): string => join(root, 'work', name)
  const git = (name: string, ...args: readonly string[]): Promise<string> =>
    output('git', args, { cwd: work(name), env: GIT_ENVIRONMENT })

  const push = async (name: string, files: Readonly<Record<string, string>>, message: string): Promise<string> => {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(work(name), path)), { recursive: true })
      await writeFile(join(work(name), path), content)
    }
    await git(name, 'add', '--all')
    await git(name, 'commit', '--quiet', '--allow-empty', '-m', message)
    await git(name, 'push', '--quiet', join(root, 'public', `${name}.git`), 'HEAD')
    return (await git(name, 'rev-parse', 'HEAD')).trim()
  }
  return {
    url: (name) => `http://${host}:${plain.port}/${name}.git`,
    movedUrl: (name) => `http://${host}:${plain.port}${movedPath}${name}.git`,
    createRepo: async (name, files, branch = 'main') => {
      await mkdir(work(name), { recursive: true })
      await git(name, 'init', '--quiet', '--initial-branch', branch)
      await git(name, 'init', '--quiet', '--bare', '--initial-branch', branch, join(root, 'public', `${name}.git`))
      return push(name, files, 'Initial commit')
    },
    push,
    secure: {
      url: (name) => `https://${host}:${secure.port}/${name}.git`,
      trust: async (server) => {
        const { code, stderr } = await server.exec('cat >/usr/local/share/ca-certificates/git-of-the-test.crt && update-ca-certificates', { input: authority.certificate })
        if (code !== 0) throw new Error(`The server does not trust the git server: ${stderr}`)
      },
    },
    ssh: { ...ssh, url: (name) => `ssh://git@${host}:${ssh.port}/${name}.git` },
    stop: async () => {
      await Promise.all([close(plain.server), close(secure.server), ssh.stop()])
      await rm(root, { recursive: true, force: true })
    },
  }
}

function answers(root: string): RequestListener {
  return (request, response) => {
    if (request.url?.startsWith(movedPath) === true) response.writeHead(301, { Location: `http://127.0.0.1:8999/${request.url.slice(movedPath.length)}` }).end()
    else answerGitRequest(join(root, 'public'), request, response)
  }
}

async function listen(server: Server, host: string): Promise<{ server: Server; port: number }> {
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(0, host, resolve))
  return { server, port: (server.address() as AddressInfo).port }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
