import { Button, Card, Group, List, Stack, Text } from '@mantine/core'
import { IconShieldX } from '@tabler/icons-react'
import { Link } from 'wouter'
import type { HomeportError } from '../../shared/errors.ts'
import { CodeBlock } from './code-block.tsx'
import { Disclosure } from './disclosure.tsx'

/** A server that shows another key than the one agreed to. There is deliberately no button to go on. */
export function HostKeyChanged({ error, serverId }: { error: HomeportError; serverId?: string }) {
  return (
    <Card role="alert" style={{ borderColor: 'var(--hp-bad-solid)' }}>
      <Stack>
        <Group gap="sm" wrap="nowrap"><IconShieldX size={30} className="hp-tone-bad" aria-hidden /><Text fz="lg" fw={640} component="h2">Homeport stopped: this is not the server it knows</Text></Group>
        <Text>{error.message}</Text>
        <Text fz="sm" c="dimmed">No password and no key was sent. There are two explanations:</Text>
        <List fz="sm" spacing={6}>
          <List.Item><b>The server was reinstalled</b>, or its address now belongs to another server. Then this is harmless.</List.Item>
          <List.Item><b>Somebody answers in its place</b>, to read what you send. Then going on would hand over your server.</List.Item>
        </List>
        <Text fz="sm" fw={600}>What to do</Text>
        <List fz="sm" spacing={6} type="ordered">
          <List.Item>Ask your provider, or whoever looks after the server with you, whether it was reinstalled.</List.Item>
          <List.Item>Compare the fingerprint in your provider’s console with the new one in the details below.</List.Item>
          <List.Item>Only if it is right: forget this server in Homeport, and connect to it anew.</List.Item>
        </List>
        {error.hint !== '' && <Text fz="sm" c="dimmed">{error.hint}</Text>}
        {error.detail !== undefined && <Disclosure label="Show both fingerprints"><CodeBlock label="Fingerprints" code={error.detail} wrap /></Disclosure>}
        <Group>
          <Button component={Link} href="/">Back to your servers</Button>
          {serverId !== undefined && <Button component={Link} href={`/servers/${serverId}/server`} variant="default">Server settings</Button>}
        </Group>
      </Stack>
    </Card>
  )
}
