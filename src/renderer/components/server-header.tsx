import { ActionIcon, Button, Group, Stack, TextInput, Title, Tooltip } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Link } from 'wouter'
import type { KnownServer } from '../../shared/connection.ts'
import { api } from '../api.ts'
import { AttentionBadge } from './attention.tsx'
import { useChanges } from './change-drawer.tsx'
import { asHomeportError, ErrorNotice } from './error-notice.tsx'
import { HostKeyChanged } from './host-key-changed.tsx'
import { useLive } from './live.tsx'
import { Notice } from './notice.tsx'
import { type Crumb, usePageFocus, usePlace } from './page.tsx'
import { formatDuration } from './quantity.ts'
import { mayNeedSecret } from './secret-needed.ts'
import { StateBadge } from './state-badge.tsx'

const places: Record<string, string> = { mail: 'Mail', logs: 'Logs', services: 'Services', certificates: 'Certificates and alerts', storage: 'Storage', server: 'Server' }

/** Who the server is, whether it can be reached, and what goes on there right now. */
export function ServerHeader({ server, tab }: { server: KnownServer; tab: string }) {
  const { status, vitals, error, tryAgain, line } = useLive()
  const changes = useChanges()
  const place = places[tab]
  const crumbs: Crumb[] = place === undefined ? [{ label: server.name }] : [{ label: server.name, href: `/servers/${server.id}` }, { label: place }]
  usePlace(place === undefined ? server.name : `${place} of ${server.name}`, crumbs)
  const isLocked = error !== null && mayNeedSecret(error.code)
  const active = status?.activeRun ?? null
  return (
    <Stack gap="md">
      <div>
        <Group gap="xs" mb={5}><ServerName server={server} /><LineBadge />{status !== null && <Link href="/certificates" className="hp-badge-link"><AttentionBadge sites={status.sites} /></Link>}</Group>
        <div className="hp-server-meta">
          <span className="hp-mono">{server.target.user}@{server.target.host}{server.target.port === 22 ? '' : `:${server.target.port}`}</span>
          <span>{status?.os ?? server.lastSeen?.os}</span>
          {status?.dockerVersion != null && <span>Docker {status.dockerVersion}</span>}
          {vitals !== null && <span>up for {formatDuration(vitals.uptimeSeconds)}</span>}
        </div>
      </div>
      {error !== null && (error.code === 'host-key-changed'
        ? <HostKeyChanged error={error} {...(tab === 'server' ? {} : { serverId: server.id })} />
        : isLocked ? <Notice tone="idle" title="Log in to see this server" actions={<Button size="xs" onClick={tryAgain}>Log in</Button>}>{error.message}</Notice> : <ErrorNotice error={error} onRetry={tryAgain} />)}
      {error === null && line.state === 'reconnecting' && <Notice tone="warn" title="The line to the server is gone. Connecting again …">{line.message} What you see is how it was last known. If it stays like this, look in your provider’s console whether the server is switched on.</Notice>}
      {error === null && line.state === 'connected' && status !== null && status.unanswered.length > 0 && <Notice tone="warn" title="The server did not answer all questions">Missing: {status.unanswered.join(', ')}. It may be very busy. Homeport asks again by itself; until then some of what you see may be missing, and nothing can be changed.</Notice>}
      {active !== null && <Notice tone="busy" title="A change of this server is running" actions={<Button size="xs" onClick={() => changes.watch('What runs on the server', active)}>Watch</Button>}>It may have been started by you or from another computer. It goes on by itself.</Notice>}
    </Stack>
  )
}

function LineBadge() {
  const { error, line } = useLive()
  if (error !== null && mayNeedSecret(error.code)) return <StateBadge tone="idle">Locked</StateBadge>
  if (error !== null) return <StateBadge tone="bad">Not connected</StateBadge>
  if (line.state === 'connected') return <StateBadge tone="good">Connected</StateBadge>
  return <StateBadge tone={line.state === 'connecting' ? 'busy' : 'warn'}>{line.state === 'connecting' ? 'Connecting' : 'Reconnecting'}</StateBadge>
}

/** The name that the person gave the server, changed in place. */
function ServerName({ server }: { server: KnownServer }) {
  const queries = useQueryClient()
  const [draft, setDraft] = useState<string | null>(null)
  const heading = usePageFocus()
  const rename = useMutation({
    mutationFn: (name: string) => api.call('servers.rename', { serverId: server.id, name }),
    onSuccess: async () => { await queries.invalidateQueries({ queryKey: ['servers'] }); setDraft(null) },
  })
  if (draft === null) {
    return (
      <Group gap={4} wrap="nowrap">
        <Title order={1} ref={heading} tabIndex={-1}>{server.name}</Title>
        <Tooltip label="Rename"><ActionIcon aria-label="Rename this server" onClick={() => setDraft(server.name)}><IconPencil size={16} /></ActionIcon></Tooltip>
      </Group>
    )
  }
  const submit = (event: FormEvent) => { event.preventDefault(); if (draft.trim() === server.name) setDraft(null); else rename.mutate(draft.trim()) }
  return (
    <form onSubmit={submit} onKeyDown={(event) => { if (event.key === 'Escape') setDraft(null) }}>
      <Group gap="xs" align="flex-start">
        <h1 className="hp-hidden">{server.name}</h1>
        <TextInput aria-label="Name of the server" value={draft} onChange={(event) => setDraft(event.currentTarget.value)} autoFocus maxLength={80} error={rename.isError ? asHomeportError(rename.error).message : undefined} />
        <Button type="submit" loading={rename.isPending} disabled={draft.trim() === ''}>Save the name</Button>
        <Button variant="default" onClick={() => setDraft(null)}>Cancel</Button>
      </Group>
    </form>
  )
}
