import { Group, PasswordInput, Stack, Switch, Text } from '@mantine/core'
import { useFieldArray, useFormContext, useWatch } from 'react-hook-form'
import { Disclosure } from './disclosure.tsx'
import { Presets } from './site-form-app.tsx'
import { AmountField, LinesField, Rows, TextField, useProblem } from './site-form-fields.tsx'
import type { SiteFormValues } from './site-values.ts'

/** Response headers that make most sites safer, with values that break few. Source: owasp.org/www-project-secure-headers */
const presets: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'strict-origin-when-cross-origin', 'X-Frame-Options': 'SAMEORIGIN', 'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
}

/** Who may come in, under which names, and what they are told. */
export function VisitorFields() {
  const { control } = useFormContext<SiteFormValues>()
  const [aliases, users, addresses, limits, headers, kind] = useWatch({ control, name: ['aliases', 'users', 'addresses', 'limits', 'headers', 'kind'] })
  const isUsed = aliases.length + users.length + headers.length > 0 || addresses !== '' || limits.maxBodyMb !== '' || limits.timeoutSeconds !== ''
  const isAnswered = kind !== 'redirect' && kind !== 'notice'
  return (
    <Disclosure label="Visitors: further domains, password, headers, limits" openLabel="Visitors" initiallyOpen={isUsed}>
      <Stack gap="lg">
        <AliasRows />
        <UserRows />
        <LinesField name="addresses" label="Only for these networks" description="One address or network per line, such as 203.0.113.0/24. Nothing here means everybody." />
        {isAnswered && (
          <Group grow align="flex-start">
            <AmountField name="limits.maxBodyMb" label="Largest upload of a visitor" description="In MB." placeholder="no limit" />
            <AmountField name="limits.timeoutSeconds" label="Longest wait for an answer" description="In seconds." placeholder="60" max={3600} />
          </Group>
        )}
        <HeaderRows />
      </Stack>
    </Disclosure>
  )
}

function AliasRows() {
  const { control, getValues, setValue } = useFormContext<SiteFormValues>()
  const { fields, append, remove } = useFieldArray({ control, name: 'aliases' })
  const aliases = useWatch({ control, name: 'aliases' })
  return (
    <Rows label="Further domains" addLabel="Add a domain" rows={fields} onRemove={remove} onAdd={() => append({ domain: '', redirect: true })} nameOf={(index) => getValues(`aliases.${index}.domain`) || `domain ${index + 1}`}
      renderRow={(index) => (
        <>
          <TextField name={`aliases.${index}.domain`} label={`Domain ${index + 1}`} placeholder="example.net" isHiddenLabel />
          <Switch mt={8} label="Leads to the first" aria-label={`Domain ${index + 1} leads to the first`} checked={aliases[index]?.redirect ?? true} onChange={(event) => setValue(`aliases.${index}.redirect`, event.currentTarget.checked)} />
        </>
      )} />
  )
}

function UserRows() {
  const { control, getValues } = useFormContext<SiteFormValues>()
  const { fields, append, remove } = useFieldArray({ control, name: 'users' })
  return (
    <Rows label="Password" description="With at least one name here, visitors have to log in." addLabel="Add a name" rows={fields} onRemove={remove} onAdd={() => append({ name: '', password: '', hash: '' })} nameOf={(index) => getValues(`users.${index}.name`) || `name ${index + 1}`}
      renderRow={(index) => <UserRow index={index} />} />
  )
}

function UserRow({ index }: { index: number }) {
  const { register, getValues } = useFormContext<SiteFormValues>()
  const problem = useProblem(`users.${index}.password`)
  return (
    <>
      <TextField name={`users.${index}.name`} label={`Login ${index + 1}`} placeholder="name" isHiddenLabel />
      <PasswordInput aria-label={`Password ${index + 1}`} aria-invalid={problem !== undefined} placeholder={getValues(`users.${index}.hash`) === '' ? 'password' : 'the password stays'} {...register(`users.${index}.password`)} error={problem} autoComplete="new-password" style={{ flex: 1 }} />
    </>
  )
}

function HeaderRows() {
  const { control, getValues } = useFormContext<SiteFormValues>()
  const { fields, append, remove } = useFieldArray({ control, name: 'headers' })
  const headers = useWatch({ control, name: 'headers' })
  const left = Object.keys(presets).filter((name) => !headers.some((header) => header.name.toLowerCase() === name.toLowerCase()))
  return (
    <div>
      <Rows label="Response headers" description="Said to browsers with every answer. An empty value takes a header of the site away." addLabel="Add a header" rows={fields} onRemove={remove} onAdd={() => append({ name: '', value: '' })} nameOf={(index) => getValues(`headers.${index}.name`) || `header ${index + 1}`}
        renderRow={(index) => (
          <>
            <TextField name={`headers.${index}.name`} label={`Header ${index + 1}`} placeholder="Name" isHiddenLabel />
            <TextField name={`headers.${index}.value`} label={`Value of header ${index + 1}`} placeholder="Value" isHiddenLabel />
          </>
        )} />
      {left.length > 0 && <Group gap={4} mt={6}><Text fz="xs" c="dimmed">Often wanted:</Text><Presets names={left} onChoose={(name) => append({ name, value: presets[name] ?? '' })} /></Group>}
    </div>
  )
}
