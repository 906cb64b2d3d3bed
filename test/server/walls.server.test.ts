/** Attackers at work on one server that is set up once: those who can write the same paths, and what is lost without any. See THREATS.md. */
import { describe, expect, it } from 'vitest'
import { readyHome } from './ready-home.ts'
import { describeLoss } from './sections/walls-loss.ts'
import { testPaths } from './sections/walls-paths.ts'
import { testVolumes } from './sections/walls-volumes.ts'

const home = readyHome()

it('begins on a server that is as it should be', async () => expect(await home().here.leftToDo()).toEqual([]))

describe('paths that others can write', () => testPaths(home))
describe('what an image keeps', () => testVolumes(home))
describe('what is lost without a word', () => describeLoss(home))
