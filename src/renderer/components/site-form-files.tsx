import { Checkbox, Group, Stack, Text } from '@mantine/core'
import { Controller, useFormContext, useWatch } from 'react-hook-form'
import { isPlainHttp, isSshUrl } from '../../shared/git-source.ts'
import type { Site } from '../../shared/spec.ts'
import { Disclosure } from './disclosure.tsx'
import { releaseName } from './quantity.ts'
import { DeployKeyField } from './site-form-key.tsx'
import { AmountField, SwitchField, TextField, useProblem } from './site-form-fields.tsx'
import { UploadPicker } from './upload-picker.tsx'
import type { SiteFormValues } from './site-values.ts'

/** Files from this computer. Hidden and not left out where another kind is chosen, so that an upload goes on. */
export function UploadFields({ serverId, site, initial }: { serverId: string; site: Site | undefined; initial: SiteFormValues | undefined }) {
  const { control, setValue } = useFormContext<SiteFormValues>()
  const [kind, release] = useWatch({ control, name: ['kind', 'release'] })
  const problem = useProblem('release')
  const before = site?.source.kind === 'upload' ? site.source.release : ''
  return (
    <div hidden={kind !== 'upload'}>
      <Stack gap="xs">
        {before !== '' && release === before && <Text fz="sm" c="dimmed">Served now: {releaseName(release)}. Choose new files only if you want to publish them.</Text>}
        {initial !== undefined && initial.release !== '' && release === initial.release && <Text fz="sm" c="dimmed">The files that are on the server already are kept. Choose others only if you want to.</Text>}
        <UploadPicker serverId={serverId} problem={kind === 'upload' ? problem : undefined} onStored={(stored) => setValue('release', stored?.release ?? initial?.release ?? before, { shouldValidate: stored !== null })} />
      </Stack>
    </div>
  )
}

/** A branch of a repository, for files and for Dockerfiles. */
export function RepositoryFields({ serverId }: { serverId: string }) {
  const { control } = useFormContext<SiteFormValues>()
  const [url, kind] = useWatch({ control, name: ['repository.url', 'kind'] })
  return (
    <Stack>
      <TextField name="repository.url" label="Address of the repository" placeholder="https://codeberg.org/you/site.git"
        description={kind === 'git' ? 'Its files are served as they are. Public: the address with https://. Private: the one with ssh.' : 'Public: the address with https://. Private: the one with ssh.'} />
      {isSshUrl(url) && <DeployKeyField serverId={serverId} url={url} />}
      {kind === 'git' && isPlainHttp(url) && <PlainHttpField />}
      <Group grow align="flex-start">
        <TextField name="repository.branch" label="Branch" description="Often main or master." />
        <AmountField name="repository.intervalMinutes" label="Pull every" description="In minutes." suffix=" minutes" max={1440} />
      </Group>
    </Stack>
  )
}

/** What can happen to files over http, and that somebody knows. */
function PlainHttpField() {
  const { control } = useFormContext<SiteFormValues>()
  const problem = useProblem('repository.plainHttp')
  return (
    <Controller control={control} name="repository.plainHttp" render={({ field: { value, ...field } }) => (
      <Checkbox label="Yes, take the pages over http://" {...field} checked={value} error={problem}
        description="Nothing protects them on their way: whoever is between the repository and your server can change your pages, and nobody would notice. If the repository has an address with https://, use that." />
    )} />
  )
}

/** How files are served; few ever need any of it. */
export function ServingFields() {
  const { control } = useFormContext<SiteFormValues>()
  const [folder, serving, kind] = useWatch({ control, name: ['folder', 'serving', 'kind'] })
  const isUsed = folder !== '' || serving.singlePage || serving.listing || serving.notFound !== '' || !serving.cacheHashed
  return (
    <Disclosure label="More about the files" initiallyOpen={isUsed}>
      <Stack>
        <TextField name="folder" label="Sub-folder" description={kind === 'git' ? 'Where the files of the site are in the repository, if not at its top.' : 'Where the files of the site are in what you send, if not at its top.'} placeholder="public" />
        <SwitchField name="serving.singlePage" label="Single-page app" description="Every address without a file of its own shows index.html, for apps that find their way in the browser." />
        <TextField name="serving.notFound" label="Page for addresses that do not exist" description="404.html is taken by itself." placeholder="404.html" />
        <SwitchField name="serving.listing" label="List folders" description="A folder without index.html shows what is in it." />
        <SwitchField name="serving.cacheHashed" label="Browsers keep files with a hash in their name" description="Files such as app.4f9a21bc.js never change and are kept for a year: the site gets faster." />
      </Stack>
    </Disclosure>
  )
}
