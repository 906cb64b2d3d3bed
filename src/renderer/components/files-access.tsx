import { Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { KnownServer } from '../../shared/connection.ts'
import { fileAccess } from '../../shared/files.ts'
import { sftpUser, type SftpKey } from '../../shared/sftp.ts'
import type { SiteStatus } from '../../shared/status.ts'
import { useChanges } from './change-drawer.tsx'
import { CopyIcon } from './code-block.tsx'
import { FactList } from './fact-list.tsx'
import { accessWords, fingerprintOf, sftpLink } from './files-access-draft.ts'
import { SftpKeyDialog } from './files-access-form.tsx'

/** Who reaches the files of a site with a program of their own, and what such a program has to be told. Nothing for a site without files. */
export function FilesAccess({ server, status }: { server: KnownServer; status: SiteStatus }) {
  const { site } = status
  const changes = useChanges()
  const [isAdding, setAdding] = useState(false)
  const access = fileAccess(site)
  if (access === null) return null
  const keys = site.sftpKeys ?? []
  const review = (title: string, next: readonly SftpKey[]): void => changes.review(title, { kind: 'change-site-sftp', siteId: site.id, keys: [...next] })
  return (
    <Card component="section" aria-labelledby="files-access">
      <Stack>
        <div>
          <Title order={2} id="files-access">With a program of your own</Title>
          <Text fz="sm" c="dimmed" mt={4}>FileZilla, Cyberduck, WinSCP and others reach these files by SFTP, with a key instead of a password. {accessWords[access]}</Text>
        </div>
        {keys.length > 0 && <Address server={server} status={status} />}
        {keys.length === 0
          ? <Text fz="sm">Nobody has a key yet: the server takes no such connections.</Text>
          : <KeyList keys={keys} onRemove={(gone) => review(`Take the key of ${gone.name} away`, keys.filter(({ key }) => key !== gone.key))} />}
        <div><Button variant={keys.length === 0 ? 'filled' : 'default'} onClick={() => setAdding(true)} disabled={keys.length >= 20}>{keys.length === 0 ? 'Let somebody in' : 'Add a key'}</Button></div>
      </Stack>
      {isAdding && <SftpKeyDialog domain={site.domain} keys={keys} onClose={() => setAdding(false)} onAdd={(key) => { setAdding(false); review(`Let ${key.name} into the files of ${site.domain}`, [...keys, key]) }} />}
    </Card>
  )
}

/** What such a program asks for. */
function Address({ server, status: { site } }: { server: KnownServer; status: SiteStatus }) {
  const { host, port, jump } = server.target
  const link = sftpLink(server.target, site)
  const key = server.hostKeys.find((one) => one.host === host && one.port === port)
  return (
    <div>
      <FactList facts={[
        ['Protocol', 'SFTP (SSH File Transfer Protocol)'],
        ['Server', <Copied value={host} label="Copy the server" />],
        ['Port', String(port)],
        ['User', <Copied value={sftpUser(site)} label="Copy the user" />],
        ['Log in with', 'the private key that belongs to one of the keys below'],
        // Programs ask about it at their first connection.
        ...(key === undefined ? [] : [['Key of the server', <span className="hp-mono" style={{ overflowWrap: 'anywhere' }}>{key.type} {key.sha256}</span>] as const]),
        ['All in one', <Copied value={link} label="Copy the link" />],
      ]} />
      {jump !== undefined && <Text fz="sm" c="dimmed" mt="xs">You reach this server by way of {jump.host}. The program has to go that way, too: it is called a jump host or SSH tunnel in its settings.</Text>}
    </div>
  )
}

function Copied({ value, label }: { value: string; label: string }): ReactNode {
  return <Group gap={4} wrap="nowrap" component="span"><span className="hp-mono" style={{ overflowWrap: 'anywhere' }}>{value}</span><CopyIcon value={value} label={label} /></Group>
}

function KeyList({ keys, onRemove }: { keys: readonly SftpKey[]; onRemove(key: SftpKey): void }) {
  return (
    <ul className="hp-list" aria-label="Keys that are let in">
      {keys.map((one) => (
        <li key={one.key}>
          <Group justify="space-between" gap="sm" wrap="nowrap">
            <div style={{ minWidth: 0 }}><Text fz="sm" fw={580} style={{ overflowWrap: 'anywhere' }}>{one.name}</Text><Fingerprint of={one} /></div>
            <Button size="xs" variant="default" flex="none" onClick={() => onRemove(one)}>Remove<span className="hp-hidden"> the key of {one.name}</span></Button>
          </Group>
        </li>
      ))}
    </ul>
  )
}

function Fingerprint({ of }: { of: SftpKey }) {
  const { data } = useQuery({ queryKey: ['fingerprint', of.key], queryFn: () => fingerprintOf(of), staleTime: Infinity })
  return <Text fz="xs" c="dimmed" className="hp-mono" style={{ overflowWrap: 'anywhere' }}>{of.key.split(' ')[0]} {data ?? ''}</Text>
}
