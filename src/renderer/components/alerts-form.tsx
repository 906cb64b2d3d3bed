import { Button, Card, Group, NumberInput, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation } from '@tanstack/react-query'
import { Controller, FormProvider, useForm, useFormContext, useWatch } from 'react-hook-form'
import type { Alerts } from '../../shared/certificate.ts'
import { alertsOf, alertsSchema, alertsValues, keptPassword, keptWebhook, usualPorts, type AlertsValues } from './alerts-draft.ts'
import { useChanges } from './change-drawer.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { showFieldErrors, useKeepSecret } from './keep-secret.ts'
import { SecretInput } from './secret-input.tsx'

/** Whom the server tells when a certificate is close to its end, or its renewal keeps failing. */
export function AlertsForm({ serverId, alerts }: { serverId: string; alerts: Alerts }) {
  const form = useForm<AlertsValues>({ resolver: zodResolver(alertsSchema(alerts)), defaultValues: alertsValues(alerts) })
  const [usesMail, usesWebhook] = useWatch({ control: form.control, name: ['usesMail', 'usesWebhook'] })
  const changes = useChanges()
  const keep = useKeepSecret(serverId)
  const send = useMutation({
    mutationFn: async (values: AlertsValues): Promise<Alerts> => {
      const webhook = values.usesWebhook ? (keptWebhook(values, alerts) ?? await keep({ kind: 'webhook', url: values.url.trim() })) : null
      const hasLogin = values.usesMail && values.user.trim() !== ''
      const password = hasLogin ? (keptPassword(values, alerts) ?? await keep({ kind: 'smtp-password', password: values.password })) : null
      return alertsOf(values, { webhook, password })
    },
    onSuccess: (next) => changes.review('Change the alerts', { kind: 'change-alerts', alerts: next }),
    onError: (error) => showFieldErrors(error, ['url', 'password', 'to', 'from', 'host', 'port', 'user'], (name, message) => form.setError(name, { message })),
  })
  const isSet = alerts.mail !== null || alerts.webhook !== null
  return (
    <FormProvider {...form}>
      <form noValidate onSubmit={(event) => { void form.handleSubmit((values) => send.mutate(values))(event) }}>
        <Card>
          <Stack gap="lg">
            <Controller control={form.control} name="usesMail" render={({ field: { value, ...field } }) => <Switch label="Send a mail" description="By a mail server of yours or your provider, with the login that a mail program would use." {...field} checked={value} />} />
            {usesMail && <MailFields alerts={alerts} />}
            <Controller control={form.control} name="usesWebhook" render={({ field: { value, ...field } }) => <Switch label="Call a webhook" description="Sends JSON by POST, such as to ntfy, a chat, or a service that watches over servers." {...field} checked={value} />} />
            {usesWebhook && <WebhookField alerts={alerts} />}
            {send.isError && <ErrorNotice error={send.error} />}
            <Group justify="space-between" gap="sm">
              <Text fz="sm" c="dimmed" style={{ flex: 1, minWidth: 200 }}>{isSet ? 'A test goes out with what is saved, not with what is typed here.' : 'Save a way first, then send a test.'}</Text>
              <Group gap="xs">
                <Button variant="default" disabled={!isSet} onClick={() => changes.act('Send a test alert', { kind: 'test-alert' })}>Send a test</Button>
                <Button type="submit" loading={send.isPending}>Review the changes<span className="hp-hidden"> of alerts</span></Button>
              </Group>
            </Group>
          </Stack>
        </Card>
      </form>
    </FormProvider>
  )
}

const securities = [{ value: 'tls', label: 'Encrypted from the start (TLS)' }, { value: 'starttls', label: 'Encrypted after a greeting (STARTTLS)' }, { value: 'none', label: 'Not encrypted' }]

function MailFields({ alerts }: { alerts: Alerts }) {
  const { register, control, getValues, setValue, formState: { errors } } = useFormContext<AlertsValues>()
  const [host, user, security, replacesPassword] = useWatch({ control, name: ['host', 'user', 'security', 'replacesPassword'] })
  const plain = { spellCheck: false, autoCapitalize: 'off', autoComplete: 'off' } as const
  return (
    <Stack gap="md">
      <Group grow align="flex-start" preventGrowOverflow={false} wrap="wrap">
        <TextInput type="email" label="Send to" placeholder="you@example.org" miw={200} {...register('to')} error={errors.to?.message} {...plain} />
        <TextInput type="email" label="From" description="An address that this mail server may send for." placeholder="server@example.org" miw={200} inputWrapperOrder={['label', 'input', 'description', 'error']} {...register('from')} error={errors.from?.message} {...plain} />
      </Group>
      <TextInput label="Mail server" placeholder="smtp.example.org" {...register('host')} error={errors.host?.message} {...plain} />
      <Group align="flex-start" wrap="wrap">
        <Controller control={control} name="security" render={({ field }) => (
          <Select label="Encryption" data={securities} {...field} flex={1} miw={220} onChange={(value) => {
            const next = value === 'starttls' || value === 'none' ? value : 'tls'
            // A port that was not typed by hand follows.
            if (getValues('port') === usualPorts[getValues('security')]) setValue('port', usualPorts[next])
            field.onChange(next)
          }} />
        )} />
        <Controller control={control} name="port" render={({ field }) => <NumberInput label="Port" {...field} value={field.value ?? ''} onChange={(value) => field.onChange(value === '' ? undefined : Number(value))} error={errors.port?.message} min={1} max={65535} allowDecimal={false} w={110} />} />
      </Group>
      {security === 'none' && <Text fz="sm" className="hp-tone-warn">Everybody on the way can read the mail, and the password. Use it only inside your own network.</Text>}
      <Group grow align="flex-start" preventGrowOverflow={false} wrap="wrap">
        <TextInput label="User (optional)" miw={200} {...register('user')} error={errors.user?.message} {...plain} />
        {user.trim() !== '' && <div style={{ minWidth: 200 }}><SecretInput label="Password" isKept={keptPassword({ host, user, replacesPassword }, alerts) !== null} onReplace={() => setValue('replacesPassword', true)} {...register('password')} error={errors.password?.message} /></div>}
      </Group>
    </Stack>
  )
}

function WebhookField({ alerts }: { alerts: Alerts }) {
  const { register, control, setValue, formState: { errors } } = useFormContext<AlertsValues>()
  const replacesWebhook = useWatch({ control, name: 'replacesWebhook' })
  return <SecretInput label="Address of the webhook" description="Whoever knows it can post there, so it is kept like a password." placeholder="https://" isKept={keptWebhook({ replacesWebhook }, alerts) !== null} onReplace={() => setValue('replacesWebhook', true)} {...register('url')} error={errors.url?.message} />
}
