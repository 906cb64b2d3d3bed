import type { FileFact, Facts } from '../facts/facts.ts'
import { ownedPath } from '../facts/spec.ts'
import { dockerSettingsPath } from './docker-settings.ts'
import type { Gone, PlannedChange } from './planned-change.ts'

/** Plain data, and never undefined: so a kind of resource without a case is an error of the compiler's. */
export type Seen = string | number | boolean | object | null

/**
 * What a change was judged by, whole, where something is replaced or taken away: it is part of the plan's id, so that nobody approves
 * the loss of what nobody has seen. Left out is what changes by itself from one moment to the next, such as the state of a unit that
 * starts again and again; whether there is something to do is in the verdict.
 */
export function seenOf(change: PlannedChange, facts: Facts): Seen {
  if (change.id === 'record/owned') return fileSeen(facts.files.get(ownedPath))
  const subject = change.resource ?? change.gone
  return subject === null ? null : subjectSeen(subject, change, facts)
}

function subjectSeen({ kind, name }: Gone, change: PlannedChange, facts: Facts): Seen {
  const { docker, files, sites } = facts
  switch (kind) {
    case 'file': return fileSeen(files.get(name))
    case 'docker-settings': return [fileSeen(files.get(dockerSettingsPath)), docker.liveRestore]
    case 'certificate': return fileSeen(files.get(`/var/lib/homeport/certificates/${name}.pem`))
    case 'packages': return [docker.origin, docker.clientVersion, docker.version]
    case 'image': return docker.images.get(name)?.id ?? null
    case 'network': return docker.networks.get(name) ?? null
    case 'site-data': {
      const site = sites.get(name)
      return site === undefined ? null : [site.hasData, site.isReady, site.isPrivate === true, site.releases.map(({ id }) => id)]
    }
    case 'release': return sites.get(name)?.releases.find(({ current }) => current)?.id ?? null
    case 'app': return sites.get(name)?.app ?? null
    case 'sysctl': return facts.sysctl.get(name) ?? null
    case 'sftp-account': return facts.sftpAccounts?.get(name) ?? null
    // Where it is lost, how much waits, and how old the oldest is. Where it is kept, so is what comes meanwhile: a busy server's plan would never hold.
    case 'mail-data': return change.data === 'delete' && facts.mailData !== null ? [facts.mailData.waiting, facts.mailData.oldest] : null
    case 'firewall': return facts.firewallLoaded
    case 'user':
    case 'secret':
    case 'container':
    case 'timer':
    case 'socket':
    case 'proxy-config':
    case 'static-config':
    case 'mail-config': return null
  }
}

/** By its hash, which is known of files of any size. */
function fileSeen(fact: FileFact | undefined): Seen {
  return fact === undefined ? null : [fact.sha256, fact.mode, fact.uid, fact.gid]
}
