import { Text } from '@mantine/core'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { memo, useLayoutEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { needsAttention } from './certificate-health.ts'
import type { CertificateRow } from './certificate-rows.ts'
import { Ago } from './now.tsx'
import { formatDay } from './quantity.ts'
import { StateBadge } from './state-badge.tsx'

const columns = ['Site', 'State', 'Signed by', 'Valid until', 'Next renewal', 'Last attempt']

/** One row per certificate; only those in view are built, and the page scrolls as a whole. */
export function CertificateTable({ rows }: { rows: readonly CertificateRow[] }) {
  const body = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    const measure = () => setTop((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY)
    measure()
    window.addEventListener('resize', measure)
    return () => window.removeEventListener('resize', measure)
  }, [])
  const list = useWindowVirtualizer({ count: rows.length, estimateSize: () => 62, overscan: 8, scrollMargin: top, getItemKey: (index) => rows[index]?.key ?? index })
  return (
    <div className="hp-list hp-certs" role="table" aria-label="Certificates" aria-rowcount={rows.length + 1}>
      <div role="rowgroup">
        <div className="hp-cert-row hp-cert-head" role="row" aria-rowindex={1}>{columns.map((column) => <div key={column} role="columnheader">{column}</div>)}</div>
      </div>
      <div role="rowgroup" ref={body} style={{ height: list.getTotalSize(), position: 'relative' }}>
        {list.getVirtualItems().map((item) => {
          const row = rows[item.index]
          return row === undefined ? null : (
            <div key={item.key} ref={list.measureElement} data-index={item.index} role="row" aria-rowindex={item.index + 2} className="hp-cert-row" style={{ transform: `translateY(${item.start - list.options.scrollMargin}px)` }}><Cells row={row} /></div>
          )
        })}
      </div>
    </div>
  )
}

const Cells = memo(function Cells({ row }: { row: CertificateRow }) {
  const { health, names: [name = '', ...others] } = row
  const isTroubled = needsAttention(health)
  return (
    <>
      <div role="cell">
        <Link className="hp-rowlink hp-ellipsis" style={{ display: 'block' }} href={`/servers/${row.serverId}/sites/${row.siteId}/certificate`}>{name}</Link>
        <Text fz="xs" c="dimmed" className="hp-ellipsis">{others.length > 0 && <>also {others.join(', ')} · </>}on {row.serverName}</Text>
      </div>
      <div role="cell"><StateBadge tone={health.tone}>{health.label}</StateBadge></div>
      <div role="cell"><span className="hp-cert-label">Signed by </span>{row.issuer}</div>
      <div role="cell" data-empty={row.notAfter === null || undefined}><span className="hp-cert-label">Valid until </span>{row.notAfter === null ? '–' : formatDay(row.notAfter)}</div>
      <div role="cell" data-empty={row.renewAt === null || undefined}><span className="hp-cert-label">Next renewal </span>{row.renewAt === null ? '–' : row.isDue ? 'due' : <Ago at={row.renewAt} />}</div>
      <div role="cell"><span className="hp-cert-label">Last attempt: </span>{row.lastAttempt === null ? 'none yet' : <>{row.lastAttempt.title}, <Ago at={row.lastAttempt.at} /></>}</div>
      {isTroubled && <div role="cell" className="hp-cert-note">{health.sentence}</div>}
    </>
  )
})
