/** One server that is set up once; the sections follow each other on it. */
import { afterAll, beforeAll, describe } from 'vitest'
import { startGitServer, startServer } from '../testbed/index.ts'
import type { Home } from './home.ts'
import { Pipeline } from './pipeline.ts'
import { testArchives } from './sections/archives.ts'
import { testGitSite } from './sections/git-site.ts'
import { testSetUp } from './sections/set-up.ts'
import { testUploadSite } from './sections/upload-site.ts'

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
