import { Button, Card, Group, Radio, Stack, Switch, Text, TextInput, Textarea } from '@mantine/core'
import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Controller, FormProvider, useForm, useFormContext, useWatch } from 'react-hook-form'
import type { Authority, CertificateSettings } from '../../shared/certificate.ts'
import { authorityOf, authoritySchema, authorityValues, keptHmac, needsEab, type AuthorityValues } from './authority-draft.ts'
import { useChanges } from './change-drawer.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { showFieldErrors, useKeepSecret } from './keep-secret.ts'
import { Notice } from './notice.tsx'
import { SecretInput } from './secret-input.tsx'

/** Who signs the certificates of all sites of a server. */
export function AuthorityForm({ serverId, settings }: { serverId: string; settings: CertificateSettings }) {
  const form = useForm<AuthorityValues>({ resolver: zodResolver(authoritySchema(settings.authority)), defaultValues: authorityValues(settings) })
  const changes = useChanges()
  const keep = useKeepSecret(serverId)
  const send = useMutation({
    mutationFn: async (values: AuthorityValues): Promise<CertificateSettings> => {
      const kept = keptHmac(values, settings.authority)
      const hmac = needsEab(values) ? (kept ?? await keep({ kind: 'eab', hmac: values.hmac.trim() })) : ''
      const email = values.email.trim()
      return { authority: authorityOf(values, hmac), dnsAccounts: settings.dnsAccounts, ...(email === '' ? {} : { email }) }
    },
    onSuccess: (certificates) => changes.review('Change who signs the certificates', { kind: 'change-certificates', certificates }),
    onError: (error) => showFieldErrors(error, ['hmac', 'keyId', 'directory', 'bundle', 'email'], (name, message) => form.setError(name, { message })),
  })
  const { errors } = form.formState
  const kind = useWatch({ control: form.control, name: 'kind' })
  return (
    <FormProvider {...form}>
      <form noValidate onSubmit={(event) => { void form.handleSubmit((values) => send.mutate(values))(event) }}>
        <Card>
          <Stack gap="lg">
            <Controller control={form.control} name="kind" render={({ field }) => (
              <Radio.Group label="Who signs the certificates?" description="They check that a site is yours, and browsers believe them. By using one you agree to their terms." {...field}>
                <Stack gap="md" mt="sm">
                  <Choice value="lets-encrypt" label="Let’s Encrypt" text="Free, run for the public good, trusted by all browsers. Right for nearly everybody." />
                  <Choice value="zerossl" label="ZeroSSL" text="Free with an account there, from which you copy two keys.">{kind === 'zerossl' && <EabFields before={settings.authority} />}</Choice>
                  <Choice value="custom" label="Another one" text="Any authority that speaks ACME, such as that of your company.">{kind === 'custom' && <CustomFields before={settings.authority} />}</Choice>
                  <Choice value="lets-encrypt-staging" label="Let’s Encrypt, for trying out" text="To practise without limits on how many you get.">{kind === 'lets-encrypt-staging' && <Notice tone="warn" title="No browser trusts these certificates">Visitors of all your sites on this server will be warned, and HTTPS only is not said to browsers meanwhile. Do not use it for sites that others visit.</Notice>}</Choice>
                </Stack>
              </Radio.Group>
            )} />
            <TextInput type="email" label="Mail address for them (optional)" description="Some write to it about important changes. Most need none." placeholder="you@example.org" maw={420} {...form.register('email')} error={errors.email?.message} />
            {kind !== settings.authority.kind && <Text fz="sm" c="dimmed">The server then asks them for the certificates of all sites anew. What is served now stays until the new ones are there.</Text>}
            {send.isError && <ErrorNotice error={send.error} />}
            <Group justify="flex-end"><Button type="submit" loading={send.isPending}>Review the changes<span className="hp-hidden"> of who signs</span></Button></Group>
          </Stack>
        </Card>
      </form>
    </FormProvider>
  )
}

function Choice({ value, label, text, children }: { value: Authority['kind']; label: string; text: string; children?: ReactNode }) {
  return <div><Radio value={value} label={label} description={text} />{Boolean(children) && <div className="hp-option-more">{children}</div>}</div>
}

function EabFields({ before }: { before: Authority }) {
  const { register, control, setValue, formState: { errors } } = useFormContext<AuthorityValues>()
  const [kind, usesEab, keyId, replacesHmac] = useWatch({ control, name: ['kind', 'usesEab', 'keyId', 'replacesHmac'] })
  const isKept = keptHmac({ kind, usesEab, keyId, replacesHmac, email: '', directory: '', bundle: '', hmac: '' }, before) !== null
  return (
    <Stack gap="md" maw={560}>
      <TextInput label="Key id (EAB)" description={kind === 'zerossl' ? 'In your ZeroSSL account: Developer, EAB credentials.' : undefined} {...register('keyId')} error={errors.keyId?.message} spellCheck={false} autoCapitalize="off" autoComplete="off" />
      <SecretInput label="HMAC key (EAB)" isKept={isKept} onReplace={() => setValue('replacesHmac', true)} {...register('hmac')} error={errors.hmac?.message} />
    </Stack>
  )
}

function CustomFields({ before }: { before: Authority }) {
  const { register, control, formState: { errors } } = useFormContext<AuthorityValues>()
  const usesEab = useWatch({ control, name: 'usesEab' })
  return (
    <Stack gap="md" maw={560}>
      <TextInput label="Address of their ACME directory" placeholder="https://ca.example.org/acme/directory" {...register('directory')} error={errors.directory?.message} spellCheck={false} autoCapitalize="off" />
      <Textarea label="Certificates to trust (optional)" description="If the authority is your own: its root certificate in PEM form. Visitors’ devices need it as well." placeholder="-----BEGIN CERTIFICATE-----" rows={4} spellCheck={false} classNames={{ input: 'hp-mono' }} {...register('bundle')} error={errors.bundle?.message} />
      <Controller control={control} name="usesEab" render={({ field: { value, ...field } }) => <Switch label="They gave me a key id and an HMAC key" {...field} checked={value} />} />
      {usesEab && <EabFields before={before} />}
    </Stack>
  )
}
