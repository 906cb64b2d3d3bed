import { Button, Group, Modal, NativeSelect, NumberInput, Stack, Text, Textarea, TextInput, Title } from '@mantine/core'
import { zodResolver } from '@hookform/resolvers/zod'
import { Controller, useForm, type FieldErrors, type UseFormRegister } from 'react-hook-form'
import { useChanges } from './change-drawer.tsx'
import { domainRules, domainSchema, domainValues, type DomainRules, type DomainValues } from './mail-domain-draft.ts'

interface MailDomainDialogProps { /** The one to change; null for a new one. */ readonly domain: DomainRules | null; readonly taken: readonly string[]; onClose(): void }

const policies = [{ value: 'off', label: 'No policy' }, { value: 'testing', label: 'Try it out: mail comes all the same' }, { value: 'enforce', label: 'Insist: mail comes encrypted, or not at all' }]

/** Asks what shall hold for a mail domain as a whole. */
export function MailDomainDialog({ domain, taken, onClose }: MailDomainDialogProps) {
  const changes = useChanges()
  const { register, control, handleSubmit, watch, formState: { errors } } = useForm<DomainValues>({ resolver: zodResolver(domainSchema(taken)), mode: 'onTouched', defaultValues: domainValues(domain) })
  const submit = (values: DomainValues): void => {
    const rules = domainRules(values)
    onClose()
    if (domain === null) changes.review(`Take mail for ${rules.domain}`, { kind: 'add-mail-domain', domain: { aliases: [], ...rules } })
    else changes.review(`Mail for ${rules.domain}`, { kind: 'change-mail-domain', ...rules })
  }
  return (
    <Modal opened onClose={onClose} size="lg" title={domain === null ? 'Take mail for a domain' : `How mail for ${domain.domain} comes`}>
      <form noValidate onSubmit={(event) => { void handleSubmit(submit)(event) }}>
        <Stack>
          {domain === null && <TextInput label="Domain" description="What stands after the @." placeholder="example.org" data-autofocus spellCheck={false} autoCapitalize="off" autoComplete="off" error={errors.domain?.message} {...register('domain')} />}
          <Textarea label="Catch-all (optional)" rows={2} autosize={false} spellCheck={false} description="Where mail goes that no alias takes: one address on each line. Left empty, such mail is refused." placeholder="anna@example.net" error={errors.catchAll?.message} {...register('catchAll')} />
          <Text fz="sm" c="dimmed">A catch-all attracts spam: senders try names by the thousand, and each of them arrives. What is forwarded as spam counts against your server. Aliases for the names that you use are the better way.</Text>
          <Controller control={control} name="preference" render={({ field }) => <NumberInput label="Preference (optional)" description="Where several servers take mail for this domain: the one with the lowest number is tried first. 10 unless said." {...field} value={field.value ?? ''} onChange={(value) => field.onChange(value === '' ? undefined : Number(value))} error={errors.preference?.message} min={0} max={65535} allowDecimal={false} styles={{ wrapper: { maxWidth: 220 } }} placeholder="10" />} />
          {domain !== null && <Encryption register={register} errors={errors} hasPolicy={watch('policy') !== 'off'} />}
          <Group justify="flex-end"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit">Review the changes</Button></Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** A later thought: a domain that is new needs its first aliases before. */
function Encryption({ register, errors, hasPolicy }: { register: UseFormRegister<DomainValues>; errors: FieldErrors<DomainValues>; hasPolicy: boolean }) {
  return (
    <>
      <Title order={3} fz="md" mt="sm">Encryption on the way here</Title>
      <NativeSelect label="Policy (MTA-STS)" description="Other mail servers encrypt what they bring where they can. With a policy they insist on it, and on a right certificate, so that nobody on the way can listen or step in between." data={policies} {...register('policy')} />
      {hasPolicy && <Text fz="sm" c="dimmed">Try it out first, with reports. Others remember a policy for up to a week: go back to trying out a week before you move the mail elsewhere. The DNS records that it needs are shown with the others.</Text>}
      {hasPolicy && <Textarea label="Other mail servers of this domain (optional)" rows={2} autosize={false} spellCheck={false} description="One on each line. What the policy does not name gets no mail." placeholder="mx2.example.org" error={errors.others?.message} {...register('others')} />}
      <TextInput label="Reports to (optional)" description="Large providers send a report a day of mail that could not be encrypted (TLS-RPT), to this address." placeholder="tls@example.net" spellCheck={false} autoCapitalize="off" autoComplete="off" error={errors.tlsReports?.message} {...register('tlsReports')} />
    </>
  )
}
