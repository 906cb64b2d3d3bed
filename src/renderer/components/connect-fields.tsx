import { Autocomplete, Card, Collapse, Group, Input, NumberInput, PasswordInput, SegmentedControl, Stack, Switch, Text, TextInput } from '@mantine/core'
import { Controller, useFormContext, useWatch } from 'react-hook-form'
import type { SshSuggestions } from '../../shared/connection.ts'
import { type ConnectDraft, withAlias } from './connect-draft.ts'
import { secretLabels, type SecretName } from './secret-needed.ts'

/** Address, port and user, with what ~/.ssh/config knows. */
export function AddressFields({ suggestions }: { suggestions: SshSuggestions | undefined }) {
  const { control, register, formState: { errors }, getValues, reset } = useFormContext<ConnectDraft>()
  const hosts = suggestions?.hosts ?? []
  return (
    <Stack gap="md">
      <Controller control={control} name="target.host" render={({ field }) => (
        <Autocomplete openOnFocus={false} label="Address" description="The IP address or name that your provider shows for the server." placeholder="203.0.113.10" {...field} data-autofocus
          error={errors.target?.host?.message} autoCapitalize="off" autoCorrect="off" spellCheck={false}
          data={hosts.map((host) => ({ value: host.alias, label: host.alias }))}
          renderOption={({ option }) => {
            const host = hosts.find((known) => known.alias === option.value)
            return <div><div>{option.value}</div><Text fz="xs" c="dimmed">{host?.user ?? 'root'}@{host?.host} · from your SSH settings</Text></div>
          }}
          onOptionSubmit={(alias) => reset(withAlias(getValues(), alias, hosts), { keepDefaultValues: true })} />
      )} />
      <Group grow align="flex-start" preventGrowOverflow={false} wrap="wrap">
        <TextInput label="User" description="Mostly root on a new server." {...register('target.user')} error={errors.target?.user?.message} autoCapitalize="off" spellCheck={false} miw={160} />
        <Controller control={control} name="target.port" render={({ field }) => (
          <NumberInput label="Port" description="Mostly 22." {...field} onChange={(value) => field.onChange(value === '' ? undefined : Number(value))} error={errors.target?.port?.message} min={1} max={65535} allowDecimal={false} maw={160} miw={110} />
        )} />
      </Group>
    </Stack>
  )
}

/** The message of a field that only one member of a union has, which the form's types leave out. */
function messageOf(errors: object | undefined, field: string): string | undefined {
  const error: unknown = errors === undefined ? undefined : Reflect.get(errors, field)
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : undefined
}

/** How to log in: to the server itself, or to the jump host. */
export function AuthFields({ at, suggestions }: { at: 'target' | 'target.jump'; suggestions: SshSuggestions | undefined }) {
  const { control, setValue, formState: { errors } } = useFormContext<ConnectDraft>()
  const auth = useWatch({ control, name: `${at}.auth` })
  const kinds = [{ value: 'key-file', label: 'Key file' }, { value: 'agent', label: 'SSH agent' }, ...(at === 'target' ? [{ value: 'password', label: 'Password' }] : [])]
  const pathError = at === 'target' ? errors.target?.auth : errors.target?.jump?.auth
  return (
    <Stack gap="sm">
      <div>
        <Input.Label component="div" mb={4} id={`${at}-auth`}>{at === 'target' ? 'Log in with' : 'Log in to the jump host with'}</Input.Label>
        <SegmentedControl aria-labelledby={`${at}-auth`} data={kinds} value={auth?.kind ?? 'password'} fullWidth
          onChange={(kind) => setValue(`${at}.auth`, kind === 'key-file' ? { kind, path: suggestions?.keyPaths[0] ?? '' } : kind === 'agent' ? { kind } : { kind: 'password' }, { shouldValidate: false })} />
      </div>
      {auth?.kind === 'key-file' && (
        <Controller control={control} name={`${at}.auth.path`} render={({ field }) => (
          <Autocomplete openOnFocus={false} label={at === 'target' ? 'Key file' : 'Key file for the jump host'} description="The private key on this computer; never the .pub file." {...field} value={field.value ?? ''} data={suggestions?.keyPaths ?? []} placeholder="~/.ssh/id_ed25519"
            error={messageOf(pathError, 'path')} spellCheck={false} />
        )} />
      )}
      {auth?.kind === 'agent' && <Text fz="sm" c={suggestions?.agent === false ? 'var(--hp-warn)' : 'dimmed'}>{suggestions?.agent === false
        ? 'No SSH agent runs on this computer. Choose a key file or the password instead.'
        : 'Uses the keys that your SSH agent holds, for instance from a password manager or a security key.'}</Text>}
    </Stack>
  )
}

export function SecretField({ name }: { name: SecretName }) {
  const { register, formState: { errors } } = useFormContext<ConnectDraft>()
  return <PasswordInput {...secretLabels[name]} autoComplete="off" {...register(`secrets.${name}`)} error={errors.secrets?.[name]?.message} />
}

/** A server on the way, for those who need one; folded away for everybody else. */
export function JumpFields({ suggestions }: { suggestions: SshSuggestions | undefined }) {
  const { control, register, setValue, formState: { errors } } = useFormContext<ConnectDraft>()
  const jump = useWatch({ control, name: 'target.jump' })
  const on = jump !== undefined
  return (
    <Card padding="md" radius="md">
      <Switch label="Go through another server first (jump host)" description="Only if your server cannot be reached directly." checked={on}
        onChange={(event) => setValue('target.jump', event.currentTarget.checked ? { host: '', port: 22, user: 'root', auth: suggestions?.keyPaths[0] !== undefined ? { kind: 'key-file', path: suggestions.keyPaths[0] } : { kind: 'agent' } } : undefined)} />
      <Collapse expanded={on}>
        {on && (
          <Stack pt="md">
            <TextInput label="Address of the jump host" {...register('target.jump.host')} error={errors.target?.jump?.host?.message} spellCheck={false} />
            <Group grow align="flex-start">
              <TextInput label="User on the jump host" {...register('target.jump.user')} error={errors.target?.jump?.user?.message} spellCheck={false} />
              <Controller control={control} name="target.jump.port" render={({ field }) => (
                <NumberInput label="Port of the jump host" {...field} value={field.value ?? ''} onChange={(value) => field.onChange(value === '' ? undefined : Number(value))} error={errors.target?.jump?.port?.message} min={1} max={65535} />
              )} />
            </Group>
            <AuthFields at="target.jump" suggestions={suggestions} />
          </Stack>
        )}
      </Collapse>
    </Card>
  )
}
