import { Drawer, Skeleton, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import type { Action, Edit } from '../../shared/edit.ts'
import { api } from '../api.ts'
import { ChangeFlow } from './change-flow.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { RunWatch } from './run-watch.tsx'
import { useAsk } from './unlock.tsx'

type Shown = { readonly title: string; readonly done?: ReactNode } & (
  | { readonly kind: 'edit'; readonly edit: Edit } | { readonly kind: 'action'; readonly action: Action } | { readonly kind: 'run'; readonly runId: string })
interface Changes {
  /** Plans an edit, lets the person review it, and runs it. */
  review(title: string, edit: Edit, done?: ReactNode): void
  /** Does something once, and shows it. */
  act(title: string, action: Action): void
  watch(title: string, runId: string): void
  close(): void
}

const ChangesContext = createContext<Changes | null>(null)

export function useChanges(): Changes {
  const changes = useContext(ChangesContext)
  if (changes === null) throw new Error('useChanges belongs below ChangeDrawer.')
  return changes
}

/** The drawer in which every change of a server is reviewed and watched. */
export function ChangeDrawer({ serverId, children }: { serverId: string; children: ReactNode }) {
  const [shown, setShown] = useState<Shown | null>(null)
  const [key, setKey] = useState(0)
  const changes = useMemo<Changes>(() => {
    const show = (next: Shown) => { setShown(next); setKey((before) => before + 1) }
    return {
      review: (title, edit, done) => show({ kind: 'edit', title, edit, done }), act: (title, action) => show({ kind: 'action', title, action }),
      watch: (title, runId) => show({ kind: 'run', title, runId }), close: () => setShown(null),
    }
  }, [])
  const close = changes.close
  const finish = () => changes.review('Finish what is left', { kind: 'set-up' })
  return (
    <ChangesContext value={changes}>
      {children}
      <Drawer opened={shown !== null} onClose={close} position="right" size={760} title={<Text component="span" fw={640} fz="lg">{shown?.title}</Text>} styles={{ content: { background: 'var(--mantine-color-body)' }, header: { background: 'var(--mantine-color-body)' } }}>
        {shown?.kind === 'edit' && <ChangeFlow key={key} serverId={serverId} edit={shown.edit} done={shown.done} onBack={close} backLabel="Cancel" onClose={close} />}
        {shown?.kind === 'action' && <ActionFlow key={key} serverId={serverId} action={shown.action} onClose={close} />}
        {shown?.kind === 'run' && <RunWatch key={key} serverId={serverId} runId={shown.runId} onContinue={finish} onClose={close} />}
      </Drawer>
    </ChangesContext>
  )
}

function ActionFlow({ serverId, action, onClose }: { serverId: string; action: Action; onClose(): void }) {
  const ask = useAsk(serverId)
  const start = useMutation({ mutationFn: () => ask(() => api.call('server.act', { serverId, action })) })
  const { mutate } = start
  useEffect(() => {
    // In the next task, so that StrictMode's first mount does not start it twice.
    const timer = setTimeout(() => mutate(), 0)
    return () => clearTimeout(timer)
  }, [mutate])
  if (start.isError) return <ErrorNotice error={start.error} onRetry={() => mutate()} />
  if (start.data === undefined) return <Skeleton height={160} radius="lg" aria-label="Starting" />
  return <RunWatch serverId={serverId} runId={start.data.runId} onContinue={() => mutate()} continueLabel="Try again" onClose={onClose} />
}
