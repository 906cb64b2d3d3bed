import './certificate.css'
import { Skeleton, Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { DnsReport, DnsVerdict, NameReport } from '../../shared/dns-report.ts'
import type { HomeportError } from '../../shared/errors.ts'
import { api } from '../api.ts'
import { Disclosure } from './disclosure.tsx'
import { DnsRecordTable } from './dns-records.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { Ago } from './now.tsx'
import { onReconnect } from './reconnect.ts'
import { StateBadge, type Tone } from './state-badge.tsx'
import { useUnlock } from './unlock.tsx'

export const verdictWords: Record<DnsVerdict, { tone: Tone; word: string }> = {
  here: { tone: 'good', word: 'Leads here' }, missing: { tone: 'warn', word: 'Leads nowhere yet' }, elsewhere: { tone: 'warn', word: 'Leads elsewhere' },
  mixed: { tone: 'warn', word: 'Leads here only in part' }, cdn: { tone: 'warn', word: 'A CDN is in between' }, caa: { tone: 'warn', word: 'A CAA record forbids it' },
  spreading: { tone: 'busy', word: 'Spreading' }, unknown: { tone: 'idle', word: 'Not known' },
}

/** What DNS says about a site's names, looked at again and again while it is shown. */
export function DnsWatch({ serverId, siteId }: { serverId: string; siteId: string }) {
  const { report, error, again } = useDnsReport(serverId, siteId)
  return (
    <Stack gap="sm">
      {error !== null && <ErrorNotice error={error} onRetry={again} />}
      {report === null && error === null && <Stack gap={8} role="status" aria-label="Asking DNS"><Skeleton height={52} radius="lg" /><Text fz="sm" c="dimmed">Asking DNS …</Text></Stack>}
      {report !== null && (
        <>
          <ul className="hp-list" aria-label="Names of the site in DNS" aria-live="polite">{report.names.map((name) => <NameRow key={name.name} report={name} />)}</ul>
          <Text fz="xs" c="dimmed">{report.names.every(({ verdict }) => verdict === 'here') ? 'All names lead here. ' : 'Homeport looks again by itself, and the server gets the certificate as soon as all is right. '}Last look: <Ago at={report.at} />.</Text>
        </>
      )}
    </Stack>
  )
}

function NameRow({ report }: { report: NameReport }) {
  const { tone, word } = verdictWords[report.verdict]
  // Even a name that leads here may do better, such as by a record for IPv4.
  const isOpen = report.verdict !== 'here' || report.records.length > 0
  return (
    <li aria-label={report.name}>
      <div className="hp-dns-name"><Text fz="sm" className="hp-mono" fw={600}>{report.name}</Text><StateBadge tone={tone}>{word}</StateBadge></div>
      {isOpen && <Text fz="sm" mt={4}>{report.message}</Text>}
      {report.records.length > 0 && <DnsRecordTable records={report.records} label={`DNS records to change for ${report.name}`} />}
      {isOpen && report.seen.length > 0 && <div className="hp-dns-seen"><Disclosure label="What was seen" openLabel="Hide what was seen"><Seen seen={report.seen} /></Disclosure></div>}
    </li>
  )
}

function Seen({ seen }: { seen: NameReport['seen'] }) {
  return (
    <dl className="hp-facts">
      {seen.map((one) => {
        const answers = [...one.a, ...one.aaaa, ...(one.cname === null ? [] : [`CNAME ${one.cname}`]), ...one.caa.map((record) => `CAA ${record}`)]
        return <div key={one.by} style={{ display: 'contents' }}><dt className="hp-mono">{one.by}</dt><dd className="hp-mono">{one.error ?? (answers.length === 0 ? 'no records' : answers.join(', '))}</dd></div>
      })}
    </dl>
  )
}

function useDnsReport(serverId: string, siteId: string) {
  const [report, setReport] = useState<DnsReport | null>(null)
  const [error, setError] = useState<HomeportError | null>(null)
  const [attempt, setAttempt] = useState(0)
  const unlock = useUnlock()
  const again = () => setAttempt((before) => before + 1)
  useEffect(() => {
    let isOpen = true
    setError(null)
    const stream = api.open('dns.watch', { serverId, siteId }, {
      onEvent: setReport,
      onEnd: (failure) => {
        if (failure !== null) void unlock(serverId, failure).then((unlocked) => { if (isOpen) { if (unlocked) again(); else setError(failure) } }, () => { if (isOpen) setError(failure) })
      },
    })
    return () => { isOpen = false; stream.close() }
  }, [serverId, siteId, attempt, unlock])
  useEffect(() => onReconnect(again), [])
  return { report, error, again }
}
