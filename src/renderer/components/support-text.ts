import type { SiteStatus } from '../../shared/status.ts'
import { certificateHealth } from './certificate-health.ts'
import { attemptWords } from './certificate-words.ts'

const time = (at: number | null) => (at === null ? 'not known' : new Date(at).toISOString())

/** All facts of a site's certificate as text, to be sent to somebody who helps. Times in UTC; nothing secret. */
export function supportText({ site, certificate, care, address, unit }: SiteStatus, about: { readonly server: string; readonly now: number }): string {
  const health = certificateHealth({ site, certificate, care }, about.now)
  return [
    `Certificate of ${site.domain} on ${about.server}, ${time(about.now)}`,
    `State: ${health.label}. ${health.sentence}`,
    `Names wanted: ${care?.names.join(', ') ?? 'not known'}`,
    `Way: ${site.certificate.kind}${site.certificate.kind === 'dns' && site.certificate.wildcard ? ', with wildcard' : ''}; HTTPS only: ${site.hsts ? 'on' : 'off'}; paused: ${site.paused ? 'yes' : 'no'}`,
    `Authority: ${care?.authority || 'none'}; trusted: ${care === null ? 'not known' : care.trusted ? 'yes' : 'no'}`,
    ...(certificate === null ? ['Certificate: none'] : [`Certificate: ${certificate.selfSigned ? 'self-signed' : `by ${certificate.issuer}`}, for ${certificate.names.join(', ')}`, `Valid: ${time(certificate.notBefore)} to ${time(certificate.notAfter)}`]),
    `Next look: ${time(care?.nextCheckAt ?? null)}; renewal due: ${time(care?.renewAt ?? null)}`,
    `Web server: ${unit === null ? 'not there' : unit.active}, at ${address}`,
    `Attempts, newest first:${care === null || care.attempts.length === 0 ? ' none' : ''}`,
    ...(care?.attempts ?? []).flatMap((attempt) => [`- ${time(attempt.at)} ${attempt.code}: ${attemptWords(attempt).title}${attempt.retryAt === null ? '' : `; again at ${time(attempt.retryAt)}`}`, ...(attempt.detail === '' ? [] : attempt.detail.trimEnd().split('\n').map((line) => `    ${line}`))]),
    '',
  ].join('\n')
}
