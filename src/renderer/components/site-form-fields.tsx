/** Fields of the site form that are made the same way everywhere. */
import { ActionIcon, Button, Group, NumberInput, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { MouseEvent, ReactNode } from 'react'
import { Controller, get, useFormContext, type FieldPath } from 'react-hook-form'
import type { SiteFormValues } from './site-values.ts'

type Name = FieldPath<SiteFormValues>
interface FieldProps { readonly name: Name; readonly label: string; readonly description?: ReactNode; readonly placeholder?: string }

/** What is wrong with a field, once somebody has been there: a row that was just added is empty, and that is no fault yet. */
export function useProblem(name: Name): string | undefined {
  const { formState: { errors, touchedFields, isSubmitted } } = useFormContext<SiteFormValues>()
  if (!isSubmitted && get(touchedFields, name) === undefined) return undefined
  return (get(errors, name) as { message?: string } | undefined)?.message
}

/** A line of exact text: an address, a name, a path. */
export function TextField({ name, label, description, placeholder, isHiddenLabel = false }: FieldProps & { readonly isHiddenLabel?: boolean }) {
  const { register } = useFormContext<SiteFormValues>()
  const problem = useProblem(name)
  return <TextInput {...(isHiddenLabel ? { 'aria-label': label } : { label })} description={description} placeholder={placeholder} {...register(name)} error={problem} spellCheck={false} autoCapitalize="off" autoComplete="off" style={{ flex: 1 }} />
}

export function LinesField({ name, label, description, placeholder }: FieldProps) {
  const { register } = useFormContext<SiteFormValues>()
  const problem = useProblem(name)
  return <Textarea label={label} description={description} placeholder={placeholder} {...register(name)} error={problem} autosize minRows={2} maxRows={10} spellCheck={false} autoCapitalize="off" />
}

export function AmountField({ name, label, description, placeholder, suffix, min = 1, max }: FieldProps & { readonly suffix?: string; readonly min?: number; readonly max?: number }) {
  const { control } = useFormContext<SiteFormValues>()
  const problem = useProblem(name)
  return (
    <Controller control={control} name={name} render={({ field: { value, onChange, ...field } }) => (
      <NumberInput label={label} description={description} placeholder={placeholder} {...(suffix === undefined ? {} : { suffix })} {...field} value={value as number | ''} onChange={(next) => onChange(next === '' ? '' : Number(next))} error={problem} min={min} {...(max === undefined ? {} : { max })} allowDecimal={false} />
    )} />
  )
}

export function SwitchField({ name, label, description }: FieldProps) {
  const { control } = useFormContext<SiteFormValues>()
  return <Controller control={control} name={name} render={({ field: { value, ...field } }) => <Switch label={label} description={description} {...field} checked={value as boolean} />} />
}

interface RowsProps { readonly label: string; readonly description?: ReactNode; readonly addLabel: string; readonly rows: readonly { readonly id: string }[]; readonly renderRow: (index: number) => ReactNode; readonly nameOf: (index: number) => string; onAdd(): void; onRemove(index: number): void }

/** The field that somebody leaves by pressing a button may get a message then, and the button would move away from under the mouse. */
export const keepFocus = { onMouseDown: (event: MouseEvent) => event.preventDefault() }

/** A list to which rows are added and from which they are taken. */
export function Rows({ label, description, addLabel, rows, renderRow, nameOf, onAdd, onRemove }: RowsProps) {
  return (
    <div role="group" aria-label={label}>
      <Text fz="sm" fw={600}>{label}</Text>
      {description !== undefined && <Text fz="xs" c="dimmed" mb={6}>{description}</Text>}
      <Stack gap="xs" mt={4}>
        {rows.map(({ id }, index) => (
          <Group key={id} gap="xs" align="flex-start" wrap="nowrap">
            <Group gap="xs" align="flex-start" style={{ flex: 1 }}>{renderRow(index)}</Group>
            <ActionIcon size="lg" aria-label={`Take away ${nameOf(index)}`} {...keepFocus} onClick={() => onRemove(index)}><IconTrash size={16} /></ActionIcon>
          </Group>
        ))}
        <Group gap="xs"><Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} {...keepFocus} onClick={onAdd}>{addLabel}</Button></Group>
      </Stack>
    </div>
  )
}
