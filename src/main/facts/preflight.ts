import type { Preflight } from '../../shared/preflight.ts'
import type { Facts } from './facts.ts'
import { checkArchitecture, checkDisk, checkDistribution, checkMemory, checkSystemd, checkVirtualization } from './preflight-machine.ts'
import { checkClock, checkOutgoingMail, checkPorts, checkReach, type FromHere } from './preflight-network.ts'
import { checkDocker, checkFirstBoot, checkPackageManager, checkReboot } from './preflight-software.ts'

/** What is looked at before anything on a server is changed: every check, fine or not, in the order in which they are shown. */
export function assessPreflight(facts: Facts, fromHere: FromHere): Preflight {
  return {
    checks: [
      checkDistribution(facts.system), checkArchitecture(facts.system), checkSystemd(facts.system), checkVirtualization(facts.system),
      checkMemory(facts.system), checkDisk(facts.system), checkClock(facts, fromHere), checkPorts(facts), checkDocker(facts),
      checkPackageManager(facts), checkFirstBoot(facts.system), checkReboot(facts.system), checkOutgoingMail(facts, fromHere), checkReach(fromHere),
    ],
    adopted: facts.spec !== null && facts.owned !== null ? { revision: facts.spec.revision, sites: facts.spec.sites.map((site) => site.domain) } : null,
    activeRun: facts.activeRun,
  }
}
