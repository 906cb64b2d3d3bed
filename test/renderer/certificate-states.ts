import type { AttemptCode, CertificateAttempt, CertificateCare, CertificateChoice } from '../../src/shared/certificate.ts'
import type { CertificateState, SiteStatus } from '../../src/shared/status.ts'

export const day = 86_400_000
/** 15 June 2027, 12:00 UTC. */
export const now = Date.UTC(2027, 5, 15, 12)

export const attempt = (code: AttemptCode, at: number, retryAt: number | null = null, detail = ''): CertificateAttempt => ({ at, code, detail, retryAt })
export const care = (more: Partial<CertificateCare> = {}): CertificateCare => ({ kind: 'automatic', names: ['example.org'], authority: 'https://acme-v02.api.letsencrypt.org/directory', trusted: true, nextCheckAt: now + day / 4, renewAt: null, attempts: [], ...more })
export const signed = (notBefore: number, notAfter: number, names = ['example.org']): CertificateState => ({ selfSigned: false, issuer: 'Let’s Encrypt', names, notBefore, notAfter })
export const selfSigned: CertificateState = { selfSigned: true, issuer: 'example.org', names: ['example.org'], notBefore: now - day, notAfter: now + 300 * day }

interface Parts { certificate?: CertificateState | null; care?: CertificateCare | null; choice?: CertificateChoice; www?: boolean; domain?: string }
/** A site with a certificate, as the server says it. */
export function siteWith({ certificate = selfSigned, care: cared = null, choice = { kind: 'automatic' }, www = false, domain = 'example.org' }: Parts): SiteStatus {
  return {
    site: { id: domain, slot: 1, domain, www, paused: false, certificate: choice, hsts: false, source: { kind: 'upload', release: 'u20261120143000-a1b2c3d4' } },
    unit: null, releases: [], pull: null, deploy: null, folders: [], nextPullAt: null, certificate, care: cared, address: '10.83.1.2',
  }
}
