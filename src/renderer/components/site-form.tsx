import { Button, Card, Group, NumberInput, Radio, Stack, Switch, Text, TextInput } from '@mantine/core'
import { zodResolver } from '@hookform/resolvers/zod'
import { IconBrandGit, IconFolderUp } from '@tabler/icons-react'
import { useEffect, type ReactNode } from 'react'
import { Controller, useForm, useWatch, type Resolver } from 'react-hook-form'
import { domainProblem, toAsciiDomain } from '../../shared/domain.ts'
import type { Site, SiteDraft } from '../../shared/spec.ts'
import { releaseName } from './quantity.ts'
import { draftOf, newSiteValues, SiteFormSchema, valuesOfSite, type SiteFormValues } from './site-draft.ts'
import { UploadPicker } from './upload-picker.tsx'

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

/** A site: its domain, and where its files come from. */
export function SiteForm({ serverId, site, initial, takenNames, onSubmit, onCancel }: SiteFormProps) {
  const { control, register, handleSubmit, setValue, setError, formState: { errors, dirtyFields } } = useForm<SiteFormValues>({
    // The schema's input is wider than the form's values; its output is what the form hands on.
    resolver: zodResolver(SiteFormSchema) as unknown as Resolver<SiteFormValues>, mode: 'onTouched',
    defaultValues: initial ?? (site === undefined ? newSiteValues : valuesOfSite(site)),
  })
  const [domain, source, release] = useWatch({ control, name: ['domain', 'source', 'release'] })
  const ascii = toAsciiDomain(domain)
  const isNew = site === undefined && initial === undefined
  const isApex = ascii !== null && ascii.split('.').length === 2
  // A domain bought as such is mostly typed with www. too, a name below it hardly ever: a guess, until the person decides.
  useEffect(() => { if (isNew && dirtyFields.www !== true) setValue('www', isApex) }, [isNew, isApex, dirtyFields.www, setValue])

  function submit(values: SiteFormValues): void {
    const taken = [values.domain, ...(values.www ? [`www.${values.domain}`] : [])].find((name) => takenNames.has(name))
    if (taken === undefined) onSubmit(draftOf(values, site), values)
    else setError('domain', { message: `${taken} already belongs to another site on this server.` }, { shouldFocus: true })
  }

  return (
    <form noValidate onSubmit={(event) => { void handleSubmit(submit)(event) }}>
      <Card>
        <Stack gap="lg">
          <div>
            <TextInput label="Domain" description="The name that visitors type. You can set its DNS later." placeholder="example.org" {...register('domain')} error={errors.domain === undefined ? undefined : (errors.domain.message ?? domainProblem(domain))}
              autoCapitalize="off" autoCorrect="off" spellCheck={false} data-autofocus />
            {ascii !== null && ascii !== domain.trim().toLowerCase().replace(/\.$/, '') && <Text fz="xs" c="dimmed" mt={5}>On the internet this domain is written <span className="hp-mono">{ascii}</span></Text>}
          </div>
          <Controller control={control} name="www" render={({ field: { value, ...field } }) => (
            <Switch label={`Also answer under www.${ascii ?? 'example.org'}`} description="Whoever types www. is led to it." {...field} checked={value} />
          )} />
          <Controller control={control} name="source" render={({ field }) => (
            <Radio.Group label="Where do the files come from?" {...field}>
              <div className="hp-choice" style={{ marginTop: 6 }}>
                <SourceCard value="upload" checked={source === 'upload'} icon={<IconFolderUp size={22} stroke={1.5} />} title="A folder or archive from this computer" text="You publish by hand, whenever you like." />
                <SourceCard value="git" checked={source === 'git'} icon={<IconBrandGit size={22} stroke={1.5} />} title="A git repository" text="The server pulls it by itself, again and again." />
              </div>
            </Radio.Group>
          )} />
          <div hidden={source !== 'upload'}>
            <Stack gap="xs">
              {site?.source.kind === 'upload' && release === site.source.release && <Text fz="sm" c="dimmed">Served now: {releaseName(release)}. Choose new files only if you want to publish them.</Text>}
              {initial !== undefined && initial.release !== '' && release === initial.release && <Text fz="sm" c="dimmed">The files that you sent are kept. Choose others only if you want to.</Text>}
              <UploadPicker serverId={serverId} problem={source === 'upload' ? errors.release?.message : undefined}
                onStored={(stored) => setValue('release', stored?.release ?? initial?.release ?? (site?.source.kind === 'upload' ? site.source.release : ''), { shouldValidate: stored !== null })} />
            </Stack>
          </div>
          {source === 'git' && (
            <Stack>
              <TextInput label="Address of the repository" description="Public, beginning with https://. Its files are served as they are." placeholder="https://codeberg.org/you/site.git" {...register('url')} error={errors.url?.message} spellCheck={false} autoCapitalize="off" />
              <Group grow align="flex-start">
                <TextInput label="Branch" description="Often main or master." {...register('branch')} error={errors.branch?.message} spellCheck={false} autoCapitalize="off" />
                <Controller control={control} name="intervalMinutes" render={({ field }) => (
                  <NumberInput label="Pull every" description="In minutes." suffix=" minutes" {...field} onChange={(value) => field.onChange(value === '' ? undefined : Number(value))} error={errors.intervalMinutes?.message} min={1} max={1440} allowDecimal={false} />
                )} />
              </Group>
            </Stack>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onCancel}>Cancel</Button>
            <Button type="submit">Review the changes</Button>
          </Group>
        </Stack>
      </Card>
    </form>
  )
}

function SourceCard({ value, checked, icon, title, text }: { value: 'upload' | 'git'; checked: boolean; icon: ReactNode; title: string; text: string }) {
  return (
    <label className="hp-choice-card" data-checked={checked || undefined}>
      {icon}
      <div style={{ flex: 1 }}><Text fz="sm" fw={600}>{title}</Text><Text fz="xs" c="dimmed">{text}</Text></div>
      <Radio value={value} aria-label={title} size="xs" />
    </label>
  )
}
