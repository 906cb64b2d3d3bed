import { Button, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { modals } from '@mantine/modals'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import type { KnownServer } from '../../shared/connection.ts'
import { api } from '../api.ts'
import { useChanges } from '../components/change-drawer.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { useForget } from '../components/forget.tsx'
import { useLive } from '../components/live.tsx'
import { RunList } from '../components/run-list.tsx'
import { UninstallDialog } from '../components/uninstall.tsx'
import { useAsk } from '../components/unlock.tsx'

/** What the server is, what was done to it, and how to part from it. */
export function ServerDetails({ server }: { server: KnownServer }) {
  return (
    <Stack gap="xl">
      <Facts server={server} />
      <Runs serverId={server.id} />
      <Upkeep server={server} />
      <Leaving server={server} />
    </Stack>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return <section aria-label={title}><Title order={2} mb="sm">{title}</Title>{children}</section>
}

/** One thing that can be done: what it means, and its button. */
function Offer({ title, text, children }: { title: string; text: ReactNode; children: ReactNode }) {
  return (
    <li><Group justify="space-between" gap="md"><div style={{ flex: 1, minWidth: 230 }}><Text fz="sm" fw={580}>{title}</Text><Text fz="sm" c="dimmed">{text}</Text></div>{children}</Group></li>
  )
}

const logins = { 'key-file': 'a key file', agent: 'the SSH agent', password: 'a password', 'own-key': 'a key of Homeport’s own' } as const

function Facts({ server }: { server: KnownServer }) {
  const { status } = useLive()
  const { target } = server
  const facts: [string, ReactNode][] = [
    ['Address', <span className="hp-mono">{target.host}{target.port === 22 ? '' : `, port ${target.port}`}</span>],
    ['Login', <>{target.user}, with {target.auth.kind === 'key-file' ? <>the key <span className="hp-mono">{target.auth.path}</span></> : logins[target.auth.kind]}{target.jump === undefined ? '' : `, through ${target.jump.user}@${target.jump.host}`}</>],
    ['Administrator rights', server.sudo === 'root' ? 'the user is root' : server.sudo === 'with-password' ? 'by sudo, with a password' : 'by sudo'],
    ...server.hostKeys.map((key): [string, ReactNode] => [`Fingerprint of ${key.host}`, <span className="hp-mono">{key.sha256}</span>]),
    ...(status === null ? [] : [
      ['Host name', status.hostname], ['Operating system', `${status.os}, ${status.architecture}`], ['Kernel', status.kernel],
      ['Docker', status.dockerVersion ?? 'not installed'], ['systemd', status.systemdVersion ?? 'not found'], ['Changes applied so far', status.revision],
    ] satisfies [string, ReactNode][]),
  ]
  return <Section title="Details"><Card><dl className="hp-facts">{facts.map(([name, value]) => <div key={name} style={{ display: 'contents' }}><dt>{name}</dt><dd>{value}</dd></div>)}</dl></Card></Section>
}

function Runs({ serverId }: { serverId: string }) {
  const ask = useAsk(serverId)
  const { error } = useLive()
  const runs = useQuery({ queryKey: ['runs', serverId], queryFn: () => ask(() => api.call('server.runs', { serverId })), enabled: error === null })
  if (error !== null) return null
  return (
    <Section title="What was done here">
      {runs.isPending ? <Skeleton height={120} radius="lg" /> : runs.isError ? <ErrorNotice error={runs.error} onRetry={() => { void runs.refetch() }} /> : <RunList runs={runs.data} />}
    </Section>
  )
}

function Upkeep({ server }: { server: KnownServer }) {
  const changes = useChanges()
  const queries = useQueryClient()
  const { status } = useLive()
  const ask = useAsk(server.id)
  const install = useMutation({
    mutationFn: () => ask(() => api.call('servers.install-own-key', { serverId: server.id })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['servers'] })
      notifications.show({ title: 'The key works', message: 'From now on Homeport logs in with a key of its own.' })
    },
  })
  const offersKey = server.target.auth.kind !== 'own-key'
  if (status === null && !offersKey) return null
  return (
    <Section title="Upkeep">
      <ul className="hp-list">
        {status?.isSetUp === true && (
          <>
            <Offer title="Check the set-up" text="Compares the server with what Homeport put there, and offers to bring back what differs."><Button variant="default" onClick={() => changes.review('Check the set-up', { kind: 'set-up' })}>Check the set-up</Button></Offer>
            <Offer title="Restart the proxy" text="All sites are away for about a second."><Button variant="default" onClick={() => changes.act('Restart the proxy', { kind: 'restart-proxy' })}>Restart the proxy</Button></Offer>
          </>
        )}
        {offersKey && <Offer title="Log in with a key of Homeport’s own" text="Homeport makes a key, installs it and checks that it works. Then it needs no password and no key file of yours."><Button variant="default" loading={install.isPending} onClick={() => install.mutate()}>Install a key</Button></Offer>}
      </ul>
      {install.isError && <Stack mt="sm"><ErrorNotice error={install.error} /></Stack>}
    </Section>
  )
}

function Leaving({ server }: { server: KnownServer }) {
  const [, navigate] = useLocation()
  const { status } = useLive()
  const changes = useChanges()
  const forget = useForget(server, () => navigate('/'))
  const uninstall = () => {
    const id = modals.open({
      title: `Uninstall Homeport from ${server.name}`,
      children: <UninstallDialog server={server} status={status} onCancel={() => modals.close(id)} onUninstall={(choice) => { modals.close(id); changes.review(`Uninstall from ${server.name}`, { kind: 'uninstall', ...choice }) }} />,
    })
  }
  return (
    <Section title="Parting">
      <ul className="hp-list">
        {server.isThrowaway
          ? <Offer title="Remove the practice server" text="Removes it, and everything on it, from this computer."><Button variant="default" onClick={forget}>Remove the practice server</Button></Offer>
          : <Offer title="Forget this server" text="Only on this computer. Nothing changes on the server."><Button variant="default" onClick={forget}>Forget this server</Button></Offer>}
        {status?.isSetUp === true && <Offer title="Uninstall" text="Takes away everything that Homeport put on the server. All its sites go offline."><Button variant="outline" color="red" onClick={uninstall}>Uninstall …</Button></Offer>}
      </ul>
    </Section>
  )
}
