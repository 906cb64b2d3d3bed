import { isIP } from 'node:net'
import type { Authority } from '../../shared/certificate.ts'
import type { DnsReport } from '../../shared/dns-report.ts'
import { HomeportError } from '../../shared/errors.ts'
import { emptySpec, siteNames } from '../../shared/spec.ts'
import { isPublicAddress } from '../dns/addresses.ts'
import { watchNames } from '../dns/watch.ts'
import { parseCare } from '../facts/certificate-care.ts'
import type { Facts } from '../facts/facts.ts'
import type { Resources } from '../resources.ts'
import type { Session } from '../ssh/session.ts'
import { gather } from './gather.ts'

export interface DnsWatchOptions {
  readonly session: Session
  readonly siteId: string
  readonly resources: Resources
  readonly resolvers: readonly string[]
  readonly signal: AbortSignal
  readonly emit: (report: DnsReport) => Promise<void>
}

/** What DNS says about a site's names until the signal. When all came right, the server is told, so that its certificate does not wait for the timer. */
export async function watchDns({ session, siteId, resources, resolvers, signal, emit }: DnsWatchOptions): Promise<void> {
  const facts = await gather(session, resources, { updates: 'without' })
  const spec = facts.spec ?? emptySpec
  const site = spec.sites.find((one) => one.id === siteId)
  if (site === undefined) throw new HomeportError('input-invalid', `There is no site ${siteId} on this server.`, { hint: 'It may have been removed from another computer. Look at the list of sites again.' })
  let isTold = parseCare(siteId, facts.files)?.trusted === true
  await watchNames(siteNames(site), publicAddresses(facts, session.host), {
    resolvers, authoritative: true, wildcard: site.certificate.kind === 'dns' && site.certificate.wildcard, issuerDomains: issuerDomains(spec.certificates.authority), signal,
    async emit(report) {
      await emit(report)
      if (isTold || !report.names.every(({ verdict }) => verdict === 'here' || verdict === 'spreading')) return
      isTold = true
      await session.run({ name: 'request-certificate', script: resources.text('commands/request-certificate.sh'), args: [siteId] })
    },
  })
}

/** Addresses at which visitors reach the server: its own public ones, and the one that this computer uses. */
export function publicAddresses({ addresses }: Pick<Facts, 'addresses'>, host: string): { v4: string[]; v6: string[] } {
  const own = [...addresses.v4, ...addresses.v6].filter(isPublicAddress)
  const all = [...new Set(isIP(host) === 0 ? own : [host, ...own])]
  return { v4: all.filter((address) => isIP(address) === 4), v6: all.filter((address) => isIP(address) === 6) }
}

/** How CAA records name an authority (RFC 8659); empty where that is not known. */
function issuerDomains(authority: Authority): string[] {
  switch (authority.kind) {
    case 'lets-encrypt':
    case 'lets-encrypt-staging': return ['letsencrypt.org']
    case 'zerossl': return ['sectigo.com']
    case 'custom': return []
  }
}
