import { X509Certificate } from 'node:crypto'
import type { CertificateState } from '../../shared/status.ts'
import type { FileFact } from './facts.ts'

const path = /^\/var\/lib\/homeport\/certificates\/([^/]+)\.pem$/

/** The certificate of each site, by site id. A file that holds none is left out, as if it were missing. */
export function parseCertificates(files: ReadonlyMap<string, FileFact>): Map<string, CertificateState> {
  const found = [...files].flatMap(([name, file]) => {
    const siteId = path.exec(name)?.[1]
    const certificate = siteId === undefined ? null : parseCertificate(file.content ?? '')
    return siteId === undefined || certificate === null ? [] : [[siteId, certificate] as const]
  })
  return new Map(found)
}

/** The first certificate of a PEM chain; null where there is none. */
export function parseCertificate(pem: string): CertificateState | null {
  const certificate = readCertificate(pem)
  if (certificate === null) return null
  return {
    selfSigned: certificate.subject === certificate.issuer && certificate.checkIssued(certificate),
    issuer: nameOf(certificate.issuer), names: namesIn(certificate.subjectAltName ?? ''), notBefore: timeOf(certificate.validFrom), notAfter: timeOf(certificate.validTo),
  }
}

/** Milliseconds since 1970; 0 where a date cannot be read. */
function timeOf(date: string): number {
  const time = Date.parse(date)
  return Number.isNaN(time) ? 0 : time
}

function readCertificate(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem)
  } catch {
    return null
  }
}

/** The organization, or the common name where there is none. */
function nameOf(subject: string): string {
  const parts = new Map(subject.split('\n').map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)] as const))
  return parts.get('O') ?? parts.get('CN') ?? ''
}

/** "DNS:example.org, DNS:www.example.org"; entries in quotation marks hold odd characters and are no host names. */
function namesIn(alternatives: string): string[] {
  return alternatives.split(', ').flatMap((entry) => /^DNS:([A-Za-z0-9.*-]+)$/.exec(entry)?.[1] ?? [])
}
