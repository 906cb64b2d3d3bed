import { Button, Drawer, Group, Modal, NativeSelect, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { MailDomain } from '../../shared/mail.ts'
import { ChangeFlow } from './change-flow.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { knownServersQuery } from './known-servers.ts'
import { copyEdit, hasDomain, type MailCopyTarget } from './mail-copy-draft.ts'
import { Notice } from './notice.tsx'
import { useServerStatuses } from './server-statuses.ts'

interface MailCopyDialogProps { readonly serverId: string; readonly domain: MailDomain; onClose(): void }

/** Has another server take mail for a domain too, so that mail comes while this one is away. */
export function MailCopyDialog({ serverId, domain, onClose }: MailCopyDialogProps) {
  const { query, targets } = useMailTargets(serverId)
  const [chosen, setChosen] = useState<string | null>(null)
  const [reviewed, setReviewed] = useState<MailCopyTarget | null>(null)
  const target = targets?.find((one) => one.serverId === chosen) ?? targets?.[0]
  if (reviewed !== null) {
    return (
      <Drawer opened onClose={onClose} position="right" size={760} title={<Text component="span" fw={640} fz="lg">Mail for {domain.domain} on {reviewed.name}</Text>}>
        <ChangeFlow serverId={reviewed.serverId} edit={copyEdit(domain, reviewed)} onBack={() => setReviewed(null)} backLabel="Back" onClose={onClose} />
      </Drawer>
    )
  }
  return (
    <Modal opened onClose={onClose} size="lg" title={`Take mail for ${domain.domain} on another server too`}>
      <Stack>
        <Text fz="sm">Other mail servers try the servers of a domain one after the other: with a second one, mail arrives while this one is away. Each has its own copy of the aliases; after a change here, copy them once more.</Text>
        {query.isError && <ErrorNotice error={query.error} onRetry={() => { void query.refetch() }} />}
        {query.isPending && !query.isError && <Skeleton height={60} radius="lg" role="status" aria-label="Asking the other servers" />}
        {targets !== undefined && target === undefined && <Notice tone="idle" title="There is no other server that forwards mail">Add one to Homeport and turn its mail on, with a name of its own for its mail server.</Notice>}
        {target !== undefined && targets !== undefined && (
          <NativeSelect label="Server" data={targets.map((one) => ({ value: one.serverId, label: `${one.name} (${one.mail.hostname})` }))} value={target.serverId} onChange={(event) => setChosen(event.currentTarget.value)} />
        )}
        {target !== undefined && <Text fz="sm" c="dimmed">{hasDomain(target, domain) ? `It takes mail for ${domain.domain} already: its aliases are replaced by those of this server. Its catch-all and preference stay as they are.` : 'It gets the aliases and the catch-all, and is tried after this one. It needs an MX record of its own: open the domain there to see its records.'}</Text>}
        {target !== undefined && domain.mtaSts !== undefined && <Text fz="sm" c="dimmed">This domain has a policy (MTA-STS): name {target.mail.hostname} in it, under “How mail comes”, before you add its MX record.</Text>}
        <Group justify="flex-end"><Button variant="default" onClick={onClose}>Cancel</Button><Button disabled={target === undefined} onClick={() => { if (target !== undefined) setReviewed(target) }}>Review the changes</Button></Group>
      </Stack>
    </Modal>
  )
}

/** The other servers that forward mail, by name; undefined while it is not known. */
function useMailTargets(serverId: string): { query: ReturnType<typeof useServerStatuses>['query']; targets: MailCopyTarget[] | undefined } {
  const servers = useQuery(knownServersQuery)
  const { query, statuses } = useServerStatuses()
  const nameOf = (id: string): string => servers.data?.find((one) => one.id === id)?.name ?? id
  const targets = statuses?.flatMap(({ serverId: id, status }) => (id === serverId || status?.mail == null ? [] : [{ serverId: id, name: nameOf(id), mail: status.mail }]))
  return { query, targets: targets?.toSorted((a, b) => a.name.localeCompare(b.name)) }
}
