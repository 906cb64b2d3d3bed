import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from 'react'
import type { ConnectSecrets, KnownServer } from '../../shared/connection.ts'
import { api } from '../api.ts'
import { asHomeportError, ErrorNotice } from './error-notice.tsx'
import { canKeep, KeepChoice } from './keep-choice.tsx'
import { OpenPassphraseDialog } from './passphrase-dialogs.tsx'
import { mayNeedSecret, secretLabels, secretsNeeded, type SecretName } from './secret-needed.ts'
import { useSecretsState } from './secrets-state.ts'

interface Request {
  readonly server: KnownServer
  readonly names: readonly SecretName[]
  /** The person would not type the passphrase of Homeport just now. */
  readonly isDeclined: boolean
  finish(unlocked: boolean): void
}
type Unlock = (serverId: string, error: unknown) => Promise<boolean>
type OpenKept = () => Promise<boolean>

const UnlockContext = createContext<Unlock>(() => Promise.resolve(false))
const OpenKeptContext = createContext<OpenKept>(() => Promise.resolve(false))

/** Asks for a password or passphrase when a server needs one; anything on any screen may cause that. */
export function UnlockProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient()
  const [request, setRequest] = useState<Request | null>(null)
  const open = useRef<Promise<boolean> | null>(null)
  const [passphrase, setPassphrase] = useState<{ finish(opened: boolean): void } | null>(null)

  const opening = useRef<Promise<boolean> | null>(null)
  const openKept = useCallback<OpenKept>(() => {
    opening.current ??= new Promise<boolean>((resolve) => setPassphrase({ finish: resolve })).finally(() => {
      opening.current = null
      setPassphrase(null)
    })
    return opening.current
  }, [])

  const unlock = useCallback<Unlock>((serverId, error) => {
    if (!mayNeedSecret(asHomeportError(error).code)) return Promise.resolve(false)
    // Questions that fail at once share one dialog.
    open.current ??= askPerson(serverId, error).finally(() => { open.current = null })
    return open.current

    async function askPerson(id: string, failure: unknown): Promise<boolean> {
      if (isLocked(failure) && await openKept()) return true
      const server = (await api.call('servers.list')).find((known) => known.id === id)
      const names = server === undefined ? [] : secretsNeeded(asHomeportError(failure).code, server.target)
      if (server === undefined || names.length === 0) return false
      const unlocked = await new Promise<boolean>((resolve) => setRequest({ server, names, isDeclined: isLocked(failure), finish: resolve }))
      setRequest(null)
      if (unlocked) await queries.invalidateQueries({ queryKey: ['servers'] })
      return unlocked
    }
  }, [queries, openKept])

  return (
    <OpenKeptContext value={openKept}>
      <UnlockContext value={unlock}>
        {children}
        {request !== null && <UnlockDialog request={request} />}
        {passphrase !== null && <OpenPassphraseDialog onDone={() => passphrase.finish(true)} onCancel={() => passphrase.finish(false)} />}
      </UnlockContext>
    </OpenKeptContext>
  )
}

export function useUnlock(): Unlock {
  return useContext(UnlockContext)
}

/** Asks for the passphrase of Homeport; false where the person would not. */
export function useOpenKept(): OpenKept {
  return useContext(OpenKeptContext)
}

export function isLocked(error: unknown): boolean {
  return asHomeportError(error).code === 'secrets-locked'
}

/** Tells that the login went well, and a secret of it was not kept although it should. */
export function tellNotKept(reason: string | null): void {
  if (reason !== null) notifications.show({ color: 'yellow', autoClose: 20_000, title: 'Connected, but nothing was kept', message: `${reason} Homeport asks again the next time.` })
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
  const kept = useSecretsState()
  const openKept = useOpenKept()
  const [names, setNames] = useState(request.names)
  const [secrets, setSecrets] = useState<ConnectSecrets>({})
  const [remember, setRemember] = useState(!request.isDeclined)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)

  async function submit(): Promise<void> {
    setBusy(true)
    try {
      const { notKept } = await api.call('servers.unlock', { serverId: server.id, secrets, remember: remember && canKeep(kept) })
      tellNotKept(notKept)
      request.finish(true)
    } catch (failure) {
      if (isLocked(failure) && await openKept()) return await submit()
      const more = secretsNeeded(asHomeportError(failure).code, server.target)
      setNames((before) => [...new Set([...before, ...more])])
      setError(failure)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Modal opened onClose={() => request.finish(false)} title={<Text fw={620} fz="lg" component="span">Log in to {server.name}</Text>}>
      <form onSubmit={(event) => { event.preventDefault(); void submit() }}>
        <Stack>
          <Text fz="sm" c="dimmed">{server.target.user}@{server.target.host}</Text>
          {names.map((name, index) => (
            <PasswordInput key={name} data-autofocus={index === 0 || undefined} label={secretLabels[name].label} description={secretLabels[name].description} autoComplete="off"
              value={secrets[name] ?? ''} onChange={(event) => { const value = event.currentTarget.value; setSecrets((before) => ({ ...before, [name]: value })) }} />
          ))}
          {error !== null && <ErrorNotice error={error} />}
          <KeepChoice label="Remember on this computer" checked={remember} onChange={setRemember} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => request.finish(false)}>Cancel</Button>
            <Button type="submit" loading={busy}>Log in</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
