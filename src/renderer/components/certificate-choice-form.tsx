import './certificate.css'
import { Anchor, Button, Group, Radio, Select, Stack, Switch, Text } from '@mantine/core'
import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Controller, FormProvider, useForm, useFormContext, useWatch, type Resolver } from 'react-hook-form'
import { Link } from 'wouter'
import type { CertificateChoice, DnsAccount } from '../../shared/certificate.ts'
import { certificateNames, siteNames, type Site } from '../../shared/spec.ts'
import { ChoiceSchema, choiceValues, pemBlocks, type ChoiceValues } from './certificate-choice-draft.ts'
import { useChanges } from './change-drawer.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { showFieldErrors, useKeepSecret } from './keep-secret.ts'
import { PemField } from './pem-field.tsx'
import { KeptSecret } from './secret-input.tsx'

/** The three ways in which a site comes to its certificate. */
export function CertificateChoiceForm({ serverId, site, accounts }: { serverId: string; site: Site; accounts: readonly DnsAccount[] }) {
  // The schema's input is wider than the form's values; its output is what the form hands on.
  const form = useForm<ChoiceValues>({ resolver: zodResolver(ChoiceSchema) as unknown as Resolver<ChoiceValues>, defaultValues: choiceValues(site.certificate, accounts) })
  const changes = useChanges()
  const keep = useKeepSecret(serverId)
  const send = useMutation({
    mutationFn: async (values: ChoiceValues): Promise<CertificateChoice> => {
      switch (values.kind) {
        case 'automatic': return { kind: 'automatic' }
        case 'dns': return { kind: 'dns', account: values.account, wildcard: values.wildcard }
        case 'own': {
          if (values.keeps && site.certificate.kind === 'own') return site.certificate
          return { kind: 'own', secret: await keep({ kind: 'certificate', chain: pemBlocks(values.chain).certificates, key: pemBlocks(values.key).keys, names: siteNames(site) }) }
        }
      }
    },
    onSuccess: (certificate) => changes.review(`Change how ${site.domain} gets its certificate`, { kind: 'change-site-certificate', siteId: site.id, certificate, hsts: site.hsts }),
    onError: (error) => showFieldErrors(error, ['chain', 'key'], (name, message) => form.setError(name, { message })),
  })
  const kind = useWatch({ control: form.control, name: 'kind' })
  return (
    <FormProvider {...form}>
      <form noValidate onSubmit={(event) => { void form.handleSubmit((values) => send.mutate(values))(event) }}>
        <Stack gap="md">
          <Controller control={form.control} name="kind" render={({ field }) => (
            <Radio.Group aria-label="How this site gets its certificate" {...field}>
              <div className="hp-options">
                <Option value="automatic" chosen={kind} label="By itself" text="The server proves over port 80 that the site is yours, and renews in time. Right for nearly everybody." />
                <Option value="dns" chosen={kind} label="By a DNS record" text="The server writes a record at your DNS provider. For servers that port 80 does not reach, and for all names below the domain at once."><DnsFields serverId={serverId} site={site} accounts={accounts} /></Option>
                <Option value="own" chosen={kind} label="My own certificate" text="You bring certificate and key, for instance of your company. Nobody renews it but you: the server tells you before it ends."><OwnFields /></Option>
              </div>
            </Radio.Group>
          )} />
          {send.isError && <ErrorNotice error={send.error} />}
          <Group justify="flex-end"><Button type="submit" loading={send.isPending}>Review the changes</Button></Group>
        </Stack>
      </form>
    </FormProvider>
  )
}

function Option({ value, chosen, label, text, children }: { value: ChoiceValues['kind']; chosen: string; label: string; text: string; children?: ReactNode }) {
  const isChosen = chosen === value
  return <div className="hp-option" data-checked={isChosen || undefined}><Radio value={value} label={label} description={text} />{isChosen && children !== undefined && <div className="hp-option-more">{children}</div>}</div>
}

function DnsFields({ serverId, site, accounts }: { serverId: string; site: Site; accounts: readonly DnsAccount[] }) {
  const { control, formState: { errors } } = useFormContext<ChoiceValues>()
  const wildcard = useWatch({ control, name: 'wildcard' })
  const names = certificateNames({ ...site, certificate: { kind: 'dns', account: '', wildcard } })
  const toAccounts = <Anchor component={Link} href={`/servers/${serverId}/certificates`} fz="sm">{accounts.length === 0 ? 'Add a DNS account' : 'Add another DNS account'}</Anchor>
  return (
    <Stack gap="md">
      <div>
        {accounts.length === 0 ? <><Text fz="sm">This server knows no DNS account yet.</Text>{errors.account !== undefined && <Text fz="sm" c="var(--mantine-color-error)" role="alert">{errors.account.message}</Text>}</> : (
          <Controller control={control} name="account" render={({ field }) => (
            <Select label="DNS account" placeholder="Choose where the domain’s DNS is managed" data={accounts.map(({ id, label }) => ({ value: id, label }))} {...field} value={field.value === '' ? null : field.value} error={errors.account?.message} maw={420} />
          )} />
        )}
        <div style={{ marginTop: 6 }}>{toAccounts}</div>
      </div>
      <Controller control={control} name="wildcard" render={({ field: { value, ...field } }) => <Switch label="For all names below the domain, too (wildcard)" description={`The certificate is for ${names.join(' and ')}.`} {...field} checked={value} />} />
    </Stack>
  )
}

function OwnFields() {
  const { control, setValue, formState: { errors } } = useFormContext<ChoiceValues>()
  const keeps = useWatch({ control, name: 'keeps' })
  if (keeps) return <KeptSecret label="Certificate and key" onReplace={() => setValue('keeps', false)} />
  const take = (text: string): boolean => {
    const { certificates, keys } = pemBlocks(text)
    if (certificates !== '') setValue('chain', certificates, { shouldValidate: true })
    if (keys !== '') setValue('key', keys, { shouldValidate: true })
    return certificates !== '' || keys !== ''
  }
  return (
    <Stack gap="md">
      <PemField name="chain" label="Certificate" description="With all certificates in between, the site’s own first (often fullchain.pem)." placeholder="-----BEGIN CERTIFICATE-----" error={errors.chain?.message} onFile={take} />
      <PemField name="key" label="Private key" description="It goes to the server, which nobody can read it back from." placeholder="-----BEGIN PRIVATE KEY-----" error={errors.key?.message} onFile={take} />
    </Stack>
  )
}
