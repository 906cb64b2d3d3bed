import type { GitServer, TestServer } from '../testbed/index.ts'
import type { Pipeline } from './pipeline.ts'

/** What the tests of one server share. */
export interface Home {
  readonly server: TestServer
  readonly git: GitServer
  /** The computer at which the person sits. */
  readonly here: Pipeline
}
