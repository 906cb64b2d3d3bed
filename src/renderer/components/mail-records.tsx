import './certificate.css'
import { Button, CopyButton, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { HomeportError } from '../../shared/errors.ts'
import type { MailDnsReport, MailRecord } from '../../shared/mail.ts'
import { api } from '../api.ts'
import { DnsRecordTable } from './dns-records.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { recordWords } from './mail-words.ts'
import { zoneText } from './mail-zone.ts'
import { Notice } from './notice.tsx'
import { Ago } from './now.tsx'
import { counted } from './quantity.ts'
import { onReconnect } from './reconnect.ts'
import { StateBadge } from './state-badge.tsx'
import { useUnlock } from './unlock.tsx'

/** The records that a mail domain needs in the DNS, and what is there: looked at again and again while it is shown. */
export function MailRecords({ serverId, domain }: { serverId: string; domain: string }) {
  const { report, error, again } = useMailDns(serverId, domain)
  if (report === null) return error === null ? <Stack gap={8} role="status" aria-label="Asking DNS"><Skeleton height={180} radius="lg" /><Text fz="sm" c="dimmed">Asking DNS …</Text></Stack> : <ErrorNotice error={error} onRetry={again} />
  const open = report.records.filter(({ need, state }) => need === 'must' && state !== 'right')
  return (
    <Stack gap="sm">
      {error !== null && <ErrorNotice error={error} onRetry={again} />}
      {open.length === 0 ? <Notice tone="good" title="Everything that mail needs is in the DNS">Other servers find this one and can see that it may send.</Notice>
        : <Notice tone="warn" title={`${counted(open.length, 'record')} ${open.length === 1 ? 'needs' : 'need'} your hand`}>They are set where the DNS of {domain} is managed: with the company where you bought the domain, mostly. Until they are right, mail may not come or may be taken for spam.</Notice>}
      <ul className="hp-list" aria-label={`DNS records of ${domain}`}>{report.records.map((record) => <RecordRow key={`${record.purpose}${record.type}${record.name}${record.value}`} record={record} />)}</ul>
      <Group justify="space-between" gap="sm">
        <Text fz="sm" c="dimmed" style={{ flex: 1, minWidth: 220 }} aria-live="polite">Looked at <Ago at={report.at} />, and again by itself.{report.records.some(({ type }) => type === 'PTR') && ' The zone file has no PTR: that is set where the server was bought.'}</Text>
        <CopyButton value={zoneText(report.records)}>{({ copied, copy }) => <Button size="xs" variant="default" onClick={copy}>{copied ? 'Copied' : 'Copy all as a zone file'}</Button>}</CopyButton>
      </Group>
    </Stack>
  )
}

const purposes: Readonly<Record<MailRecord['purpose'], string>> = { mx: 'Where mail comes in', address: 'Where the mail server is', spf: 'May send forwarded mail', 'domain-spf': 'Who may send as this domain', dmarc: 'What to do with forgeries', ptr: 'What the address is called', policy: 'That there is a policy on encryption', 'policy-address': 'Where the policy on encryption is read', 'tls-reports': 'Where reports on encryption go', dkim: 'The signature of what is sent from here', seal: 'The seal on what is forwarded' }

function RecordRow({ record }: { record: MailRecord }) {
  const { tone, word } = recordWords[record.state]
  return (
    <li>
      <Group justify="space-between" gap="sm" align="flex-start">
        <div style={{ flex: 1, minWidth: 0 }}><Text fz="sm" fw={600}>{purposes[record.purpose]}{record.need === 'should' && <Text span fz="sm" c="dimmed" fw={400}> (recommended)</Text>}</Text></div>
        <StateBadge tone={tone}>{word}</StateBadge>
      </Group>
      <Text fz="sm" c="dimmed">{record.message}</Text>
      {record.state === 'right' && <Text fz="sm"><span className="hp-mono">{record.type} {record.name} {record.value}</span></Text>}
      {record.state !== 'right' && record.value !== '' && <DnsRecordTable label={`Record: ${purposes[record.purpose]}`} records={[record]} />}
      {record.found.length > 0 && <Text fz="sm">There now: <span className="hp-mono">{record.found.join(', ')}</span></Text>}
    </li>
  )
}

function useMailDns(serverId: string, domain: string): { report: MailDnsReport | null; error: HomeportError | null; again(): void } {
  const [report, setReport] = useState<MailDnsReport | null>(null)
  const [error, setError] = useState<HomeportError | null>(null)
  const [round, setRound] = useState(0)
  const unlock = useUnlock()
  useEffect(() => {
    let isOpen = true
    setError(null)
    const stream = api.open('mail.dns', { serverId, domain }, {
      onEvent: (next) => { setReport(next) },
      onEnd: (failure) => {
        if (failure === null) return
        void unlock(serverId, failure).then((unlocked) => { if (isOpen) { if (unlocked) setRound((before) => before + 1); else setError(failure) } })
      },
    })
    return () => { isOpen = false; stream.close() }
  }, [serverId, domain, round, unlock])
  useEffect(() => onReconnect(() => setRound((before) => before + 1)), [])
  return { report, error, again: () => setRound((before) => before + 1) }
}
