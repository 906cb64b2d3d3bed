import { Button, Group, Menu, Skeleton, Stack, Text, Title } from '@mantine/core'
import { modals } from '@mantine/modals'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { KnownServer } from '../../shared/connection.ts'
import type { MailDomain } from '../../shared/mail.ts'
import { mailSenders } from '../../shared/spec.ts'
import { api } from '../api.ts'
import { useChanges } from '../components/change-drawer.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { useLive } from '../components/live.tsx'
import { MailAliasTable } from '../components/mail-alias-table.tsx'
import { MailCopyDialog } from '../components/mail-copy.tsx'
import { MailDomainDialog } from '../components/mail-domain-dialog.tsx'
import { MailRecords } from '../components/mail-records.tsx'
import { MailTestDialog } from '../components/mail-test.tsx'
import { Notice } from '../components/notice.tsx'
import { Page } from '../components/page.tsx'
import { useAsk } from '../components/unlock.tsx'

/** One mail domain, or one that a program sends as: its aliases, and what it needs in the DNS. */
export function MailDomainScreen({ server, domain }: { server: KnownServer; domain: string }) {
  const { status } = useLive()
  const ask = useAsk(server.id)
  // The live status says when something changed: then the aliases are asked for again.
  const settings = useQuery({ queryKey: ['mail', server.id, status?.revision ?? 0], queryFn: () => ask(() => api.call('mail.settings', { serverId: server.id })), placeholderData: keepPreviousData, retry: false })
  const found = settings.data?.domains.find((one) => one.domain === domain)
  const sender = mailSenders({ sites: (status?.sites ?? []).map(({ site }) => site) }).find(({ domains }) => domains.includes(domain))
  const crumbs = [{ label: server.name, href: `/servers/${server.id}` }, { label: 'Mail', href: `/servers/${server.id}/mail` }, { label: domain }]
  return (
    <Page title={domain} crumbs={crumbs} actions={found !== undefined && <Actions serverId={server.id} domain={found} />}>
      {settings.isError && <ErrorNotice error={settings.error} onRetry={() => { void settings.refetch() }} />}
      {settings.isPending && <Stack role="status" aria-label="Reading the aliases"><Skeleton height={44} radius="lg" /><Skeleton height={260} radius="lg" /></Stack>}
      {settings.isSuccess && found === undefined && sender === undefined && <Notice tone="idle" title={`This server takes no mail for ${domain}`}>It may have been removed from another computer.</Notice>}
      {(found !== undefined || sender !== undefined) && (
        <Stack gap="xl">
          {sender !== undefined && <Text fz="sm">The program of <Link href={`/servers/${server.id}/sites/${sender.site.id}`} className="hp-plain-link">{sender.site.domain}</Link> sends as @{domain}.{found === undefined && ' Mail for it is not taken here, so nobody sees what comes back.'}</Text>}
          {found !== undefined && <Section title="Aliases">
            {found.catchAll !== undefined && <Text fz="sm" mb="sm">Catch-all: everything that no alias takes goes to <strong>{found.catchAll.join(', ')}</strong>.</Text>}
            <MailAliasTable domain={found} />
          </Section>}
          <Section title="DNS records"><MailRecords key={JSON.stringify([status?.mail?.hostname, found?.preference, found?.mtaSts, found?.tlsReports, sender?.site.id])} serverId={server.id} domain={domain} /></Section>
        </Stack>
      )}
    </Page>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return <section aria-label={title}><Title order={2} mb="sm">{title}</Title>{children}</section>
}

function Actions({ serverId, domain }: { serverId: string; domain: MailDomain }) {
  const changes = useChanges()
  const [open, setOpen] = useState<'domain' | 'test' | 'copy' | null>(null)
  const name = domain.domain
  const remove = (): void => {
    modals.openConfirmModal({ title: `Take no more mail for ${name}?`, labels: { confirm: 'Review the changes', cancel: 'Cancel' }, onConfirm: () => changes.review(`Take no more mail for ${name}`, { kind: 'remove-mail-domain', domain: name }), children: <Text fz="sm">Its aliases are forgotten: export them first if you may need them again. As long as its MX record leads here, mail for it is refused.</Text> })
  }
  return (
    <Group gap="xs">
      <Button variant="default" onClick={() => setOpen('test')}>Send a test mail</Button>
      <Menu position="bottom-end">
        <Menu.Target><Button variant="default">More</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setOpen('domain')}>How mail comes</Menu.Item>
          <Menu.Item onClick={() => setOpen('copy')}>Take it on another server too</Menu.Item>
          <Menu.Item color="red" onClick={remove}>Take no more mail for it</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open === 'domain' && <MailDomainDialog domain={domain} taken={[]} onClose={() => setOpen(null)} />}
      {open === 'copy' && <MailCopyDialog serverId={serverId} domain={domain} onClose={() => setOpen(null)} />}
      {open === 'test' && <MailTestDialog serverId={serverId} suggested={`${domain.aliases.find(({ disabled }) => disabled !== true)?.name ?? ''}@${name}`} onClose={() => setOpen(null)} />}
    </Group>
  )
}
