/** Disks that are full, or fill up, on one server that is set up once. See THREATS.md. */
import { describe, expect, it } from 'vitest'
import { readyHome } from './ready-home.ts'
import { testFullDisks } from './sections/walls-disk.ts'

const home = readyHome()

it('begins on a server that is as it should be', async () => expect(await home().here.leftToDo()).toEqual([]))

describe('full disks', () => testFullDisks(home))
