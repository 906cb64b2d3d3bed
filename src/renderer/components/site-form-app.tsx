import { Button, Group, PasswordInput, Radio, Stack, Switch, TextInput } from '@mantine/core'
import { Controller, useFieldArray, useFormContext, useWatch } from 'react-hook-form'
import { Disclosure } from './disclosure.tsx'
import { AmountField, LinesField, Rows, SwitchField, TextField, useProblem } from './site-form-fields.tsx'
import { SendingFields } from './site-form-mail.tsx'
import type { SiteFormValues } from './site-values.ts'

export function ImageFields() {
  return (
    <Stack>
      <Group grow align="flex-start">
        <TextField name="image.image" label="Image" description="Name and tag, as its makers write it." placeholder="ghost:6" />
        <PortField />
      </Group>
    </Stack>
  )
}

export function PortField() {
  return <AmountField name="app.port" label="Port" description="Where the program answers inside the container." max={65_535} />
}

export function DockerfileFields() {
  return (
    <Disclosure label="More about the build">
      <Stack>
        <Group grow align="flex-start">
          <TextField name="folder" label="Folder that is built" description="The top of the repository, if nothing is typed." />
          <TextField name="build.dockerfile" label="Dockerfile" description="Its path in that folder." placeholder="Dockerfile" />
        </Group>
        <Group grow align="flex-start">
          <AmountField name="build.memoryMb" label="Memory for a build" description="In MB. A build that needs more is stopped." placeholder="1024" min={16} />
          <AmountField name="build.minutes" label="Time for a build" description="In minutes." placeholder="30" max={240} />
        </Group>
      </Stack>
    </Disclosure>
  )
}

/** How a container is run: what is in its surroundings, what it keeps, and when it is well. */
export function AppFields() {
  const { control } = useFormContext<SiteFormValues>()
  const [app, kind] = useWatch({ control, name: ['app', 'kind'] })
  return (
    <Stack>
      <VariableRows />
      <VolumeRows />
      <FolderFields />
      <SendingFields />
      <Disclosure label="More about the program" initiallyOpen={app.command !== '' || app.healthPath !== '' || app.memoryMb !== '' || app.startSeconds !== '' || app.stopSeconds !== '' || !app.internet || app.handover !== 'image'}>
        <Stack>
          <TextField name="app.healthPath" label="Health check" description="A path that answers when the program is well. Without it, taking connections is enough." placeholder="/health" />
          <Group grow align="flex-start">
            <AmountField name="app.memoryMb" label="Memory" description="In MB. It never takes more." placeholder="512" min={16} />
            <AmountField name="app.startSeconds" label="Time to start" description="In seconds, until it must be well." placeholder="60" min={5} max={1800} />
            <AmountField name="app.stopSeconds" label="Time to stop" description="In seconds, before it is ended." placeholder="30, or 120 with data" max={600} />
          </Group>
          <LinesField name="app.command" label="Command" description="In place of the image’s own, one argument per line." />
          <SwitchField name="app.internet" label="It may reach the Internet" description="Most programs need to, for updates and sign-ins." />
          <HandoverField />
          {kind === 'image' && <SwitchField name="image.daily" label="Look for a new image every day" description="Under the same tag. If the new one does not start well, the old one stays." />}
        </Stack>
      </Disclosure>
    </Stack>
  )
}

/** Two programs at once damage the data of some: a database, mostly. */
function HandoverField() {
  const { control } = useFormContext<SiteFormValues>()
  return (
    <Controller control={control} name="app.handover" render={({ field }) => (
      <Radio.Group label="When a new version comes" {...field}>
        <Stack gap="xs" mt="xs">
          <Radio value="image" label="As the image needs it" description="One that says that it keeps data, or is a database, never runs twice at once. All others change over without a gap." />
          <Radio value="beside" label="The new one starts beside the old one" description="It takes over without a gap. Two at once damage the data of some programs." />
          <Radio value="stop-first" label="Never run two versions at once" description="The old one stops first, and visitors wait for the new one." />
        </Stack>
      </Radio.Group>
    )} />
  )
}

function VariableRows() {
  const { control, getValues } = useFormContext<SiteFormValues>()
  const { fields, append, remove } = useFieldArray({ control, name: 'app.environment' })
  return (
    <Rows label="Environment" description="Settings that the program reads at its start. Secret ones go to the server and are never shown again." addLabel="Add a variable" rows={fields}
      nameOf={(index) => getValues(`app.environment.${index}.name`) || `variable ${index + 1}`} onRemove={remove} onAdd={() => append({ name: '', value: '', isSecret: false, kept: '' })}
      renderRow={(index) => <VariableRow index={index} />} />
  )
}

function VariableRow({ index }: { index: number }) {
  const { control, register, setValue } = useFormContext<SiteFormValues>()
  const { isSecret, kept, value } = useWatch({ control, name: `app.environment.${index}` })
  const problem = useProblem(`app.environment.${index}.value`)
  const label = `Value ${index + 1}`
  return (
    <>
      <TextField name={`app.environment.${index}.name`} label={`Name ${index + 1}`} placeholder="NAME" isHiddenLabel />
      {isSecret
        ? <PasswordInput aria-label={label} aria-invalid={problem !== undefined} placeholder={kept === '' ? '' : 'kept on the server'} {...register(`app.environment.${index}.value`)} error={problem} autoComplete="off" style={{ flex: 1 }} />
        : <TextInput aria-label={label} {...register(`app.environment.${index}.value`)} error={problem} spellCheck={false} autoComplete="off" style={{ flex: 1 }} />}
      {kept !== '' && value === '' ? null : (
        <Switch label="Secret" mt={8} checked={isSecret} onChange={(event) => setValue(`app.environment.${index}.isSecret`, event.currentTarget.checked)} aria-label={`${label} is secret`} />
      )}
    </>
  )
}

function VolumeRows() {
  const { control, getValues } = useFormContext<SiteFormValues>()
  const { fields, append, remove } = useFieldArray({ control, name: 'app.volumes' })
  return (
    <Rows label="Data that is kept" description="Folders of the container that outlive it: its uploads, its database. Everything else in it is thrown away with each restart and each new version. Folders that the image itself names for its data are kept, too." addLabel="Add a folder" rows={fields}
      nameOf={(index) => getValues(`app.volumes.${index}.name`) || `folder ${index + 1}`} onRemove={remove} onAdd={() => append({ name: fields.length === 0 ? 'data' : '', path: '' })}
      renderRow={(index) => (
        <>
          <TextField name={`app.volumes.${index}.name`} label={`Name of folder ${index + 1}`} placeholder="data" isHiddenLabel />
          <TextField name={`app.volumes.${index}.path`} label={`Path in the container ${index + 1}`} placeholder="/var/lib/app" isHiddenLabel />
        </>
      )} />
  )
}

/** What the image keeps data in, and nobody has named yet. Without an answer it is kept. */
function FolderFields() {
  const { control, getValues } = useFormContext<SiteFormValues>()
  return (
    <>
      {getValues('app.folders').map(({ path }, index) => (
        <Controller key={path} control={control} name={`app.folders.${index}.answer`} render={({ field }) => (
          <Radio.Group label={<>The image keeps data in <span className="hp-mono">{path}</span></>} {...field}>
            <Group gap="lg" mt="xs">
              <Radio value="keep" label="Keep it" />
              <Radio value="scratch" label="It may be thrown away" />
            </Group>
          </Radio.Group>
        )} />
      ))}
    </>
  )
}

/** Whatever a program does, without a port nobody reaches it. */
export function BuildPort() {
  return <Group grow align="flex-start"><PortField /><span /></Group>
}

/** Gives a button to those who do not know what to type. */
export function Presets({ onChoose, names }: { names: readonly string[]; onChoose(name: string): void }) {
  return <>{names.map((name) => <Button key={name} size="compact-sm" variant="subtle" onClick={() => onChoose(name)}>{name}</Button>)}</>
}
