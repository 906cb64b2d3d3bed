import { siteNames } from '../../shared/spec.ts'
import type { CertificateState, SiteStatus } from '../../shared/status.ts'
import { attemptWords, authorityName, failingSince, isForTrial, obstacleOf, presentFailure } from './certificate-words.ts'
import { formatAgo, formatDay, formatDuration, formatMoment } from './quantity.ts'
import type { Tone } from './state-badge.tsx'

export interface CertificateHealth {
  readonly tone: Tone
  /** Two or three words. */
  readonly label: string
  readonly sentence: string
  /** Lower ones need attention sooner. */
  readonly sortKey: number
}
type Said = Omit<CertificateHealth, 'sortKey'>
type Judged = Pick<SiteStatus, 'site' | 'certificate' | 'care'>

const day = 86_400_000
const ranks: Record<Tone, number> = { bad: 0, warn: 1, busy: 2, idle: 3, good: 4 }
/** Times in milliseconds stay far below it. */
const rankStep = 1e14

/** How it stands with the certificate of a site. `now` in milliseconds since 1970, by this computer's clock. */
export function certificateHealth(status: Judged, now: number): CertificateHealth {
  const said = judge(status, now)
  return { ...said, sortKey: ranks[said.tone] * rankStep + (status.certificate?.notAfter ?? 0) }
}

export function needsAttention({ tone }: Pick<CertificateHealth, 'tone'>): boolean {
  return tone === 'bad' || tone === 'warn'
}

function judge(whole: Judged, now: number): Said {
  const status = { ...whole, care: careOfChoice(whole) }
  const { certificate } = status
  if (certificate === null) return { tone: 'bad', label: 'No certificate', sentence: 'Browsers cannot open the site. “Check the set-up” on the page of the server brings a certificate.' }
  const isOwn = status.site.certificate.kind === 'own'
  if (certificate.notAfter <= now) return { tone: 'bad', label: 'Expired', sentence: `It ended ${formatAgo(certificate.notAfter, now)}, and browsers warn of the site. ${isOwn ? 'Give the site a new one: nobody renews your own certificate but you.' : failureTail(status.care, now)}` }
  if (certificate.selfSigned) return selfSigned(status, now)
  return uncovered(status, certificate) ?? untrusted(status, certificate, now) ?? (isOwn ? own(certificate, now) : renewed(status, certificate, now))
}

/** What was tried in another way than the chosen one says nothing about it. */
function careOfChoice({ site, care }: Judged): Judged['care'] {
  return care === null || care.kind === site.certificate.kind ? care : { ...care, attempts: [] }
}

/** Nothing but what Homeport made itself, so that the site answers at all. */
function selfSigned(status: Judged, now: number): Said {
  const { care, site } = status
  const failure = presentFailure(care)
  if (site.certificate.kind === 'own' && failure === null) {
    return care?.attempts[0] === undefined
      ? { tone: 'busy', label: 'On its way', sentence: 'Self-signed for now, and browsers warn of it. The server puts your certificate in place within minutes.' }
      : { tone: 'warn', label: 'Not trusted', sentence: 'Your own certificate is self-signed: only devices that were told to trust it open the site without a warning.' }
  }
  if (care === null || failure === null) return { tone: 'busy', label: 'On its way', sentence: 'Self-signed for now, and browsers warn of it. The server gets a trusted one within minutes, once the domain leads to it.' }
  if (obstacleOf(failure.code) === 'dns') return { tone: 'warn', label: 'Waiting for DNS', sentence: 'Self-signed for now. Once DNS is right, the server gets a certificate by itself.' }
  if (obstacleOf(failure.code) === 'time') return { tone: 'warn', label: 'Waiting', sentence: `Self-signed for now. ${failureTail(status.care, now)}` }
  return { tone: 'bad', label: 'Failing', sentence: `Self-signed for now, and browsers warn of it. ${failureTail(status.care, now)}` }
}

function failureTail(care: Judged['care'], now: number): string {
  const failure = presentFailure(care)
  const since = care === null ? null : failingSince(care)
  if (failure === null || since === null) return 'The server is to get a new one by itself; try to renew it now.'
  const until = failure.retryAt !== null && failure.retryAt > now ? ` Next try: ${formatMoment(failure.retryAt)}.` : ''
  return `${attemptWords(failure).title} (since ${formatMoment(since)}).${until}`
}

function covers(names: readonly string[], name: string): boolean {
  return names.includes(name) || names.includes(`*.${name.slice(name.indexOf('.') + 1)}`)
}

function uncovered({ site, care }: Judged, { names }: CertificateState): Said | null {
  const missing = siteNames(site).filter((name) => !covers(names, name))
  if (missing.length === 0) return null
  const failure = presentFailure(care)
  const isOwn = site.certificate.kind === 'own'
  const tail = isOwn ? 'Give the site a certificate with all its names.' : failure === null ? 'The server gets a new one by itself.' : `${attemptWords(failure).title}.`
  return { tone: isOwn || failure !== null ? 'warn' : 'busy', label: 'A name is missing', sentence: `It does not cover ${missing.join(' and ')}, so browsers warn there. ${tail}` }
}

function untrusted({ care }: Judged, certificate: CertificateState, now: number): Said | null {
  if (care === null || care.trusted) return null
  if (isForTrial(care.authority) || certificate.issuer.includes('STAGING')) return { tone: 'warn', label: 'For trying out', sentence: `Signed by ${authorityName(care.authority) || certificate.issuer}: no browser trusts it. Choose who signs in the settings of the server.` }
  const failure = presentFailure(care)
  if (failure !== null) return { tone: 'bad', label: 'Not trusted', sentence: `Browsers warn of it. ${failureTail(care, now)}` }
  return { tone: 'warn', label: 'Not trusted', sentence: `Signed by ${certificate.issuer}. Only devices that were told to trust them open the site without a warning.` }
}

/** Nobody renews it but the person: what counts is how long that leaves. */
function own({ notAfter, notBefore }: CertificateState, now: number): Said {
  const left = notAfter - now
  const lifetime = Math.max(1, notAfter - notBefore)
  if (left > Math.min(30 * day, lifetime / 3)) return { tone: 'good', label: 'Valid', sentence: `Your own certificate, valid until ${formatDay(notAfter)}. Nobody renews it but you.` }
  const isShort = left <= Math.min(7 * day, lifetime / 10)
  return { tone: isShort ? 'bad' : 'warn', label: `Ends in ${formatDuration(left / 1000)}`, sentence: `Your own certificate ends ${formatMoment(notAfter)}. Nobody renews it but you: give the site a new one, or let the server get one by itself.` }
}

/** Lifetimes reach from 6 to 90 days and more, so shares of a lifetime count, not days (Let's Encrypt, "Integration guide"). */
function renewed(status: Judged, { notAfter, notBefore, issuer }: CertificateState, now: number): Said {
  const renewAt = status.care?.renewAt ?? null
  const left = notAfter - now
  const lifetime = Math.max(1, notAfter - notBefore)
  const share = left / lifetime
  const failure = presentFailure(status.care)
  const ends = `It ends in ${formatDuration(left / 1000)}.`
  // A renewal begins when a third is left: with a tenth left, many attempts have failed.
  if (share < 0.1) return { tone: 'bad', label: `Ends in ${formatDuration(left / 1000)}`, sentence: `${ends} ${failureTail(status.care, now)}` }
  if (failure !== null && obstacleOf(failure.code) === 'time') return { tone: share < 0.25 ? 'warn' : 'busy', label: 'Renewal waits', sentence: `${failureTail(status.care, now)} ${ends}` }
  if (failure !== null) return { tone: share < 0.2 ? 'bad' : 'warn', label: 'Renewal fails', sentence: `${failureTail(status.care, now)} ${ends}` }
  const isOverdue = renewAt === null ? share < 0.25 : now > renewAt + lifetime / 10
  if (isOverdue) return { tone: 'warn', label: 'Renewal overdue', sentence: `${ends} The server has not renewed it so far. Try to renew it now.` }
  if (renewAt !== null && now >= renewAt) return { tone: 'busy', label: 'Renewal due', sentence: `The server renews it at its next look. ${ends}` }
  return { tone: 'good', label: 'Valid', sentence: `Signed by ${issuer}, until ${formatDay(notAfter)}.${renewAt === null ? ' The server renews it in time.' : ` The server renews it around ${formatDay(renewAt)}.`}` }
}
