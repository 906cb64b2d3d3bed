import { Button, Card, Group, Text, Title } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconCheck, IconCopy, IconRefresh } from '@tabler/icons-react'
import type { SiteStatus } from '../../shared/status.ts'
import { useChanges } from './change-drawer.tsx'
import { attemptWords, authorityName } from './certificate-words.ts'
import { type Fact, FactList } from './fact-list.tsx'
import { Ago, useNow } from './now.tsx'
import { formatMoment } from './quantity.ts'
import { supportText } from './support-text.ts'

/** What is served now, what comes next, and what can be done at once. */
export function CertificateFacts({ serverName, status }: { serverName: string; status: SiteStatus }) {
  const { site } = status
  const changes = useChanges()
  const now = useNow(60_000)
  const clipboard = useClipboard({ timeout: 1500 })
  return (
    <Card component="section" aria-label="Served now">
      <Title order={2} mb="md">Served now</Title>
      <FactList facts={factsOf(status, now)} />
      <Group gap="xs" mt="lg">
        <Button leftSection={<IconRefresh size={15} />} onClick={() => changes.act(`Renew the certificate of ${site.domain}`, { kind: 'renew-certificate', siteId: site.id })}>{site.certificate.kind === 'own' ? 'Look again now' : status.certificate?.selfSigned === false ? 'Renew now' : 'Get one now'}</Button>
        <Button variant="default" leftSection={clipboard.copied ? <IconCheck size={15} /> : <IconCopy size={15} />} onClick={() => clipboard.copy(supportText(status, { server: serverName, now: Date.now() }))}>{clipboard.copied ? 'Copied' : 'Copy for support'}</Button>
        <span className="hp-hidden" role="status">{clipboard.copied ? 'Copied' : ''}</span>
      </Group>
    </Card>
  )
}

function factsOf({ site, certificate, care }: SiteStatus, now: number): Fact[] {
  const last = care?.attempts[0]
  const isOwn = site.certificate.kind === 'own'
  const authority = care === null ? '' : authorityName(care.authority)
  return [
    ['Signed by', certificate === null ? 'nobody: there is no certificate' : certificate.selfSigned ? 'itself, for now: browsers warn of it' : `${certificate.issuer}${care?.trusted === true ? ', trusted by browsers' : care?.trusted === false ? ', not trusted by browsers' : ''}`],
    ...(certificate === null ? [] : [
      ['Names covered', <span className="hp-mono">{certificate.names.join(', ')}</span>],
      ['Valid from', formatMoment(certificate.notBefore)], ['Valid until', formatMoment(certificate.notAfter)],
    ] satisfies Fact[]),
    ['Next renewal', isOwn ? 'none: your own certificate is renewed by you' : care?.renewAt != null ? <>{care.renewAt <= now && 'due since '}<Ago at={care.renewAt} />, {formatMoment(care.renewAt)}</> : certificate?.selfSigned === true ? 'as soon as the site can be proved' : 'not known yet'],
    ['Next look', care?.nextCheckAt == null || care.nextCheckAt <= now ? 'within minutes' : <Ago at={care.nextCheckAt} />],
    ...(authority === '' || (certificate !== null && !certificate.selfSigned && certificate.issuer.replaceAll('\'', '’').includes(authority)) ? [] : [['Asked for at', authority] satisfies Fact]),
    ['Last attempt', last === undefined ? 'none yet' : <>{attemptWords(last).title}, <Ago at={last.at} />{last.retryAt !== null && attemptWords(last).advice !== '' && <Text fz="sm" c="dimmed">{attemptWords(last).advice}</Text>}</>],
  ]
}
