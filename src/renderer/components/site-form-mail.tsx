import { Group, SimpleGrid, Stack, Switch, Text } from '@mantine/core'
import { Controller, useFormContext, useWatch } from 'react-hook-form'
import { mailVariables } from '../../shared/site-source.ts'
import { useLive } from './live.tsx'
import { TextField } from './site-form-fields.tsx'
import type { SiteFormValues } from './site-values.ts'

const labels: Readonly<Record<keyof typeof mailVariables, string>> = { host: 'Name of the mail server', port: 'Its port', user: 'User', password: 'Password', from: 'Address to send from' }

/** Whether a program may send mail through this server's mail server, and in which variables it looks for how. */
export function SendingFields() {
  const { control, setValue } = useFormContext<SiteFormValues>()
  const { status } = useLive()
  const [isOn, domain] = useWatch({ control, name: ['app.mail.isOn', 'domain'] })
  // One that was on stays changeable: it can be switched off wherever it is.
  const isPossible = status === null || status.mail !== null || isOn
  return (
    <Stack gap="xs">
      <Controller control={control} name="app.mail.isOn" render={({ field: { value, onChange, ...field } }) => (
        // Off and on again gives it a new password.
        <Switch label="It may send mail" {...field} checked={value} onChange={(event) => { if (!event.currentTarget.checked) setValue('app.mail.kept', ''); onChange(event) }} disabled={!isPossible}
          description={isPossible ? 'By this server’s mail server: as any address of this site’s own domains, and as nobody else. It gets a password that no other program has.' : 'By a mail server on this server, which is off. Turn it on first, in “Mail”.'} />
      )} />
      {isOn && (
        <Group wrap="nowrap" align="flex-start" pl={50}>
          <Stack gap="xs" style={{ flex: 1 }}>
            <Text fz="sm">Homeport puts into these variables how to send. Programs look under different names: where yours has others, type them as they stand in its handbook, under “SMTP”. The connection may be encrypted (STARTTLS).</Text>
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
              {Object.entries(mailVariables).map(([part, usual]) => <TextField key={part} name={`app.mail.variables.${part as keyof typeof mailVariables}`} label={labels[part as keyof typeof mailVariables]} placeholder={usual} />)}
            </SimpleGrid>
            <Text fz="sm" c="dimmed">What comes back goes to the address that it was sent from: take mail for {domain.trim() === '' ? 'its domain' : domain} too, if you want to see that. Its DNS records are shown in “Mail”.</Text>
          </Stack>
        </Group>
      )}
    </Stack>
  )
}
