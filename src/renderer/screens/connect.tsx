import { Button, Card, Group, Skeleton, Stack } from '@mantine/core'
import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation, type UseMutationResult, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { FormProvider, useForm, useWatch } from 'react-hook-form'
import { Link, useLocation } from 'wouter'
import type { ConnectResult, HostKey, KnownServer, SshSuggestions } from '../../shared/connection.ts'
import { api } from '../api.ts'
import { ConnectDraft, firstDraft, typedSecrets } from '../components/connect-draft.ts'
import { AddressFields, AuthFields, JumpFields, SecretField } from '../components/connect-fields.tsx'
import { asHomeportError, ErrorNotice } from '../components/error-notice.tsx'
import { HostKeyChanged } from '../components/host-key-changed.tsx'
import { HostKeyConsent } from '../components/host-key-consent.tsx'
import { canKeep, KeepChoice } from '../components/keep-choice.tsx'
import { OwnKeyOffer } from '../components/own-key-offer.tsx'
import { Page } from '../components/page.tsx'
import { secretsNeeded, type SecretName } from '../components/secret-needed.ts'
import { useSecretsState } from '../components/secrets-state.ts'
import { SetupSteps } from '../components/steps.tsx'
import { isLocked, tellNotKept, useOpenKept } from '../components/unlock.tsx'

/** The first step: where the server is, and how to log in. */
export function ConnectScreen() {
  const suggestions = useQuery({ queryKey: ['ssh.suggestions'], queryFn: () => api.call('ssh.suggestions') })
  // Suggestions make the form quicker; without them it still works.
  const shown = suggestions.data ?? (suggestions.isError ? { hosts: [], keyPaths: [], agent: false } : undefined)
  return (
    <Page title="Connect to your server" width="narrow" crumbs={[{ label: 'Add a server' }]} intro="A fresh server with Debian or Ubuntu is best. Homeport only looks at first: nothing is changed before you have seen a plan and agreed to it.">
      <Stack gap="xl">
        <SetupSteps active={0} />
        {shown === undefined ? <Skeleton height={380} radius="lg" /> : <ConnectForm suggestions={shown} />}
      </Stack>
    </Page>
  )
}

/** `accepted`: the fingerprint that the person agreed to. */
interface Attempt { readonly draft: ConnectDraft; readonly accepted?: string }

function ConnectForm({ suggestions }: { suggestions: SshSuggestions }) {
  const [, navigate] = useLocation()
  const queries = useQueryClient()
  const form = useForm<ConnectDraft>({ resolver: zodResolver(ConnectDraft), defaultValues: firstDraft(suggestions) })
  const [asked, setAsked] = useState<readonly SecretName[]>([])
  const [hostKey, setHostKey] = useState<HostKey | null>(null)
  const [offer, setOffer] = useState<KnownServer | null>(null)
  const kept = useSecretsState()
  const openKept = useOpenKept()
  const remember = useWatch({ control: form.control, name: 'remember' })
  const authKind = useWatch({ control: form.control, name: 'target.auth.kind' })

  const connect: UseMutationResult<ConnectResult, Error, Attempt> = useMutation({
    mutationFn: ({ draft, accepted }) =>
      api.call('servers.connect', { target: draft.target, secrets: typedSecrets(draft), remember: draft.remember && canKeep(kept), ...(accepted === undefined ? {} : { acceptHostKey: accepted }) }),
    onSuccess: async (result) => {
      if (result.kind === 'host-key-unknown') { setHostKey(result.key); return }
      setHostKey(null)
      tellNotKept(result.notKept)
      await queries.invalidateQueries({ queryKey: ['servers'] })
      if (result.offerOwnKey) setOffer(result.server)
      else navigate(`/servers/${result.server.id}/setup`)
    },
    onError: async (thrown, attempt): Promise<void> => {
      setHostKey(null)
      if (isLocked(thrown)) {
        if (await openKept()) return connect.mutate(attempt)
        form.setValue('remember', false)
      }
      const { draft } = attempt
      const error = asHomeportError(thrown)
      setAsked((before) => [...new Set([...before, ...secretsNeeded(error.code, draft.target)])])
      for (const [path, message] of Object.entries(error.fields ?? {})) form.setError(path as 'target.host', { message })
    },
  })
  const error = connect.error === null ? null : asHomeportError(connect.error)

  if (offer !== null) return <OwnKeyOffer server={offer} onDone={() => navigate(`/servers/${offer.id}/setup`)} />
  if (error?.code === 'host-key-changed') return <HostKeyChanged error={error} />
  const more = asked.filter((name) => name !== 'password' && !(name === 'passphrase' && authKind !== 'key-file'))
  return (
    <FormProvider {...form}>
      <form noValidate onSubmit={(event) => { void form.handleSubmit((draft) => connect.mutate({ draft }))(event) }}>
        <Card>
          <Stack gap="lg">
            <AddressFields suggestions={suggestions} />
            <AuthFields at="target" suggestions={suggestions} />
            {authKind === 'password' && <SecretField name="password" />}
            {more.map((name) => <SecretField key={name} name={name} />)}
            <JumpFields suggestions={suggestions} />
            <KeepChoice label="Remember passwords and passphrases on this computer" checked={remember} onChange={(checked) => form.setValue('remember', checked)} />
            <div aria-live="polite">{error !== null && <ErrorNotice error={error} />}</div>
            <Group justify="flex-end">
              <Button component={Link} href="/" variant="default">Cancel</Button>
              <Button type="submit" loading={connect.isPending && hostKey === null}>Connect</Button>
            </Group>
          </Stack>
        </Card>
      </form>
      {hostKey !== null && (
        <HostKeyConsent hostKey={hostKey} busy={connect.isPending} onCancel={() => { setHostKey(null); connect.reset() }}
          onAccept={() => { if (connect.variables !== undefined) connect.mutate({ draft: connect.variables.draft, accepted: hostKey.sha256 }) }} />
      )}
    </FormProvider>
  )
}
