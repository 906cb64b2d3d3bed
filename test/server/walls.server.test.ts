/** Attackers at work on one server that is set up once: each section plays some, as THREATS.md says. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGitServer, startServer } from '../testbed/index.ts'
import type { Home } from './home.ts'
import { Pipeline } from './pipeline.ts'
import { testNetWalls } from './sections/walls-net.ts'
import { testPaths } from './sections/walls-paths.ts'
import { testVolumes } from './sections/walls-volumes.ts'
import { testTrustWalls } from './sections/walls-trust.ts'
import { describeCertificateWalls } from './sections/walls-certs.ts'
import { testFullDisks } from './sections/walls-disk.ts'
import { describeLoss } from './sections/walls-loss.ts'

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

it('begins on a server that is as it should be', async () => expect(await theHome().here.leftToDo()).toEqual([]))

describe('networks and builds', () => testNetWalls(theHome))
describe('paths that others can write', () => testPaths(theHome))
describe('what an image keeps', () => testVolumes(theHome))
describe('Trust is exact', () => testTrustWalls(theHome))
describe('what the part that gets certificates wrote', () => describeCertificateWalls(theHome))
describe('full disks', () => testFullDisks(theHome))
describe('what is lost without a word', () => describeLoss(theHome))
