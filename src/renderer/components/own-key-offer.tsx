import { Button, Card, Group, Stack, Text } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { KnownServer } from '../../shared/connection.ts'
import { api } from '../api.ts'
import { ErrorNotice } from './error-notice.tsx'
import { useAsk } from './unlock.tsx'

/** After a login with a password: a key is safer, and nobody has to type again. */
export function OwnKeyOffer({ server, onDone }: { server: KnownServer; onDone(): void }) {
  const ask = useAsk(server.id)
  const install = useMutation({ mutationFn: () => ask(() => api.call('servers.install-own-key', { serverId: server.id })), onSuccess: onDone })
  return (
    <Card>
      <Stack>
        <Group gap="sm" wrap="nowrap"><IconKey size={24} className="hp-tone-busy" aria-hidden /><Text component="h2" fz="lg" fw={620}>Log in without a password from now on?</Text></Group>
        <Text fz="sm">You are logged in to <b>{server.target.host}</b>. Homeport can make a key, install it on the server, check that it works, and then forget your password. A key cannot be guessed, and the password itself stays valid on the server.</Text>
        {install.isError && <ErrorNotice error={install.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>{install.isError ? 'Go on with the password' : 'Not now'}</Button>
          <Button onClick={() => install.mutate()} loading={install.isPending}>Install a key</Button>
        </Group>
      </Stack>
    </Card>
  )
}
