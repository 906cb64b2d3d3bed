import './certificate.css'
import { IconShieldCheck } from '@tabler/icons-react'
import { useMemo } from 'react'
import { Link, useLocation } from 'wouter'
import type { SiteStatus } from '../../shared/status.ts'
import { attentionOf } from './certificate-rows.ts'
import { useNow } from './now.tsx'
import { counted } from './quantity.ts'
import { useServerStatuses } from './server-statuses.ts'
import { StateBadge } from './state-badge.tsx'

const none: readonly SiteStatus[] = []

function useAttention(sites: readonly SiteStatus[]) {
  const now = useNow(60_000)
  return useMemo(() => attentionOf(sites, now), [sites, now])
}

/** The way to the certificates of all servers, with the number of those that need attention. */
export function CertificatesLink() {
  const [location] = useLocation()
  const { statuses } = useServerStatuses()
  const sites = useMemo(() => statuses?.flatMap(({ status }) => status?.sites ?? []) ?? none, [statuses])
  const { count, tone } = useAttention(sites)
  return (
    <Link href="/certificates" className="hp-nav" aria-current={location === '/certificates' ? 'page' : undefined} title="Certificates of all servers">
      <IconShieldCheck size={18} stroke={1.7} aria-hidden /><span>Certificates</span>
      {count > 0 && <span className="hp-count" data-tone={tone}>{count}<span className="hp-hidden"> {count === 1 ? 'needs' : 'need'} attention</span></span>}
    </Link>
  )
}

/** Says how many certificates of some sites need attention; nothing where none does. */
export function AttentionBadge({ sites }: { sites: readonly SiteStatus[] }) {
  const { count, tone } = useAttention(sites)
  return count === 0 ? null : <StateBadge tone={tone}>{counted(count, 'certificate')} {count === 1 ? 'needs' : 'need'} attention</StateBadge>
}
