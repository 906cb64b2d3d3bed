import { Anchor, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconShieldCheck } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { AlertsForm } from '../components/alerts-form.tsx'
import { AuthorityForm } from '../components/authority-form.tsx'
import { DnsAccounts } from '../components/dns-accounts.tsx'
import { Empty } from '../components/empty.tsx'
import { useLive } from '../components/live.tsx'

/** What holds for the certificates of all sites of a server, and whom it tells when something goes wrong. */
export function CertificateSettingsTab({ serverId }: { serverId: string }) {
  const { status, error } = useLive()
  if (status === null) return error === null ? <Skeleton height={320} radius="lg" role="status" aria-label="Connecting to the server" /> : null
  if (!status.isSetUp) return <Empty icon={<IconShieldCheck size={42} stroke={1.4} />} title="This server is not set up yet">Once it is, you choose here who signs its certificates, and whom it tells when something goes wrong.</Empty>
  const { certificates, alerts } = status
  return (
    <Stack gap="xl" maw={860}>
      <Text fz="sm" c="dimmed">The server gets and renews the certificates of its sites by itself, with Homeport closed, too. How each of them stands: <Anchor component={Link} href="/certificates" fz="sm" underline="always">all certificates</Anchor>.</Text>
      {/* What somebody else changed meanwhile must be seen before it is changed again: then the form begins anew. */}
      <Section title="Who signs"><AuthorityForm key={JSON.stringify(certificates)} serverId={serverId} settings={certificates} /></Section>
      <Section title="DNS accounts" intro="With one, a site can prove its domain by a DNS record instead of over port 80, and have a certificate for all names below it."><DnsAccounts serverId={serverId} settings={certificates} sites={status.sites.map(({ site }) => site)} /></Section>
      <Section title="Alerts" intro="Nobody else tells you: the authorities send no mail when a certificate ends. The server does, when one is close to its end or its renewal keeps failing."><AlertsForm key={JSON.stringify(alerts)} serverId={serverId} alerts={alerts} /></Section>
    </Stack>
  )
}

function Section({ title, intro, children }: { title: string; intro?: string; children: ReactNode }) {
  return <section aria-label={title}><Title order={2} mb={intro === undefined ? 'sm' : 4}>{title}</Title>{intro !== undefined && <Text fz="sm" c="dimmed" mb="sm" maw={680}>{intro}</Text>}{children}</section>
}
