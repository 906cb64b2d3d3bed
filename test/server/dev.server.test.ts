import { afterAll, beforeAll, describe } from 'vitest'
import { startGitServer, startServer } from '../testbed/index.ts'
import type { Home } from './home.ts'
import { Pipeline } from './pipeline.ts'
import { testDrift } from './sections/drift.ts'
import { testIsolation } from './sections/isolation.ts'
import { testPlanning } from './sections/planning.ts'
import { testRunning } from './sections/running.ts'
import { testSiteLife } from './sections/site-life.ts'

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
describe('planning', () => testPlanning(theHome))
describe('runs', () => testRunning(theHome))
describe('life', () => testSiteLife(theHome))
describe('drift', () => testDrift(theHome))
describe('isolation', () => testIsolation(theHome))
