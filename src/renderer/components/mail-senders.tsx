import { Anchor, Group, Text } from '@mantine/core'
import { Link } from 'wouter'
import { mailSenders } from '../../shared/spec.ts'
import type { ServerStatus } from '../../shared/status.ts'

/** Sites whose programs send mail through this server. */
export function MailSenders({ serverId, status }: { serverId: string; status: Pick<ServerStatus, 'sites'> }) {
  const senders = mailSenders({ sites: status.sites.map(({ site }) => site) })
  if (senders.length === 0) return <Text fz="sm" c="dimmed">None. A program in a container can send by this mail server, as its site’s own domains: the switch is in the form of the site.</Text>
  return (
    <ul className="hp-list">
      {senders.map(({ site, domains: [domain = site.domain, ...others] }) => (
        <li key={site.id}>
          <Group justify="space-between" gap="sm">
            <Anchor component={Link} href={`/servers/${serverId}/mail/${domain}`} className="hp-rowlink" c="var(--mantine-color-text)">{domain}</Anchor>
            <Text fz="sm" c="dimmed">{others.length === 0 ? `sends as @${domain}` : <>sends as @{domain}, {others.map((name, index) => <span key={name}>{index > 0 && ', '}<Link href={`/servers/${serverId}/mail/${name}`} className="hp-plain-link">@{name}</Link></span>)}</>}</Text>
          </Group>
        </li>
      ))}
    </ul>
  )
}
