import { Button, Card, Group, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'
import { Controller, FormProvider, useForm, useWatch } from 'react-hook-form'
import { domainProblem, toAsciiDomain } from '../../shared/domain.ts'
import { counterpart, mailOf, siteNames, type Site, type SiteDraft } from '../../shared/spec.ts'
import type { SourceKind } from '../../shared/site-source.ts'
import { api } from '../api.ts'
import { ErrorNotice } from './error-notice.tsx'
import { useLive } from './live.tsx'
import { useKeepSecret } from './keep-secret.ts'
import { Notice } from './notice.tsx'
import { draftOf, valuesOfSite } from './site-draft.ts'
import { AppFields, BuildPort, DockerfileFields, ImageFields } from './site-form-app.tsx'
import { keepFocus } from './site-form-fields.tsx'
import { RepositoryFields, ServingFields, UploadFields } from './site-form-files.tsx'
import { KindField } from './site-form-kind.tsx'
import { AddressFields, NoticeFields, RedirectFields } from './site-form-other.tsx'
import { VisitorFields } from './site-form-visitors.tsx'
import { siteResolver } from './site-problems.ts'
import { newSiteValues, type SiteFormValues } from './site-values.ts'

interface SiteFormProps {
  readonly serverId: string
  /** The site to be changed; absent for a new one. */
  readonly site?: Site
  readonly initial?: SiteFormValues | undefined
  /** Names that other sites have already. */
  readonly takenNames: ReadonlySet<string>
  onSubmit(draft: SiteDraft, values: SiteFormValues): void
  onCancel(): void
}

/** A site: its domain, what it is made of, and what holds for its visitors. */
export function SiteForm({ serverId, site, initial, takenNames, onSubmit, onCancel }: SiteFormProps) {
  const { status } = useLive()
  const folders = status?.sites.find((known) => known.site.id === site?.id)?.folders
  const form = useForm<SiteFormValues>({ resolver: siteResolver(site), mode: 'onTouched', defaultValues: initial ?? (site === undefined ? newSiteValues : valuesOfSite(site, folders)) })
  const { control, register, handleSubmit, setValue, setError, formState: { errors, dirtyFields } } = form
  const [domain, kind] = useWatch({ control, name: ['domain', 'kind'] })
  const ascii = toAsciiDomain(domain)
  const isNew = site === undefined && initial === undefined
  // Also where it was typed with www. itself.
  const isApex = ascii !== null && ascii.replace(/^www\./, '').split('.').length === 2
  // A domain bought as such is mostly typed with www. too, a name below it hardly ever: a guess, until the person decides.
  useEffect(() => { if (isNew && dirtyFields.www !== true) setValue('www', isApex) }, [isNew, isApex, dirtyFields.www, setValue])
  const keep = useKeepSecret(serverId)
  const send = useMutation({
    mutationFn: (values: SiteFormValues) => draftOf(values, site, { hash: async (password) => (await api.call('passwords.hash', { password })).hash, keep: (value) => keep({ kind: 'variable', value }), keepMailLogin: () => keep({ kind: 'mail-login' }) }),
    // What was kept is not sent once more when the person comes back to the form.
    onSuccess: (draft, values) => onSubmit(draft, withKept(values, draft)),
  })

  function submit(values: SiteFormValues): void {
    const own = { domain: toAsciiDomain(values.domain) ?? '', www: values.www, aliases: values.aliases.map((alias) => ({ ...alias, domain: toAsciiDomain(alias.domain) ?? '' })) }
    const taken = siteNames(own).find((name) => takenNames.has(name))
    if (taken === undefined) return send.mutate(values)
    const index = own.aliases.findIndex((alias) => alias.domain === taken)
    setError(index === -1 ? 'domain' : `aliases.${index}.domain`, { message: `${taken} already belongs to another site on this server.` }, { shouldFocus: true })
  }

  return (
    <FormProvider {...form}>
      <form noValidate onSubmit={(event) => { void handleSubmit(submit)(event) }}>
        <Card>
          <Stack gap="lg">
            <div>
              <TextInput label="Domain" description="The name that visitors type. You can set its DNS later." placeholder="example.org" {...register('domain')} error={errors.domain === undefined ? undefined : (errors.domain.message ?? domainProblem(domain))}
                autoCapitalize="off" autoCorrect="off" spellCheck={false} data-autofocus />
              {ascii !== null && ascii !== domain.trim().toLowerCase().replace(/\.$/, '') && <Text fz="xs" c="dimmed" mt={5}>On the internet this domain is written <span className="hp-mono">{ascii}</span></Text>}
            </div>
            <Controller control={control} name="www" render={({ field: { value, ...field } }) => (
              <Switch label={`Also answer under ${counterpart(ascii ?? 'example.org')}`} description={`Whoever types ${ascii?.startsWith('www.') === true ? 'it without www.' : 'www.'} is led to it.`} {...field} checked={value} />
            )} />
            <KindField />
            {site !== undefined && kind !== site.source.kind && <Notice tone="idle" title="The site becomes another kind">Its domain and its certificate stay. Its files and data stay on the server, in case you come back to them.</Notice>}
            <UploadFields serverId={serverId} site={site} initial={initial} />
            {fieldsOf(kind, serverId)}
            <VisitorFields />
            {send.isError && <ErrorNotice error={send.error} />}
            <Group justify="flex-end">
              <Button variant="default" {...keepFocus} onClick={onCancel}>Cancel</Button>
              <Button type="submit" {...keepFocus} loading={send.isPending}>Review the changes</Button>
            </Group>
          </Stack>
        </Card>
      </form>
    </FormProvider>
  )
}

/** The key makes each kind's fields anew: kinds share names of fields, and what belongs to one shall not stay in another's. */
function fieldsOf(kind: SourceKind, serverId: string): ReactNode {
  switch (kind) {
    case 'upload': return <ServingFields key={kind} />
    case 'git': return <Stack key={kind}><RepositoryFields serverId={serverId} /><ServingFields /></Stack>
    case 'build': return <Stack key={kind}><RepositoryFields serverId={serverId} /><BuildPort /><DockerfileFields /><AppFields /></Stack>
    case 'image': return <Stack key={kind}><ImageFields /><AppFields /></Stack>
    case 'address': return <AddressFields key={kind} />
    case 'redirect': return <RedirectFields key={kind} />
    case 'notice': return <NoticeFields key={kind} />
  }
}

function withKept(values: SiteFormValues, draft: SiteDraft): SiteFormValues {
  const sent = 'app' in draft.source ? (draft.source.app.environment ?? []) : []
  return {
    ...values,
    users: values.users.map((user, index) => ({ ...user, password: '', hash: draft.access?.users?.[index]?.hash ?? user.hash })),
    app: { ...values.app, mail: { ...values.app.mail, kept: mailOf(draft.source)?.password ?? values.app.mail.kept }, environment: values.app.environment.map((variable, index) => {
      const now = sent[index]
      return now !== undefined && 'secret' in now ? { ...variable, value: '', kept: now.secret } : variable
    }) },
  }
}
