import type { UnitDetail } from '../../shared/units.ts'
import type { Tone } from './state-badge.tsx'

/** What a unit is called, and what it does, for people who do not know systemd. */
export function unitTitle({ name, siteId }: Pick<UnitDetail, 'name' | 'siteId'>): { readonly title: string; readonly does: string } {
  const known = shared[name]
  if (known !== undefined) return known
  if (siteId !== null) {
    const own = ofSite.find(([pattern]) => pattern.test(name.startsWith(`homeport-${siteId}`) ? name.slice(`homeport-${siteId}`.length) : name))
    if (own !== undefined) return own[1]
  }
  if (name.startsWith('homeport-sftp@')) return { title: 'An SFTP session', does: 'Somebody is connected with an SFTP program at this moment.' }
  return { title: name, does: '' }
}

const shared: Readonly<Record<string, { title: string; does: string }>> = {
  'homeport-proxy.service': { title: 'Proxy', does: 'Answers all visitors of all sites, and holds the certificates.' },
  'homeport-static.service': { title: 'Web server of the static sites', does: 'Gives the pages of all sites that are files.' },
  'homeport-mail.service': { title: 'Mail server', does: 'Takes mail for your domains and forwards it.' },
  'homeport-certificates.service': { title: 'Certificates', does: 'Gets and renews certificates. Runs for a moment, then waits for its timer.' },
  'homeport-certificates.timer': { title: 'Timer of the certificates', does: 'Looks every few minutes whether a certificate is due.' },
  'homeport-sftp.socket': { title: 'SFTP', does: 'Lets people with a key at the files of a site.' },
  'homeport-run.service': { title: 'Change that goes on', does: 'What you approved, or a button set off. It ends by itself.' },
  'docker.service': { title: 'Docker', does: 'Runs the containers. Sites stay up while it restarts.' },
}

const ofSite: readonly (readonly [RegExp, { title: string; does: string }])[] = [
  [/^-(blue)\.service$/, { title: 'Container, blue', does: 'One of two: the other one takes over with each new version.' }],
  [/^-(green)\.service$/, { title: 'Container, green', does: 'One of two: the other one takes over with each new version.' }],
  [/^-pull\.service$/, { title: 'Look for a new version', does: 'Asks the repository or the registry. Runs for a moment, then waits for its timer.' }],
  [/^-pull\.timer$/, { title: 'Timer of new versions', does: 'Says when to look for a new version again.' }],
  [/^-build\.service$/, { title: 'Build', does: 'Builds the image and brings it into service.' }],
  [/\.slice$/, { title: 'Limits of builds', does: 'What a build may take of the server.' }],
]

/** How a unit is, in one word, and how that is meant. */
export function unitState({ name, active, sub, result, enabled }: Pick<UnitDetail, 'name' | 'active' | 'sub' | 'result' | 'enabled'>): { readonly tone: Tone; readonly word: string } {
  const isOnce = /-(pull|build|certificates|run)\.service$/.test(name)
  switch (active) {
    case 'active': return { tone: 'good', word: name.endsWith('.timer') ? 'Waiting' : sub === 'listening' ? 'Listening' : 'Running' }
    case 'activating': return { tone: 'busy', word: sub === 'auto-restart' ? 'Tries again soon' : isOnce ? 'At work' : 'Starting' }
    case 'reloading': return { tone: 'busy', word: 'Loading' }
    case 'deactivating': return { tone: 'busy', word: 'Stopping' }
    case 'failed': return { tone: 'bad', word: `Failed${result === '' || result === 'success' ? '' : ` (${result})`}` }
    // What runs only now and then, and the one of two containers that is not live, are as they should be.
    default: return isOnce || enabled !== 'enabled' ? { tone: 'idle', word: 'Resting' } : { tone: 'warn', word: 'Stopped' }
  }
}

export interface UnitGroup { readonly siteId: string | null; readonly units: readonly UnitDetail[] }

/** Units of all sites together first, then each site's. With a site: its own, and what it stands on. */
export function groupUnits(units: readonly UnitDetail[], siteId: string | null, needsStatic: boolean): UnitGroup[] {
  if (siteId === null) {
    const sites = [...new Set(units.map((unit) => unit.siteId))].filter((id) => id !== null).sort()
    return [null, ...sites].map((id) => ({ siteId: id, units: units.filter((unit) => unit.siteId === id) })).filter((group) => group.units.length > 0)
  }
  const own = units.filter((unit) => unit.siteId === siteId)
  const below = new Set(['homeport-proxy.service', 'homeport-certificates.timer', 'docker.service', ...(needsStatic ? ['homeport-static.service'] : [])])
  return [{ siteId, units: own }, { siteId: null, units: units.filter(({ name }) => below.has(name)) }].filter((group) => group.units.length > 0)
}

/** What a person should know before a unit is stopped; null where nothing much happens. */
export function stopWarning({ name, siteId }: Pick<UnitDetail, 'name' | 'siteId'>): string | null {
  if (name === 'homeport-proxy.service') return 'No site of this server answers any more until it is started again.'
  if (name === 'homeport-static.service') return 'No site that is made of files answers any more until it is started again.'
  if (name === 'homeport-mail.service') return 'No mail is taken or forwarded any more until it is started again. Other servers come again for some days, and what waits here stays.'
  if (name === 'homeport-certificates.timer') return 'No certificate is renewed any more until it is started again. Each lasts 90 days at most.'
  if (/-(blue|green)\.service$/.test(name)) return `${siteId ?? 'The site'} does not answer any more if this is its live container. To switch a site off, pause it instead: then visitors get a notice.`
  return null
}
