import { parseDocker } from './docker.ts'
import type { AptFacts, Facts } from './facts.ts'
import { parseFiles, parseLargeFiles } from './files.ts'
import { parseListeners } from './listeners.ts'
import { parsePackages } from './packages.ts'
import { parseRuns } from './runs.ts'
import { failuresOf, linesOf, readSections, textOf } from './sections.ts'
import { parseSites } from './sites.ts'
import { parseOwned, parseSpec } from './spec.ts'
import { parseKernelSettings, parseServerTime, parseSystem } from './system.ts'
import { parseUnits } from './units.ts'

/**
 * Reads the answer of `resources/server/gather.sh`. A part that is missing or strange leaves its facts empty and is named in `failures`.
 * `previous` is what was given to `gatherCommand`. Throws `unreadable-answer` where the whole cannot be trusted, `spec-invalid` and `spec-newer`.
 */
export async function parseFacts(stdout: Buffer, previous?: { readonly apt: AptFacts }): Promise<Facts> {
  const answer = readSections(stdout)
  const files = new Map([...(await parseFiles(answer.archive)), ...parseLargeFiles(linesOf(answer, 'large-files'))])
  const { units, activeRun } = parseUnits(textOf(answer, 'units'))
  const apt = parsePackages(answer, previous?.apt)
  return {
    serverTimeMs: parseServerTime(answer), system: parseSystem(answer), listeners: parseListeners(linesOf(answer, 'listeners')),
    apt, docker: parseDocker(answer, apt.installed), files, units,
    sites: parseSites(linesOf(answer, 'sites'), files), sysctl: parseKernelSettings(answer), users: new Set(linesOf(answer, 'users')),
    owned: parseOwned(files), spec: parseSpec(files), runs: parseRuns(answer, activeRun), activeRun,
    proxyLoaded: units.get('homeport-proxy.service')?.active === 'active' ? textOf(answer, 'proxy-loaded').trim() || null : null,
    failures: failuresOf(answer),
  }
}
