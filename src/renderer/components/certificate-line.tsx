import { Text } from '@mantine/core'
import { Link } from 'wouter'
import { counterpart } from '../../shared/spec.ts'
import type { SiteStatus } from '../../shared/status.ts'
import { certificateHealth } from './certificate-health.ts'
import { useNow } from './now.tsx'
import { formatDay } from './quantity.ts'
import { ToneIcon } from './state-badge.tsx'

/** How it stands with a site's certificate, in one quiet line that leads to the whole. */
export function CertificateLine({ status, href }: { status: SiteStatus; href: string }) {
  const { tone, label, sentence } = certificateHealth(status, useNow(60_000))
  const until = status.certificate !== null && tone === 'good' ? ` until ${formatDay(status.certificate.notAfter)}` : ''
  return (
    <Text fz="xs" c="dimmed" component="div" className="hp-certificate-line">
      <Link href={href} title={sentence}><ToneIcon tone={tone} size={13} /><span>Certificate: {label.charAt(0).toLowerCase()}{label.slice(1)}{until}</span></Link>
      {status.site.www && <span> · also {status.site.domain.startsWith('www.') ? counterpart(status.site.domain) : 'www'}</span>}
    </Text>
  )
}
