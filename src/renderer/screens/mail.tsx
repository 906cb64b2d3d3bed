import '../components/mail.css'
import { Anchor, Button, Card, Group, Menu, Skeleton, Stack, Text, Title } from '@mantine/core'
import { modals } from '@mantine/modals'
import { IconMail } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { MailCounts } from '../../shared/mail.ts'
import { mailSenders } from '../../shared/spec.ts'
import type { ServerStatus } from '../../shared/status.ts'
import { api } from '../api.ts'
import { useChanges } from '../components/change-drawer.tsx'
import { Disclosure } from '../components/disclosure.tsx'
import { Empty } from '../components/empty.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { useLive } from '../components/live.tsx'
import { MailActivity } from '../components/mail-activity.tsx'
import { MailDomainDialog } from '../components/mail-domain-dialog.tsx'
import { MailOffDialog } from '../components/mail-off.tsx'
import { MailQueuePanel } from '../components/mail-queue.tsx'
import { MailSenders } from '../components/mail-senders.tsx'
import { MailServiceForm } from '../components/mail-service-form.tsx'
import { MailTestDialog } from '../components/mail-test.tsx'
import { counted, formatDay } from '../components/quantity.ts'
import { StateBadge } from '../components/state-badge.tsx'
import { useAsk } from '../components/unlock.tsx'

type Mail = NonNullable<ServerStatus['mail']>

/** Mail forwarding of a server. */
export function MailTab({ serverId }: { serverId: string }) {
  const { status, error } = useLive()
  if (status === null) return error === null ? <Skeleton height={320} radius="lg" role="status" aria-label="Connecting to the server" /> : null
  if (!status.isSetUp) return <Empty icon={<IconMail size={42} stroke={1.4} />} title="This server is not set up yet">Once it is, it can take mail for your domains and forward it to where you read mail.</Empty>
  return status.mail === null ? <MailOff serverId={serverId} /> : <MailOn serverId={serverId} mail={status.mail} status={status} />
}

function MailOff({ serverId }: { serverId: string }) {
  const [isOpen, setOpen] = useState(false)
  if (isOpen) return <Stack maw={760} gap="md"><Title order={2}>Take mail and forward it</Title><MailServiceForm serverId={serverId} service={null} /></Stack>
  return (
    <Empty icon={<IconMail size={42} stroke={1.4} />} title="This server takes no mail" action={<Button onClick={() => setOpen(true)}>Turn mail on</Button>}>
      Mail for your own domain can arrive where you read mail already: info@example.org goes on to your address at any provider. There is no mailbox here and no webmail, so nothing of your mail stays on the server.
    </Empty>
  )
}

function MailOn({ serverId, mail, status }: { serverId: string; mail: Mail; status: ServerStatus }) {
  return (
    <Stack gap="xl">
      <Service serverId={serverId} mail={mail} status={status} />
      <Domains serverId={serverId} mail={mail} />
      <Section title="Sites that send mail"><MailSenders serverId={serverId} status={status} /></Section>
      <Section title="Queue"><MailQueuePanel serverId={serverId} /></Section>
      <Section title="Activity"><MailActivity serverId={serverId} /></Section>
    </Stack>
  )
}

function Section({ title, children, actions }: { title: string; children: ReactNode; actions?: ReactNode }) {
  return <section aria-label={title}><Group justify="space-between" gap="sm" mb="sm"><Title order={2}>{title}</Title>{actions}</Group>{children}</section>
}

function Service({ serverId, mail, status }: { serverId: string; mail: Mail; status: ServerStatus }) {
  const changes = useChanges()
  const [open, setOpen] = useState<'settings' | 'test' | null>(null)
  const runs = mail.unit?.active === 'active' || mail.unit?.active === 'reloading'
  const { domains: _domains, unit: _unit, certificate: _certificate, care, ...service } = mail
  const first = mail.domains[0]?.domain
  const turnOff = (): void => {
    const [sender] = mailSenders({ sites: status.sites.map(({ site }) => site) })
    if (sender !== undefined) {
      modals.open({ title: 'Not while a site sends mail', children: <Text fz="sm">The program of {sender.site.domain} sends mail by this mail server. Switch that off in the form of {sender.site.domain} first.</Text> })
      return
    }
    const id = modals.open({
      title: 'Take no more mail?',
      children: <MailOffDialog data={status.mailData} canSend={runs} onCancel={() => modals.close(id)} onTurnOff={(waiting) => { modals.close(id); changes.review('Take no more mail', { kind: 'remove-mail', waiting }) }} />,
    })
  }
  return (
    <Section title="Mail server" actions={(
      <Group gap="xs">
        <Button variant="default" onClick={() => setOpen('test')} disabled={!runs}>Send a test mail</Button>
        <Menu position="bottom-end">
          <Menu.Target><Button variant="default">More</Button></Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setOpen(open === 'settings' ? null : 'settings')}>Settings of the mail server</Menu.Item>
            <Menu.Item component={Link} href={`/servers/${serverId}/logs/homeport-mail.service`}>Its log</Menu.Item>
            <Menu.Item color="red" onClick={turnOff}>Turn mail off</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
    )}>
      <Stack gap="md">
        <Card>
          <Stack gap="md">
            <Group gap="sm">
              <Text fw={600} className="hp-mono">{mail.hostname}</Text>
              <StateBadge tone={runs ? 'good' : mail.unit?.active === 'activating' ? 'busy' : 'bad'}>{runs ? 'Running' : mail.unit?.active === 'activating' ? 'Starting' : 'Not running'}</StateBadge>
              <StateBadge tone={care?.trusted === true ? 'good' : 'warn'}>{care?.trusted === true ? 'Trusted certificate' : 'No trusted certificate yet'}</StateBadge>
              {mail.smarthost !== undefined && <StateBadge tone="idle">Sends by {mail.smarthost.host}</StateBadge>}
              {mail.greylist === true && <StateBadge tone="idle">Greylisting</StateBadge>}
              {mail.rspamd === true && <StateBadge tone="idle">Judged by content</StateBadge>}
              {mail.blocklists === true && <StateBadge tone="idle">Blocklists</StateBadge>}
            </Group>
            <Statistics serverId={serverId} />
            <Disclosure label="What forwarding can and cannot do"><Limits /></Disclosure>
          </Stack>
        </Card>
        {/* What somebody else changed meanwhile must be seen before it is changed again: then the form begins anew. */}
        {open === 'settings' && <MailServiceForm key={JSON.stringify(service)} serverId={serverId} service={service} />}
      </Stack>
      {open === 'test' && <MailTestDialog serverId={serverId} suggested={first === undefined ? '' : `@${first}`} onClose={() => setOpen(null)} />}
    </Section>
  )
}

function Limits() {
  return (
    <ul style={{ margin: 0, paddingLeft: 18, fontSize: '0.9rem' }}>
      <li>Forwarded mail leaves with an address of this server on its envelope (SRS), so that it passes the check of who may send (SPF). The message itself stays as it is, so the sender’s signature (DKIM) stays valid.</li>
      <li>Some domains want everything refused that has no valid signature of theirs (DMARC). Such mail is refused at the door here, and its sender is told by his own server: your provider would refuse it anyway.</li>
      <li>Spam that is forwarded counts against this server. Switch unused addresses off, and think twice about a catch-all.</li>
      <li>A mail that waits is tried again for five days; then its sender gets it back.</li>
    </ul>
  )
}

function Statistics({ serverId }: { serverId: string }) {
  const ask = useAsk(serverId)
  const statistics = useQuery({ queryKey: ['mail-statistics', serverId], queryFn: () => ask(() => api.call('mail.statistics', { serverId })), staleTime: 60_000, retry: false })
  if (statistics.isError) return <ErrorNotice error={statistics.error} onRetry={() => { void statistics.refetch() }} />
  if (statistics.isPending) return <Skeleton height={54} role="status" aria-label="Counting" />
  const { day, month, since } = statistics.data
  const monthAgo = statistics.dataUpdatedAt - 29 * 86_400_000
  return (
    <Group gap="xl" align="flex-start">
      <Counts title="Last 24 hours" counts={day} />
      <Counts title={since !== null && since > monthAgo ? `Since ${formatDay(since)}` : 'Last 30 days'} counts={month} />
    </Group>
  )
}

const countWords: readonly (readonly [keyof MailCounts, string])[] = [['received', 'came in'], ['delivered', 'delivered'], ['deferred', 'waited'], ['bounced', 'sent back'], ['refused', 'refused']]

function Counts({ title, counts }: { title: string; counts: MailCounts }) {
  return (
    <div style={{ flex: 1, minWidth: 260 }}>
      <Text fz="sm" fw={580} mb={6}>{title}</Text>
      <dl className="hp-counts">{countWords.map(([name, word]) => <div key={name}><dt>{word}</dt><dd>{counts[name].toLocaleString()}</dd></div>)}</dl>
    </div>
  )
}

function Domains({ serverId, mail }: { serverId: string; mail: Mail }) {
  const [isAdding, setAdding] = useState(false)
  const add = <Button onClick={() => setAdding(true)}>Add a domain</Button>
  return (
    <Section title="Domains" actions={mail.domains.length > 0 && add}>
      {mail.domains.length === 0 ? <Empty icon={<IconMail size={42} stroke={1.4} />} title="No domains yet" action={add}>The mail server runs, and takes nothing yet. Add the domain that stands after the @ in your addresses.</Empty> : (
        <ul className="hp-list">
          {mail.domains.map(({ domain, aliases, disabled, hasCatchAll }) => (
            <li key={domain}>
              <Group justify="space-between" gap="sm">
                <Anchor component={Link} href={`/servers/${serverId}/mail/${domain}`} className="hp-rowlink" c="var(--mantine-color-text)">{domain}</Anchor>
                <Text fz="sm" c="dimmed">{[counted(aliases, 'alias', 'aliases'), ...(disabled > 0 ? [`${disabled} switched off`] : []), ...(hasCatchAll ? ['catch-all'] : [])].join(', ')}</Text>
              </Group>
            </li>
          ))}
        </ul>
      )}
      {isAdding && <MailDomainDialog domain={null} taken={mail.domains.map(({ domain }) => domain)} onClose={() => setAdding(false)} />}
    </Section>
  )
}
