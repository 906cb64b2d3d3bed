import { Button, Checkbox, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, useCallback, useContext, useMemo, useRef, useState, type FormEvent, type ReactNode } from 'react'
import type { ConnectSecrets, KnownServer } from '../../shared/connection.ts'
import { api } from '../api.ts'
import { asHomeportError, ErrorNotice } from './error-notice.tsx'
import { mayNeedSecret, secretLabels, secretsNeeded, type SecretName } from './secret-needed.ts'

interface Request { readonly server: KnownServer; readonly names: readonly SecretName[]; finish(unlocked: boolean): void }
type Unlock = (serverId: string, error: unknown) => Promise<boolean>

const UnlockContext = createContext<Unlock>(() => Promise.resolve(false))

/** Asks for a password or passphrase when a server needs one; anything on any screen may cause that. */
export function UnlockProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient()
  const [request, setRequest] = useState<Request | null>(null)
  const open = useRef<Promise<boolean> | null>(null)

  const unlock = useCallback<Unlock>((serverId, error) => {
    if (!mayNeedSecret(asHomeportError(error).code)) return Promise.resolve(false)
    // Questions that fail at once share one dialog.
    open.current ??= askPerson(serverId, error).finally(() => { open.current = null })
    return open.current

    async function askPerson(id: string, failure: unknown): Promise<boolean> {
      const server = (await api.call('servers.list')).find((known) => known.id === id)
      const names = server === undefined ? [] : secretsNeeded(asHomeportError(failure).code, server.target)
      if (server === undefined || names.length === 0) return false
      const unlocked = await new Promise<boolean>((resolve) => setRequest({ server, names, finish: resolve }))
      setRequest(null)
      if (unlocked) await queries.invalidateQueries({ queryKey: ['servers'] })
      return unlocked
    }
  }, [queries])

  return (
    <UnlockContext value={unlock}>
      {children}
      {request !== null && <UnlockDialog request={request} />}
    </UnlockContext>
  )
}

export function useUnlock(): Unlock {
  return useContext(UnlockContext)
}

/** Asks main something about a server; where a secret is missing, asks the person for it and then main again. */
export function useAsk(serverId: string): <T>(question: () => Promise<T>) => Promise<T> {
  const unlock = useUnlock()
  return useMemo(() => async (question) => {
    try {
      return await question()
    } catch (error) {
      if (await unlock(serverId, error)) return question()
      throw error
    }
  }, [serverId, unlock])
}

function UnlockDialog({ request }: { request: Request }) {
  const { server } = request
  const info = useQuery({ queryKey: ['app.info'], queryFn: () => api.call('app.info') })
  const [names, setNames] = useState(request.names)
  const [secrets, setSecrets] = useState<ConnectSecrets>({})
  const [remember, setRemember] = useState(true)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    setBusy(true)
    try {
      await api.call('servers.unlock', { serverId: server.id, secrets, remember: remember && info.data?.keepsSecrets !== false })
      request.finish(true)
    } catch (failure) {
      const more = secretsNeeded(asHomeportError(failure).code, server.target)
      setNames((before) => [...new Set([...before, ...more])])
      setError(failure)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Modal opened onClose={() => request.finish(false)} title={<Text fw={620} fz="lg" component="span">Log in to {server.name}</Text>}>
      <form onSubmit={(event) => { void submit(event) }}>
        <Stack>
          <Text fz="sm" c="dimmed">{server.target.user}@{server.target.host}</Text>
          {names.map((name, index) => (
            <PasswordInput key={name} data-autofocus={index === 0 || undefined} label={secretLabels[name].label} description={secretLabels[name].description} autoComplete="off"
              value={secrets[name] ?? ''} onChange={(event) => { const value = event.currentTarget.value; setSecrets((before) => ({ ...before, [name]: value })) }} />
          ))}
          {error !== null && <ErrorNotice error={error} />}
          {info.data?.keepsSecrets === false
            ? <Text fz="sm" c="dimmed">{info.data.secretsNote}</Text>
            : <Checkbox label="Remember on this computer" description="Kept encrypted; it never reaches any other computer." checked={remember} onChange={(event) => setRemember(event.currentTarget.checked)} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => request.finish(false)}>Cancel</Button>
            <Button type="submit" loading={busy}>Log in</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
