/** Attackers at work on one server that is set up once: in networks and builds, on the way of what is fetched, and in the part that gets certificates. See THREATS.md. */
import { describe, expect, it } from 'vitest'
import { readyHome } from './ready-home.ts'
import { describeCertificateWalls } from './sections/walls-certs.ts'
import { testNetWalls } from './sections/walls-net.ts'
import { testTrustWalls } from './sections/walls-trust.ts'

const home = readyHome()

it('begins on a server that is as it should be', async () => expect(await home().here.leftToDo()).toEqual([]))

describe('networks and builds', () => testNetWalls(home))
describe('trust is exact', () => testTrustWalls(home))
describe('what the part that gets certificates wrote', () => describeCertificateWalls(home))
