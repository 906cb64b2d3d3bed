import type { CompiledRun } from '../../src/main/compile/run.ts'

/** A run that changes nothing: steps that print `lines` numbered lines each, ten in a second. */
export function slowRun(title: string, steps: number, lines: number): CompiledRun {
  const script = (step: number): string => `for n in $(seq ${lines}); do echo "step ${step} line $n"; sleep 0.1; done`
  return { title, files: new Map(), steps: Array.from({ length: steps }, (_, step) => ({ id: `slow/${step}`, title: `Step ${step}`, script: script(step) })) }
}
