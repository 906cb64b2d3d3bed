import { Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { KnownServer } from '../../shared/connection.ts'
import { api } from '../api.ts'
import { ErrorNotice } from './error-notice.tsx'

/** Asks, then forgets a server here without touching it; a practice server is removed from this computer. */
export function useForget(server: KnownServer, onDone?: () => void): () => void {
  const queries = useQueryClient()
  const forget = useMutation({
    mutationFn: () => api.call(server.isThrowaway ? 'try.stop' : 'servers.forget', { serverId: server.id }),
    onSuccess: async () => { onDone?.(); await queries.invalidateQueries({ queryKey: ['servers'] }) },
    onError: (error) => { modals.open({ title: 'That did not work', children: <ErrorNotice error={error} /> }) },
  })
  const words = server.isThrowaway
    ? { title: 'Remove the practice server?', confirm: 'Remove it', text: 'The throwaway server and everything on it is removed from this computer. You can start a new one at any time.' }
    : { title: `Forget ${server.name}?`, confirm: 'Forget this server', text: 'Only this computer forgets it, with its fingerprint and any password kept for it. Nothing changes on the server: its sites stay online, and you can connect to it again.' }
  return () => modals.openConfirmModal({
    title: words.title, labels: { confirm: words.confirm, cancel: 'Cancel' }, confirmProps: { color: 'red' }, onConfirm: () => forget.mutate(),
    children: <Text fz="sm">{words.text}</Text>,
  })
}
