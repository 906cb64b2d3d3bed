import { afterAll, beforeAll } from 'vitest'
import { startGitServer, startServer } from '../testbed/index.ts'
import type { Home } from './home.ts'
import { Pipeline } from './pipeline.ts'

/** A server that is set up before the tests of this file, and a git server beside it; both gone after them. */
export function readyHome(): () => Home {
  let home: Home
  beforeAll(async () => {
    const [server, git] = await Promise.all([startServer(), startGitServer()])
    home = { server, git, here: Pipeline.to(server) }
    await home.here.apply({ kind: 'set-up' })
  })
  afterAll(async () => {
    home.here.close()
    await Promise.all([home.server.stop(), home.git.stop()])
  })
  return () => home
}
