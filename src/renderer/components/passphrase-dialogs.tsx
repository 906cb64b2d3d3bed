import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useState, type FormEvent, type ReactNode } from 'react'
import { NewPassphrase } from '../../shared/kept-secrets.ts'
import { api } from '../api.ts'
import { asHomeportError, ErrorNotice } from './error-notice.tsx'
import { useChangeSecrets, useSecretsState } from './secrets-state.ts'
import { counted } from './quantity.ts'

interface DialogProps { onDone(): void; onCancel(): void }
interface DialogFormProps { readonly title: string; readonly children: ReactNode; onSubmit(): void; onCancel(): void }

/** Opens above a form of the page, and so must not send that one. */
function DialogForm({ title, children, onSubmit, onCancel }: DialogFormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    event.stopPropagation()
    onSubmit()
  }
  return (
    <Modal opened onClose={onCancel} title={<Text fw={620} fz="lg" component="span">{title}</Text>}>
      <form noValidate onSubmit={submit}><Stack>{children}</Stack></form>
    </Modal>
  )
}

/** A new passphrase, typed twice. `problem` is what is wrong with it; null where it will do. */
function useNewPassphrase(): { passphrase: string; problem: string | null; fields(isShown: boolean, focus: boolean): ReactNode } {
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const parsed = NewPassphrase.safeParse(passphrase)
  const tooWeak = parsed.success ? null : parsed.error.issues[0]?.message ?? 'Take another one.'
  const differs = passphrase === again ? null : 'The two are not the same.'
  return {
    passphrase, problem: tooWeak ?? differs,
    fields: (isShown, focus) => (
      <>
        <PasswordInput label="New passphrase" description="At least 12 characters: four words that nobody would put together are good." autoComplete="new-password" {...(focus ? { 'data-autofocus': true } : {})}
          value={passphrase} onChange={(event) => setPassphrase(event.currentTarget.value)} error={isShown ? tooWeak : null} />
        <PasswordInput label="The same once more" autoComplete="new-password" value={again} onChange={(event) => setAgain(event.currentTarget.value)} error={isShown && tooWeak === null ? differs : null} />
      </>
    ),
  }
}

/** Sets the passphrase that protects what is kept, where the system has no keychain. */
export function SetPassphraseDialog({ onDone, onCancel }: DialogProps) {
  const next = useNewPassphrase()
  const [isTried, setTried] = useState(false)
  const protect = useChangeSecrets(() => api.call('secrets.protect', { passphrase: next.passphrase }), onDone)
  return (
    <DialogForm title="Protect with a passphrase" onCancel={onCancel} onSubmit={() => { setTried(true); if (next.problem === null) protect.mutate() }}>
      <Text fz="sm">With it, Homeport seals the passwords and keys that it keeps on this computer. It asks for it once each time it is started.</Text>
      {next.fields(isTried, true)}
      <Text fz="sm" c="dimmed">Nobody can recover it. If you forget it, you type the passwords of your servers again.</Text>
      {protect.isError && <ErrorNotice error={protect.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>Cancel</Button>
        <Button type="submit" loading={protect.isPending}>Set the passphrase</Button>
      </Group>
    </DialogForm>
  )
}

/** Asks for the passphrase, once in a run of the app. */
export function OpenPassphraseDialog({ onDone, onCancel }: DialogProps) {
  const [passphrase, setPassphrase] = useState('')
  const [isForgotten, setForgotten] = useState(false)
  const open = useChangeSecrets(() => api.call('secrets.open', { passphrase }), onDone)
  if (isForgotten) return <ForgetKeptDialog onDone={onCancel} onCancel={() => setForgotten(false)} />
  const wrong = open.error !== null && asHomeportError(open.error).code === 'secrets-passphrase-wrong'
  return (
    <DialogForm title="Your passphrase of Homeport" onCancel={onCancel} onSubmit={() => open.mutate()}>
      <Text fz="sm">It opens the passwords and keys that Homeport keeps on this computer, until Homeport ends.</Text>
      <PasswordInput label="Passphrase" data-autofocus autoComplete="current-password" value={passphrase} onChange={(event) => setPassphrase(event.currentTarget.value)}
        error={wrong ? 'This is not the passphrase. Check the keyboard layout and capital letters.' : null} />
      {open.isError && !wrong && <ErrorNotice error={open.error} />}
      <Group justify="space-between">
        <Button variant="subtle" onClick={() => setForgotten(true)}>I forgot it</Button>
        <Group>
          <Button variant="default" onClick={onCancel}>Not now</Button>
          <Button type="submit" loading={open.isPending} disabled={passphrase === ''}>Open</Button>
        </Group>
      </Group>
    </DialogForm>
  )
}

export function ChangePassphraseDialog({ onDone, onCancel }: DialogProps) {
  const [passphrase, setPassphrase] = useState('')
  const next = useNewPassphrase()
  const [isTried, setTried] = useState(false)
  const change = useChangeSecrets(() => api.call('secrets.change-passphrase', { passphrase, next: next.passphrase }), onDone)
  return (
    <DialogForm title="Change the passphrase" onCancel={onCancel} onSubmit={() => { setTried(true); if (next.problem === null && passphrase !== '') change.mutate() }}>
      <PasswordInput label="Passphrase until now" data-autofocus autoComplete="current-password" value={passphrase} onChange={(event) => setPassphrase(event.currentTarget.value)}
        error={isTried && passphrase === '' ? 'Type the passphrase.' : null} />
      {next.fields(isTried, false)}
      {change.isError && <ErrorNotice error={change.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>Cancel</Button>
        <Button type="submit" loading={change.isPending}>Change the passphrase</Button>
      </Group>
    </DialogForm>
  )
}

/** The way out for whoever forgot the passphrase. Only here is anything deleted that cannot be opened. */
export function ForgetKeptDialog({ onDone, onCancel }: DialogProps) {
  const state = useSecretsState()
  const forget = useChangeSecrets(() => api.call('secrets.forget', { what: 'passphrase' }), onDone)
  return (
    <DialogForm title="Forget what is kept?" onCancel={onCancel} onSubmit={() => forget.mutate()}>
      <Text fz="sm">
        The passphrase goes, with {counted(state?.byPassphrase ?? 0, 'password or key', 'passwords and keys')} that it protects on this computer. Your servers stay in the list, and nothing changes on them.
      </Text>
      <Text fz="sm">Where Homeport logs in with a key of its own, you need the password or a key file of yours to connect again.</Text>
      {forget.isError && <ErrorNotice error={forget.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>Cancel</Button>
        <Button type="submit" color="red" loading={forget.isPending}>Forget what is kept</Button>
      </Group>
    </DialogForm>
  )
}
