import { Button, Group, Modal, Stack, Switch, Textarea, TextInput } from '@mantine/core'
import { zodResolver } from '@hookform/resolvers/zod'
import { Controller, useForm } from 'react-hook-form'
import type { MailAlias, MailDomain } from '../../shared/mail.ts'
import { useChanges } from './change-drawer.tsx'
import { aliasOf, aliasSchema, aliasValues, type AliasValues } from './mail-alias-draft.ts'

/** Asks for one alias, or changes one. */
export function MailAliasDialog({ domain, alias, name = '', onClose }: { domain: MailDomain; /** Null for a new one. */ alias: MailAlias | null; /** Of a new one, where it is known already. */ name?: string; onClose(): void }) {
  const changes = useChanges()
  const { register, control, handleSubmit, formState: { errors } } = useForm<AliasValues>({ resolver: zodResolver(aliasSchema(domain, alias)), defaultValues: aliasValues(alias, name), mode: 'onTouched' })
  const submit = (values: AliasValues): void => {
    const next = aliasOf(values)
    const renamed = alias !== null && alias.name !== next.name
    onClose()
    changes.review(`${next.name}@${domain.domain}`, { kind: 'change-mail-aliases', domain: domain.domain, put: [next], remove: renamed ? [alias.name] : [], isWhole: false })
  }
  return (
    <Modal opened onClose={onClose} size="lg" title={alias === null ? `New alias of ${domain.domain}` : `${alias.name}@${domain.domain}`}>
      <form noValidate onSubmit={(event) => { void handleSubmit(submit)(event) }}>
        <Stack>
          <TextInput label="Alias" data-autofocus description="Mail for this name, and for this name with + and anything behind it, is forwarded." placeholder="info" rightSection={<span className="hp-suffix">@{domain.domain}</span>} rightSectionWidth="auto" rightSectionProps={{ style: { paddingRight: 12, maxWidth: '60%', overflow: 'hidden' } }} spellCheck={false} autoCapitalize="off" autoComplete="off" error={errors.name?.message} {...register('name')} />
          <Textarea label="Leads to" rows={3} autosize={false} spellCheck={false} autoCapitalize="off" description="Where you read mail: one address on each line. Each of them gets every mail." placeholder="anna@example.net" error={errors.targets?.message} {...register('targets')} />
          <TextInput label="Comment (optional)" autoComplete="off" error={errors.comment?.message} {...register('comment')} />
          <Controller control={control} name="enabled" render={({ field: { value, ...field } }) => <Switch label="Switched on" description="Switched off, mail for this address is refused, whatever the catch-all says." {...field} checked={value} />} />
          <Group justify="flex-end"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit">Review the changes</Button></Group>
        </Stack>
      </form>
    </Modal>
  )
}
