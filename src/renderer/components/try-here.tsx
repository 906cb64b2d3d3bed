import { Button, Card, Group, Loader, Stack, Text } from '@mantine/core'
import { IconFlask } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { StreamHandle } from '../../shared/client.ts'
import type { HomeportError } from '../../shared/errors.ts'
import { api } from '../api.ts'
import { ErrorNotice } from './error-notice.tsx'

/** A practice server on this computer: everything can be tried, nothing can be broken. */
export function TryHere() {
  const [messages, setMessages] = useState<readonly string[] | null>(null)
  const [error, setError] = useState<HomeportError | null>(null)
  const stream = useRef<StreamHandle<'try.start'> | null>(null)
  const [, navigate] = useLocation()
  const queries = useQueryClient()
  useEffect(() => () => stream.current?.close(), [])

  function start(): void {
    setMessages([])
    setError(null)
    stream.current = api.open('try.start', undefined, {
      onEvent: (event) => {
        if (event.kind === 'progress') { setMessages((before) => [...(before ?? []), event.message]); return }
        void queries.invalidateQueries({ queryKey: ['servers'] }).then(() => navigate(`/servers/${event.server.id}/setup`))
      },
      onEnd: (failure) => { if (failure !== null) { setError(failure); setMessages(null) } },
    })
  }
  function cancel(): void { stream.current?.close(); setMessages(null) }

  return (
    <Card padding="md">
      <Group justify="space-between" gap="md">
        <Group gap="sm" wrap="nowrap" flex={1} miw={240} align="flex-start">
          <IconFlask size={22} stroke={1.6} aria-hidden style={{ flex: 'none', marginTop: 3, color: 'var(--hp-busy-solid)' }} />
          <div><Text fw={600}>No server yet? Practise first</Text><Text fz="sm" c="dimmed">Homeport starts a small throwaway server inside Docker on this computer. You can do everything with it and remove it again.</Text></div>
        </Group>
        {messages === null ? <Button variant="default" onClick={start}>Try it on this computer</Button> : <Button variant="default" onClick={cancel}>Cancel</Button>}
      </Group>
      <div role="status" aria-live="polite">
        {messages !== null && <Group gap="xs" mt="md"><Loader size="xs" aria-hidden /><Text fz="sm">{messages.at(-1) ?? 'Starting …'}</Text></Group>}
      </div>
      {error !== null && <Stack mt="md"><ErrorNotice error={error} onRetry={start} /></Stack>}
    </Card>
  )
}
