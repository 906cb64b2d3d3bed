import { Button, Card, Group, NumberInput, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation } from '@tanstack/react-query'
import { Controller, FormProvider, useForm, useFormContext, useWatch } from 'react-hook-form'
import type { MailService } from '../../shared/mail.ts'
import { mailSenders } from '../../shared/spec.ts'
import { api } from '../api.ts'
import { useChanges } from './change-drawer.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { showFieldErrors, useKeepSecret } from './keep-secret.ts'
import { useLive } from './live.tsx'
import { MailReachCheck } from './mail-reach.tsx'
import { enoughForRspamdBytes, keptSmarthostPassword, serviceOf, serviceSchema, serviceValues, smarthostOf, smarthostPorts, suggestedHostname, type ServiceValues } from './mail-service-draft.ts'
import { Notice } from './notice.tsx'
import { formatBytes } from './quantity.ts'
import { SecretInput } from './secret-input.tsx'
import { useAsk } from './unlock.tsx'

interface MailServiceFormProps { readonly serverId: string; /** As it is; null where mail is to be turned on. */ readonly service: MailService | null }

/** How a server forwards mail: its name, by which way mail leaves, and what is kept out. */
export function MailServiceForm({ serverId, service }: MailServiceFormProps) {
  const { status } = useLive()
  const form = useForm<ServiceValues>({ resolver: zodResolver(serviceSchema(service)), defaultValues: serviceValues(service, false, suggestedHostname((status?.sites ?? []).map(({ site }) => site.domain))), mode: 'onTouched' })
  const usesSmarthost = useWatch({ control: form.control, name: 'usesSmarthost' })
  const isRenamed = useWatch({ control: form.control, name: 'hostname' }).trim() !== service?.hostname
  const signs = service?.rspamd === true || mailSenders({ sites: (status?.sites ?? []).map(({ site }) => site) }).length > 0
  const usesRspamd = useWatch({ control: form.control, name: 'rspamd' })
  const changes = useChanges()
  const ask = useAsk(serverId)
  const keep = useKeepSecret(serverId)
  const send = useMutation({
    mutationFn: async (values: ServiceValues): Promise<MailService> => {
      if (!values.usesSmarthost) return serviceOf(values, null)
      const kept = keptSmarthostPassword(values, service)
      const smarthost = smarthostOf(values)
      // A login that is known to work is not made again: the password is only on the server.
      if (kept !== null) return serviceOf(values, kept)
      await ask(() => api.call('mail.check-smarthost', { serverId, smarthost, ...(smarthost.user === undefined ? {} : { password: values.password }) }))
      return serviceOf(values, smarthost.user === undefined ? null : await keep({ kind: 'smtp-password', password: values.password }))
    },
    onSuccess: (next) => changes.review(service === null ? 'Take mail and forward it' : 'Change how mail is forwarded', { kind: 'change-mail', service: next }),
    onError: (error) => showFieldErrors(error, ['hostname', 'host', 'port', 'user', 'password'], (name, message) => form.setError(name, { message })),
  })
  return (
    <FormProvider {...form}>
      <form noValidate onSubmit={(event) => { void form.handleSubmit((values) => send.mutate(values))(event) }}>
        <Stack gap="lg">
          <MailReachCheck serverId={serverId} onBlocked={() => form.setValue('usesSmarthost', true)} />
          <Card>
            <Stack gap="lg">
              <TextInput label="Name of the mail server" description="A name of its own below a domain of yours. It gets a certificate, and DNS records lead to it. It is not the domain that stands in addresses." placeholder="mail.example.org" maw={420} spellCheck={false} autoCapitalize="off" autoComplete="off" error={form.formState.errors.hostname?.message} {...form.register('hostname')} />
              {service !== null && isRenamed && signs && <Notice tone="warn" title="The keys in the DNS get other names">What programs send and what is forwarded is signed under the name of the mail server. After this change, set the records anew that “DNS records” shows for each domain: until then it counts as unsigned.</Notice>}
              <Controller control={form.control} name="usesSmarthost" render={({ field: { value, ...field } }) => <Switch label="Send by a smarthost" description="Another mail server takes all that leaves, with a login. It may refuse mail whose sender is not yours, and forwarded mail has such senders: ask its provider whether forwarding is allowed." {...field} checked={value} />} />
              {usesSmarthost && <SmarthostFields service={service} />}
              <Controller control={form.control} name="greylist" render={({ field: { value, ...field } }) => <Switch label="Ask strangers to come again (greylisting)" description="Servers that were never here are put off once. Much spam never comes back; the first mail of an honest sender is some minutes late." {...field} checked={value} />} />
              <Controller control={form.control} name="blocklists" render={({ field: { value, ...field } }) => <Switch label="Refuse servers on blocklists" description="Spamhaus, SpamCop and Barracuda are asked about each server that comes. Much spam stays out; now and then an innocent sender does too. The lists see from where you get mail." {...field} checked={value} />} />
              <Controller control={form.control} name="rspamd" render={({ field: { value, ...field } }) => <Switch label="Judge mail by its content (rspamd)" description="What looks like spam is refused, and what is forwarded gets a seal (ARC), by which large providers see what it was like when it came. Nothing of a message is kept or told to others." {...field} checked={value} />} />
              {usesRspamd && <MemoryWord />}
              {send.isError && <ErrorNotice error={send.error} />}
              <Group justify="flex-end"><Button type="submit" loading={send.isPending}>Review the changes<span className="hp-hidden"> of mail</span></Button></Group>
            </Stack>
          </Card>
        </Stack>
      </form>
    </FormProvider>
  )
}

/** What it takes from the server, for whoever decides. */
function MemoryWord() {
  const { vitals } = useLive()
  if (vitals === null) return null
  const has = formatBytes(vitals.memoryTotalBytes)
  const isEnough = vitals.memoryTotalBytes >= enoughForRspamdBytes
  return <Notice tone={isEnough ? 'idle' : 'warn'} title={isEnough ? `It takes about 300 MB of the ${has} of memory here` : `This server has ${has} of memory, and it takes about 300 MB of that`}>{isEnough ? 'The first start takes half a minute, in which mail waits at its senders.' : 'Sites and mail may become slow, or be ended for want of memory. Leave it off, or rent a server with 2 GB.'}</Notice>
}

const securities = [{ value: 'starttls', label: 'Encrypted after a greeting (STARTTLS)' }, { value: 'tls', label: 'Encrypted from the start (TLS)' }]

function SmarthostFields({ service }: { service: MailService | null }) {
  const { register, control, getValues, setValue, formState: { errors } } = useFormContext<ServiceValues>()
  const [host, port, security, user, replacesPassword] = useWatch({ control, name: ['host', 'port', 'security', 'user', 'replacesPassword'] })
  const plain = { spellCheck: false, autoCapitalize: 'off', autoComplete: 'off' } as const
  return (
    <Stack gap="md">
      <TextInput label="Smarthost" placeholder="smtp.example.net" maw={420} {...register('host')} error={errors.host?.message} {...plain} />
      <Group align="flex-start" wrap="wrap">
        <Controller control={control} name="security" render={({ field }) => (
          <Select label="Encryption" data={securities} {...field} miw={220} w={320} allowDeselect={false} onChange={(value) => {
            const next = value === 'tls' ? 'tls' : 'starttls'
            // A port that was not typed by hand follows.
            if (getValues('port') === smarthostPorts[getValues('security')]) setValue('port', smarthostPorts[next])
            field.onChange(next)
          }} />
        )} />
        <Controller control={control} name="port" render={({ field }) => <NumberInput label="Port" {...field} value={field.value ?? ''} onChange={(value) => field.onChange(value === '' ? undefined : Number(value))} error={errors.port?.message} min={1} max={65535} allowDecimal={false} w={110} />} />
      </Group>
      <Group grow align="flex-start" preventGrowOverflow={false} wrap="wrap">
        <TextInput label="User" miw={200} {...register('user')} error={errors.user?.message} {...plain} />
        <div style={{ minWidth: 200 }}><SecretInput label="Password" isKept={keptSmarthostPassword({ host, port, security, user, replacesPassword }, service) !== null} onReplace={() => setValue('replacesPassword', true)} {...register('password')} error={errors.password?.message} /></div>
      </Group>
      <Text fz="sm" c="dimmed">Before anything changes, your server logs in there once, to see that it works.</Text>
    </Stack>
  )
}
