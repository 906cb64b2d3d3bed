import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { CertificateSettings, DnsAccount } from '../../shared/certificate.ts'
import type { Site } from '../../shared/spec.ts'
import { useChanges } from './change-drawer.tsx'
import { providerNames } from './dns-account-draft.ts'
import { DnsAccountDialog } from './dns-account-form.tsx'

interface DnsAccountsProps { readonly serverId: string; readonly settings: CertificateSettings; readonly sites: readonly Site[] }

/** The DNS accounts that the server can use, and which sites do. */
export function DnsAccounts({ serverId, settings, sites }: DnsAccountsProps) {
  const changes = useChanges()
  const [open, setOpen] = useState<{ account?: DnsAccount } | null>(null)
  const { dnsAccounts } = settings
  const review = (title: string, accounts: DnsAccount[]) => changes.review(title, { kind: 'change-certificates', certificates: { ...settings, dnsAccounts: accounts } })
  function kept(account: DnsAccount): void {
    setOpen(null)
    const isNew = !dnsAccounts.some(({ id }) => id === account.id)
    review(isNew ? `Add the DNS account ${account.label}` : `Replace the keys of ${account.label}`, isNew ? [...dnsAccounts, account] : dnsAccounts.map((one) => (one.id === account.id ? account : one)))
  }
  return (
    <Stack gap="sm">
      {dnsAccounts.length > 0 && (
        <ul className="hp-list" aria-label="DNS accounts">
          {dnsAccounts.map((account) => {
            const users = sites.filter(({ certificate }) => certificate.kind === 'dns' && certificate.account === account.id)
            return (
              <li key={account.id}>
                <Group justify="space-between" gap="sm">
                  <div style={{ flex: 1, minWidth: 200 }}>
                    <Text fz="sm" fw={580}>{account.label}</Text>
                    <Text fz="sm" c="dimmed">{providerNames[account.provider]}, {users.length === 0 ? 'not used by any site' : `used by ${namesOf(users)}`}</Text>
                  </div>
                  <Group gap="xs">
                    <Button size="xs" variant="default" onClick={() => setOpen({ account })}>Replace the keys<span className="hp-hidden"> of {account.label}</span></Button>
                    <Button size="xs" variant="default" disabled={users.length > 0} title={users.length > 0 ? 'A site uses it' : undefined} onClick={() => review(`Remove the DNS account ${account.label}`, dnsAccounts.filter(({ id }) => id !== account.id))}>Remove<span className="hp-hidden"> {account.label}</span></Button>
                  </Group>
                </Group>
              </li>
            )
          })}
        </ul>
      )}
      {dnsAccounts.length === 0 && <Text fz="sm" c="dimmed">None yet, and most servers need none.</Text>}
      <div><Button variant="default" onClick={() => setOpen({})}>Add a DNS account</Button></div>
      {open !== null && <DnsAccountDialog serverId={serverId} account={open.account} takenIds={dnsAccounts.map(({ id }) => id)} onKept={kept} onClose={() => setOpen(null)} />}
    </Stack>
  )
}

function namesOf(users: readonly Site[]): string {
  const shown = users.slice(0, 2).map(({ domain }) => domain)
  return users.length > 2 ? `${shown.join(', ')} and ${users.length - 2} more` : shown.join(' and ')
}
