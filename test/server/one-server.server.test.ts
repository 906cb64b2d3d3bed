/** One server that is set up once; the sections follow each other on it. */
import { afterAll, beforeAll, describe } from 'vitest'
import { startGitServer, startServer } from '../testbed/index.ts'
import type { Home } from './home.ts'
import { Pipeline } from './pipeline.ts'
import { testArchives } from './sections/archives.ts'
import { testDrift } from './sections/drift.ts'
import { testGitSite } from './sections/git-site.ts'
import { testIsolation } from './sections/isolation.ts'
import { testManySites } from './sections/many-sites.ts'
import { testPlanning } from './sections/planning.ts'
import { testRunning } from './sections/running.ts'
import { testSetUp } from './sections/set-up.ts'
import { testSiteLife } from './sections/site-life.ts'
import { testUploadSite } from './sections/upload-site.ts'
import { testWatching } from './sections/watching.ts'

let home: Home
const theHome = (): Home => home

beforeAll(async () => {
  const [server, git] = await Promise.all([startServer(), startGitServer()])
  home = { server, git, here: Pipeline.to(server) }
})
afterAll(async () => {
  home.here.close()
  await Promise.all([home.server.stop(), home.git.stop()])
})

describe('setting up', () => testSetUp(theHome))
describe('a git site', () => testGitSite(theHome))
describe('an uploaded site', () => testUploadSite(theHome))
describe('archives', () => testArchives(theHome))
describe('planning', () => testPlanning(theHome))
describe('runs', () => testRunning(theHome))
describe('logs and status', () => testWatching(theHome))
describe('the life of a site', () => testSiteLife(theHome))
describe('drift', () => testDrift(theHome))
describe('isolation', () => testIsolation(theHome))
describe('many sites', () => testManySites(theHome))
