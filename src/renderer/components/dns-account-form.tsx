import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation } from '@tanstack/react-query'
import { Controller, useForm, useWatch } from 'react-hook-form'
import { type DnsAccount, dnsFields, dnsProviders } from '../../shared/certificate.ts'
import { DnsAccountSchema, dnsAccountValues, dnsSecret, newDnsAccountId, providerNames, type DnsAccountValues } from './dns-account-draft.ts'
import { ErrorNotice } from './error-notice.tsx'
import { showFieldErrors, useKeepSecret } from './keep-secret.ts'
import { SecretInput } from './secret-input.tsx'

interface DnsAccountDialogProps {
  readonly serverId: string
  /** The account whose keys are to be replaced; absent for a new one. */
  readonly account?: DnsAccount | undefined
  readonly takenIds: readonly string[]
  onKept(account: DnsAccount): void
  onClose(): void
}

/** Access to where the DNS of a domain is managed. The keys go to the server as they are typed here, and nowhere else. */
export function DnsAccountDialog({ serverId, account, takenIds, onKept, onClose }: DnsAccountDialogProps) {
  const { control, register, handleSubmit, setError, formState: { errors } } = useForm<DnsAccountValues>({ resolver: zodResolver(DnsAccountSchema), defaultValues: dnsAccountValues(account) })
  const provider = useWatch({ control, name: 'provider' })
  const keep = useKeepSecret(serverId)
  const send = useMutation({
    mutationFn: async (values: DnsAccountValues): Promise<DnsAccount> => ({ id: account?.id ?? newDnsAccountId(takenIds), label: values.label.trim(), provider: values.provider, secret: await keep(dnsSecret(values)) }),
    onSuccess: onKept,
    onError: (error, values) => showFieldErrors(error, dnsFields[values.provider].map(({ name }) => name), (name, message) => setError(`fields.${name}`, { message })),
  })
  return (
    <Modal opened onClose={onClose} title={account === undefined ? 'Add a DNS account' : `Replace the keys of ${account.label}`} size="lg">
      <form noValidate onSubmit={(event) => { void handleSubmit((values) => send.mutate(values))(event) }}>
        <Stack>
          <Controller control={control} name="provider" render={({ field }) => (
            <Select label="Where the DNS is managed" description="Yours is not here? Then certificates “by itself” work as well, over port 80." data={dnsProviders.map((value) => ({ value, label: providerNames[value] }))} {...field} disabled={account !== undefined} />
          )} />
          <TextInput label="Name for this account" description="As you will recognise it." placeholder="DNS of my domains" {...register('label')} error={errors.label?.message} data-autofocus />
          {dnsFields[provider].map(({ name, label, placeholder, isSecret }) => {
            const input = { label, placeholder, ...register(`fields.${name}`), error: errors.fields?.[name]?.message }
            return isSecret ? <SecretInput key={`${provider}${name}`} isKept={false} onReplace={() => {}} {...input} /> : <TextInput key={`${provider}${name}`} spellCheck={false} autoCapitalize="off" autoComplete="off" {...input} />
          })}
          <Text fz="sm" c="dimmed">Make a key that may change only these domains. It is kept on the server, readable by its administrator alone, and never comes back to this window.</Text>
          {send.isError && <ErrorNotice error={send.error} />}
          <Group justify="flex-end"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={send.isPending}>Review the changes</Button></Group>
        </Stack>
      </form>
    </Modal>
  )
}
