/** How much memory the server's care for certificates takes, sampled on the server itself. */
import { readFileSync } from 'node:fs'
import { on } from '../server/pipeline.ts'
import type { TestServer } from '../testbed/index.ts'

/** Sizes in kB. */
export interface MemoryPeaks {
  readonly samples: number
  /** Of all processes at one time; shared pages count once for each. */
  readonly sumOfResident: number
  /** The highest VmHWM of any one process. */
  readonly highestOfOne: number
  /** The process that lasts over all orders, at its first order and at its last. */
  readonly mainFirst: number
  readonly mainLast: number
  /** Process ids: one for each container that was started. */
  readonly mains: readonly number[]
}

const script = readFileSync(new URL('./memory-sampler.py', import.meta.url), 'utf8')
const unit = 'memory-sampler'

/** Starts sampling; what it gives ends it and tells. */
export async function sampleMemory(server: TestServer): Promise<() => Promise<MemoryPeaks>> {
  await on(server, `cat >/run/${unit}.py && systemd-run --quiet --collect --unit=${unit} python3 /run/${unit}.py /run/${unit}.json`, script)
  return async () => JSON.parse(await on(server, `systemctl stop ${unit}.service && cat /run/${unit}.json`)) as MemoryPeaks
}
