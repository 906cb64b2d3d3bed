import { parseAddresses } from './addresses.ts'
import { parseSecrets } from './secrets.ts'
import { parseDocker } from './docker.ts'
import { neededOfDocker, neededSections, type AptFacts, type Facts } from './facts.ts'
import { parseFiles, parseLargeFiles } from './files.ts'
import { parseArchives } from './archives.ts'
import { parseMailData } from './mail.ts'
import { parseListeners } from './listeners.ts'
import { parsePackages } from './packages.ts'
import { parseRuns } from './runs.ts'
import { failuresOf, jsonOf, linesOf, readSections, silentOf, textOf, type Answer } from './sections.ts'
import { parseSftpAccounts } from './sftp.ts'
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
  const docker = parseDocker(answer, apt.installed)
  return {
    serverTimeMs: parseServerTime(answer), system: parseSystem(answer), listeners: parseListeners(linesOf(answer, 'listeners')),
    apt, docker, files, units,
    sites: parseSites(linesOf(answer, 'sites'), files, docker.images), sysctl: parseKernelSettings(answer), users: new Set(linesOf(answer, 'users')), sftpAccounts: parseSftpAccounts(linesOf(answer, 'sftp-accounts')), secrets: parseSecrets(linesOf(answer, 'secrets')), unmounted: linesOf(answer, 'unmounted'), mailData: parseMailData(answer.sections.get('mail-data')), archives: parseArchives(answer.sections.get('archives')), addresses: parseAddresses(linesOf(answer, 'addresses')),
    owned: parseOwned(files), spec: parseSpec(files), runs: parseRuns(answer, activeRun), activeRun,
    proxyLoaded: units.get('homeport-proxy.service')?.active === 'active' ? textOf(answer, 'proxy-loaded').trim() || null : null,
    staticLoaded: units.get('homeport-static.service')?.active === 'active' ? textOf(answer, 'static-loaded').trim() || null : null,
    firewallLoaded: /^[0-9a-f]{64}$/.exec(textOf(answer, 'firewall-loaded').trim())?.[0] ?? null,
    mailKey: /^[A-Za-z0-9+/]{100,2000}={0,2}$/.exec(textOf(answer, 'mail-key').trim())?.[0] ?? null,
    mailLoaded: units.get('homeport-mail.service')?.active === 'active' ? textOf(answer, 'mail-loaded').trim() || null : null,
    failures: new Map([...silentParts(answer, units.get('docker.service')?.active === 'active'), ...failuresOf(answer)]),
  }
}

function silentParts(answer: Answer, isDockerUp: boolean): Map<string, string> {
  const silent = silentOf(answer, neededSections)
  return isDockerUp ? new Map([...silent, ...silentOf(answer, neededOfDocker, (name) => jsonOf(answer, name) !== undefined)]) : silent
}
