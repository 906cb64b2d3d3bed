/** One server that pulls from git: over ssh with deploy keys, and from repositories that mean harm. */
import { describe } from 'vitest'
import { readyHome } from './ready-home.ts'
import { testGitHostile } from './sections/git-hostile.ts'
import { testGitPulls } from './sections/git-pulls.ts'
import { testGitSsh } from './sections/git-ssh.ts'

const home = readyHome()

describe('a private repository', () => testGitSsh(home))
describe('pulls', () => testGitPulls(home))
describe('a hostile repository', () => testGitHostile(home))
