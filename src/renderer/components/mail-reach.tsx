import { Button, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { Disclosure } from './disclosure.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { Notice } from './notice.tsx'
import { useAsk } from './unlock.tsx'

/** Whether mail comes to this server and leaves it, tried for real, and what to do where it does not. */
export function MailReachCheck({ serverId, onBlocked }: { serverId: string; onBlocked?: () => void }) {
  const ask = useAsk(serverId)
  const reach = useQuery({ queryKey: ['mail-reach', serverId], queryFn: () => ask(() => api.call('mail.reach', { serverId })), gcTime: 0, staleTime: Infinity, retry: false })
  if (reach.isError) return <ErrorNotice error={reach.error} onRetry={() => { void reach.refetch() }} />
  if (reach.isPending) return <Stack gap={6} role="status" aria-label="Trying whether mail comes and goes"><Skeleton height={62} radius="lg" /><Text fz="sm" c="dimmed">Trying whether mail comes to this server and leaves it. That takes up to fifteen seconds.</Text></Stack>
  const { takenBy, incoming, outgoing } = reach.data
  const again = <Button size="xs" variant="default" loading={reach.isFetching} onClick={() => { void reach.refetch() }}>Try again</Button>
  return (
    <Stack gap="sm">
      {takenBy !== null && <Notice tone="bad" title={`${takenBy} takes mail on this server already`} actions={again}>It has port 25, which only one program can have. Whoever installed it has to stop or remove it first; on many servers it is a leftover that nobody uses.</Notice>}
      {takenBy === null && incoming === 'open' && outgoing === 'open' && <Notice tone="good" title="Mail can come to this server and leave it">Port 25 is open both ways.</Notice>}
      {takenBy === null && incoming === 'blocked' && <Notice tone="bad" title="Mail cannot come to this server" actions={again}>Something keeps others from its port 25: the firewall of your provider, mostly. Open “SMTP, TCP 25, incoming” in its control panel.</Notice>}
      {takenBy === null && incoming === 'unknown' && <Notice tone="idle" title="Whether mail can come in could not be tried from here" actions={again}>The line of this computer lets nothing out on port 25, as most lines at home. If your provider has a firewall, see that “SMTP, TCP 25, incoming” is open.</Notice>}
      {outgoing === 'blocked' && (
        <Notice tone="warn" title="This server cannot send mail by itself" actions={<>{again}{onBlocked !== undefined && <Button size="xs" onClick={onBlocked}>Use a smarthost</Button>}</>}>
          Many providers close outgoing port 25 against spam. Ask yours to open it, or send by a smarthost: another mail server, with a login.
          <div style={{ marginTop: 8 }}><Disclosure label="How to ask common providers"><Providers /></Disclosure></div>
        </Notice>
      )}
    </Stack>
  )
}

const providers = [
  ['Hetzner Cloud', 'Opened on request once your first invoice is paid: Console, “Limits”, then “Request change”, ports 25 and 465.'],
  ['OVHcloud', 'Open, but closed by itself when spam is seen; a ticket opens it again.'],
  ['DigitalOcean', 'Closed on new accounts and seldom opened; 465 and 587 may be closed too. Take a smarthost that can be reached at port 2525.'],
  ['AWS EC2', 'Form “Request to remove email sending limitations”, with the reverse name of your address.'],
  ['Google Cloud', 'Never opened. Use a smarthost on port 587 or 465.'],
  ['Microsoft Azure', 'Closed under most contracts. Use a smarthost on port 587 or 465.'],
  ['Vultr', 'By a support ticket, which is not granted to everybody. Think of a smarthost.'],
  ['Linode (Akamai)', 'Closed on new accounts; a support ticket opens it once DNS and reverse DNS are right.'],
  ['Contabo, netcup, IONOS', 'Open as a rule; a ticket helps where it is not.'],
] as const

function Providers() {
  return <><Text fz="sm" mb={6}>Providers change their rules; what yours says itself counts.</Text><dl className="hp-facts">{providers.map(([name, text]) => <div key={name} style={{ display: 'contents' }}><dt>{name}</dt><dd>{text}</dd></div>)}</dl></>
}
