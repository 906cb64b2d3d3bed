import { Checkbox } from '@mantine/core'
import { useState } from 'react'
import type { SecretsState } from '../../shared/kept-secrets.ts'
import { SetPassphraseDialog } from './passphrase-dialogs.tsx'
import { useSecretsState } from './secrets-state.ts'

/** Whether anything can be kept at all, now. */
export function canKeep(state: SecretsState | undefined): boolean {
  return state !== undefined && state.keptBy !== 'nothing'
}

function describe(state: SecretsState | undefined): string {
  if (state === undefined) return 'Waiting for the keychain of your system …'
  if (state.keptBy === 'keychain') return 'Kept encrypted by your system. You can still forget the server at any time.'
  if (state.keptBy === 'passphrase') return 'Kept encrypted by your passphrase of Homeport. You can still forget the server at any time.'
  if (state.passphrase === 'unreadable') return 'What was kept cannot be read: see “Kept passwords” at the top of the window.'
  return `${state.note} Tick this to protect them with a passphrase of Homeport’s own.`
}

interface KeepChoiceProps { readonly label: string; readonly checked: boolean; onChange(checked: boolean): void }

/** Whether to remember a secret, and what protects it then. Where nothing would, the person can set a passphrase of Homeport's own. */
export function KeepChoice({ label, checked, onChange }: KeepChoiceProps) {
  const state = useSecretsState()
  const [isSetting, setSetting] = useState(false)
  const choose = (wanted: boolean) => {
    if (wanted && !canKeep(state)) setSetting(true)
    else onChange(wanted)
  }
  return (
    <>
      <Checkbox label={label} description={describe(state)} checked={checked && canKeep(state)} disabled={state === undefined || (state.keptBy === 'nothing' && state.passphrase === 'unreadable')}
        onChange={(event) => choose(event.currentTarget.checked)} />
      {isSetting && <SetPassphraseDialog onCancel={() => setSetting(false)} onDone={() => { setSetting(false); onChange(true) }} />}
    </>
  )
}
