import { Button, Group, Stack, TextInput } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useState } from 'react'
import { nameProblem } from '../../shared/files.ts'

interface NameQuestion {
  readonly title: string
  readonly label: string
  readonly button: string
  readonly initial?: string
  /** Names that are there already. */
  readonly taken: ReadonlySet<string>
  onName(name: string): void
}

/** Asks for a name that can be one, and that is free. */
export function askName(question: NameQuestion): void {
  const id = modals.open({ title: question.title, size: 'md', children: <NameForm {...question} onCancel={() => modals.close(id)} onName={(name) => { modals.close(id); question.onName(name) }} /> })
}

function NameForm({ label, button, initial = '', taken, onName, onCancel }: NameQuestion & { onCancel(): void }) {
  const [name, setName] = useState(initial)
  const [isTouched, setTouched] = useState(false)
  const problem = nameProblem(name) ?? (name !== initial && taken.has(name) ? 'There is something with this name already.' : null)
  return (
    <form noValidate onSubmit={(event) => { event.preventDefault(); setTouched(true); if (problem === null) onName(name) }}>
      <Stack>
        <TextInput label={label} value={name} onChange={(event) => { setName(event.currentTarget.value); setTouched(true) }} error={isTouched ? problem : undefined} autoComplete="off" spellCheck={false} autoCapitalize="off" data-autofocus
          // The name without what stands for its kind, as people change it.
          onFocus={(event) => { if (name !== initial) return; const end = initial.lastIndexOf('.'); event.currentTarget.setSelectionRange(0, end > 0 ? end : initial.length) }} />
        <Group justify="flex-end"><Button variant="default" onClick={onCancel}>Cancel</Button><Button type="submit">{button}</Button></Group>
      </Stack>
    </form>
  )
}
