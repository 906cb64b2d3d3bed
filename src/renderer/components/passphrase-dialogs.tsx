import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useState, type FormEvent, type ReactNode } from 'react'
import { NewPassphrase, type SecretsState } from '../../shared/kept-secrets.ts'
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
function useNewPassphrase(): { passphrase: string; problem: string | null; fields(isShown: boolean): ReactNode } {
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const parsed = NewPassphrase.safeParse(passphrase)
  const tooWeak = parsed.success ? null : parsed.error.issues[0]?.message ?? 'Take another one.'
  const differs = passphrase === again ? null : 'The two are not the same.'
  return {
    passphrase, problem: tooWeak ?? differs,
    fields: (isShown) => (
      <>
        <PasswordInput label="New passphrase" description="At least 12 characters: four words that nobody would put together are good." autoComplete="new-password" data-autofocus
          value={passphrase} onChange={(event) => setPassphrase(event.currentTarget.value)} error={isShown ? tooWeak : null} />
        <PasswordInput label="The same once more" autoComplete="new-password" value={again} onChange={(event) => setAgain(event.currentTarget.value)} error={isShown && tooWeak === null ? differs : null} />
      </>
    ),
  }
}

interface NewPassphraseDialogProps extends DialogProps {
  readonly title: string
  readonly action: string
  readonly asksForOld?: boolean
  readonly intro?: string
  readonly note?: string
  send(next: string, old: string): Promise<SecretsState>
}

function NewPassphraseDialog({ title, action, asksForOld = false, intro, note, send, onDone, onCancel }: NewPassphraseDialogProps) {
  const [old, setOld] = useState('')
  const next = useNewPassphrase()
  const [isTried, setTried] = useState(false)
  const change = useChangeSecrets(() => send(next.passphrase, old), onDone)
  const isOldMissing = asksForOld && old === ''
  return (
    <DialogForm title={title} onCancel={onCancel} onSubmit={() => { setTried(true); if (next.problem === null && !isOldMissing) change.mutate() }}>
      {intro !== undefined && <Text fz="sm">{intro}</Text>}
      {asksForOld && (
        <PasswordInput label="Passphrase until now" data-autofocus autoComplete="current-password" value={old} onChange={(event) => setOld(event.currentTarget.value)}
          error={isTried && isOldMissing ? 'Type the passphrase.' : null} />
      )}
      {next.fields(isTried)}
      {note !== undefined && <Text fz="sm" c="dimmed">{note}</Text>}
      {change.isError && <ErrorNotice error={change.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>Cancel</Button>
        <Button type="submit" loading={change.isPending}>{action}</Button>
      </Group>
    </DialogForm>
  )
}

/** Sets the passphrase that protects what is kept, where the system has no keychain. */
export function SetPassphraseDialog(props: DialogProps) {
  return (
    <NewPassphraseDialog {...props} title="Protect with a passphrase" action="Set the passphrase" send={(passphrase) => api.call('secrets.protect', { passphrase })}
      intro="With it, Homeport seals the passwords and keys that it keeps on this computer. It asks for it once each time it is started."
      note="Nobody can recover it. If you forget it, you type the passwords of your servers again." />
  )
}

export function ChangePassphraseDialog(props: DialogProps) {
  return <NewPassphraseDialog {...props} title="Change the passphrase" action="Change the passphrase" asksForOld send={(next, passphrase) => api.call('secrets.change-passphrase', { passphrase, next })} />
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
