import type { Alerts, AttemptCode, CertificateAttempt, CertificateCare, CertificateSettings } from '../../../src/shared/certificate.ts'
import type { CertificateState, SiteStatus } from '../../../src/shared/status.ts'

const hour = 3_600_000
const day = 24 * hour
const letsEncrypt = 'https://acme-v02.api.letsencrypt.org/directory'
const secret = (digit: string) => `s${digit.repeat(32)}`

export const fakeCertificates: CertificateSettings = {
  authority: { kind: 'lets-encrypt' }, email: 'anna@example.org',
  dnsAccounts: [{ id: 'd0000000a', label: 'DNS of the choir', provider: 'ovh', secret: secret('1') }, { id: 'd0000000b', label: 'Cloudflare of Anna', provider: 'cloudflare', secret: secret('2') }],
}
export const fakeAlerts: Alerts = { webhook: null, mail: { to: 'anna@example.org', from: 'harbour@example.org', host: 'smtp.example.org', port: 587, security: 'starttls', user: 'harbour', password: secret('3') } }

const signed = (names: string[], ageDays: number, lifetimeDays = 90): CertificateState => ({ selfSigned: false, issuer: 'Let’s Encrypt', names, notBefore: Date.now() - ageDays * day, notAfter: Date.now() + (lifetimeDays - ageDays) * day })
const selfSigned = (name: string): CertificateState => ({ selfSigned: true, issuer: name, names: [name], notBefore: Date.now() - day, notAfter: Date.now() + 300 * day })
function attempt(code: AttemptCode, hoursAgo: number, detail = '', retryInHours: number | null = null): CertificateAttempt {
  return { at: Date.now() - hoursAgo * hour, code, detail, retryAt: retryInHours === null ? null : Date.now() + retryInHours * hour }
}
const care = (names: string[], trusted: boolean, renewInDays: number | null, attempts: CertificateAttempt[]): CertificateCare => ({ kind: 'automatic', names, authority: letsEncrypt, trusted, nextCheckAt: Date.now() + 3 * hour, renewAt: renewInDays === null ? null : Date.now() + renewInDays * day, attempts })

/** One site in each state that a certificate can have. */
export function certificateOf(domain: string, www: boolean): Pick<SiteStatus, 'certificate' | 'care'> {
  const names = www ? [domain, `www.${domain}`] : [domain]
  switch (domain) {
    case 'blog.example.org': return { certificate: signed(names, 62), care: care(names, true, -1, [attempt('unreachable', 1, 'http://blog.example.org/.well-known/acme-challenge/q1: timed out after 10 s', 0.2), attempt('unreachable', 2, 'timed out after 10 s', -1), attempt('issued', 1488)]) }
    case 'the-choir-of-the-northern-harbour.example.net': return { certificate: selfSigned(domain), care: care(names, false, null, [attempt('rate-limited', 3, 'urn:ietf:params:acme:error:rateLimited: too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s, retry after 2026-11-24 04:12:07 UTC', 31), attempt('authority-down', 5, '503 Service Unavailable', -4)]) }
    case 'new.example.com': return { certificate: selfSigned(domain), care: care(names, false, null, [attempt('dns-missing', 0.05, 'new.example.com has no A and no AAAA record.', 0.08), attempt('dns-missing', 0.2, 'new.example.com has no A and no AAAA record.', -0.1)]) }
    case 'moved.example.com': return { certificate: selfSigned(domain), care: care(names, false, null, [attempt('caa', 4, 'urn:ietf:params:acme:error:caa: CAA record for moved.example.com prevents issuance', 2)]) }
    case 'broken.example.com': return { certificate: signed(names, 85), care: care(names, true, -25, [attempt('disk-full', 8, '[Errno 28] No space left on device: \'/certificates/broken.example.com.pem.new\'', 1)]) }
    case 'xn--caf-dma.example.org': return { certificate: selfSigned(domain), care: null }
    default: return { certificate: signed(names, 12), care: care(names, true, 48, [attempt('renewed', 288), attempt('issued', 1728)]) }
  }
}

/** Sites by the thousand, to see that the list stays quick. */
export function manySites(count: number, template: SiteStatus): SiteStatus[] {
  return Array.from({ length: count }, (_, index) => {
    const domain = `site-${index}.example.org`
    const like = index % 97 === 0 ? 'blog.example.org' : index % 211 === 0 ? 'new.example.com' : 'example.org'
    const { certificate, care: kept } = certificateOf(like, false)
    return { ...template, site: { ...template.site, id: domain, slot: index + 1, domain, www: false }, certificate: certificate === null ? null : { ...certificate, names: [domain], notAfter: certificate.notAfter + index * 60_000 }, care: kept === null ? null : { ...kept, names: [domain] } }
  })
}
