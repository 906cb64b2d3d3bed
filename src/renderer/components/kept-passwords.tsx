import { ActionIcon, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useState } from 'react'
import type { SecretsState } from '../../shared/kept-secrets.ts'
import { api } from '../api.ts'
import { ErrorNotice } from './error-notice.tsx'
import { ChangePassphraseDialog, ForgetKeptDialog, OpenPassphraseDialog, SetPassphraseDialog } from './passphrase-dialogs.tsx'
import { counted } from './quantity.ts'
import { useChangeSecrets, useSecretsState } from './secrets-state.ts'

type Step = 'look' | 'set' | 'open' | 'change' | 'forget'

/** How this computer keeps passwords and keys, from every screen. */
export function KeptPasswordsButton() {
  const [step, setStep] = useState<Step | null>(null)
  const back = { onDone: () => setStep('look'), onCancel: () => setStep('look') }
  return (
    <>
      <ActionIcon size="lg" aria-label="Kept passwords" onClick={() => setStep('look')}><IconKey size={18} stroke={1.7} /></ActionIcon>
      {step === 'look' && <KeptPasswords onClose={() => setStep(null)} onStep={setStep} />}
      {step === 'set' && <SetPassphraseDialog {...back} />}
      {step === 'open' && <OpenPassphraseDialog {...back} />}
      {step === 'change' && <ChangePassphraseDialog {...back} />}
      {step === 'forget' && <ForgetKeptDialog {...back} />}
    </>
  )
}

function KeptPasswords({ onClose, onStep }: { onClose(): void; onStep(step: Step): void }) {
  const state = useSecretsState()
  const lock = useChangeSecrets(() => api.call('secrets.lock'))
  return (
    <Modal opened onClose={onClose} title={<Text fw={620} fz="lg" component="span">Kept passwords</Text>}>
      <Stack>
        {state === undefined
          ? <Text fz="sm">Waiting for the keychain of your system …</Text>
          : <>
              {state.keptBy !== 'passphrase' && <Text fz="sm">{state.keptBy === 'keychain' ? 'Passwords and keys that you let Homeport remember are kept by the keychain of your system.' : state.note}</Text>}
              {state.passphrase !== 'none' && <Text fz="sm">{protectedWords(state)}</Text>}
              {state.passphrase === 'none' && state.keptBy === 'nothing' && <Text fz="sm">A passphrase of Homeport’s own can protect them instead. Homeport then asks for it once each time it is started.</Text>}
              {lock.isError && <ErrorNotice error={lock.error} />}
              <Group justify="flex-end">
                {state.passphrase === 'none' && state.keptBy === 'nothing' && <Button onClick={() => onStep('set')}>Protect with a passphrase</Button>}
                {state.passphrase !== 'none' && <Button variant="subtle" color="red" onClick={() => onStep('forget')}>Forget them …</Button>}
                {state.passphrase === 'locked' && <Button onClick={() => onStep('open')}>Type the passphrase</Button>}
                {state.passphrase === 'open' && <Button variant="default" onClick={() => onStep('change')}>Change the passphrase</Button>}
                {state.passphrase === 'open' && <Button onClick={() => lock.mutate()} loading={lock.isPending}>Lock now</Button>}
              </Group>
            </>}
      </Stack>
    </Modal>
  )
}

function protectedWords({ passphrase, byPassphrase }: SecretsState): string {
  const what = byPassphrase === 0 ? 'Nothing is kept under your passphrase of Homeport yet' : `Your passphrase of Homeport protects ${counted(byPassphrase, 'password or key', 'passwords and keys')}`
  if (passphrase === 'unreadable') return 'What is kept was protected by another version of Homeport, or is damaged. Update Homeport, or forget it.'
  if (passphrase === 'locked') return `${what}. It is locked.`
  return `${what}. It is open until Homeport ends, or until you lock it. Servers that you are connected to stay connected.`
}
