/** One server that pulls from git: over ssh with deploy keys, and from repositories that mean harm. */
import { afterAll, beforeAll, describe } from 'vitest'
import { startGitServer, startServer } from '../testbed/index.ts'
import type { Home } from './home.ts'
import { Pipeline } from './pipeline.ts'
import { testGitHostile } from './sections/git-hostile.ts'
import { testGitPulls } from './sections/git-pulls.ts'
import { testGitSsh } from './sections/git-ssh.ts'

let home: Home
const theHome = (): Home => home

beforeAll(async () => {
  const [server, git] = await Promise.all([startServer(), startGitServer()])
  home = { server, git, here: Pipeline.to(server) }
  await home.here.apply({ kind: 'set-up' })
})
afterAll(async () => {
  home.here.close()
  await Promise.all([home.server.stop(), home.git.stop()])
})

describe('a private repository', () => testGitSsh(theHome))
describe('pulls', () => testGitPulls(theHome))
describe('a hostile repository', () => testGitHostile(theHome))
