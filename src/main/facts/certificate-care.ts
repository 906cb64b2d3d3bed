import { CertificateCare } from '../../shared/certificate.ts'
import type { FileFact } from './facts.ts'

/** What the server notes about a site's certificate; null before its first look, and where the note cannot be read. */
export function parseCare(siteId: string, files: ReadonlyMap<string, FileFact>): CertificateCare | null {
  const content = files.get(`/var/lib/homeport/renewals/state/${siteId}.json`)?.content
  if (content === undefined || content === null) return null
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch {
    return null // cut short by a power cut; the server writes it anew at its next look
  }
  const parsed = CertificateCare.safeParse(value)
  return parsed.success ? parsed.data : null
}
