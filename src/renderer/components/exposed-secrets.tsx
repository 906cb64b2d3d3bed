import { Button } from '@mantine/core'
import { useState } from 'react'
import { api } from '../api.ts'
import { ErrorNotice } from './error-notice.tsx'
import { Notice } from './notice.tsx'
import { OpenPassphraseDialog, SetPassphraseDialog } from './passphrase-dialogs.tsx'
import { counted } from './quantity.ts'
import { useChangeSecrets, useSecretsState } from './secrets-state.ts'

const change = 'If others could read your files or a backup of them, change these passwords on the servers.'

/** Says that kept secrets lay open, or still do, and what to do about it. */
export function ExposedSecrets() {
  const state = useSecretsState()
  const [isSeen, setSeen] = useState(false)
  const [isProtecting, setProtecting] = useState(false)
  const forget = useChangeSecrets(() => api.call('secrets.forget', { what: 'exposed' }))
  if (state === undefined || (state.exposed === 0 && (state.mended === 0 || isSeen))) return null
  const close = { onDone: () => setProtecting(false), onCancel: () => setProtecting(false) }
  return (
    <div style={{ padding: '12px 20px 0', maxWidth: 1120, margin: '0 auto' }}>
      {state.exposed === 0
        ? <Notice tone="idle" title={`${counted(state.mended, 'kept password or key', 'kept passwords and keys')} lay open, and ${state.mended === 1 ? 'is' : 'are'} protected now`}
            actions={<Button size="xs" variant="default" onClick={() => setSeen(true)}>I understand</Button>}>
            An earlier Homeport found no keychain and sealed them with a key that anybody can look up. {change}
          </Notice>
        : <Notice tone="warn" title={`${counted(state.exposed, 'kept password or key', 'kept passwords and keys')} can be read by whoever reads your files`} actions={<>
            <Button size="xs" onClick={() => setProtecting(true)}>{state.passphrase === 'locked' ? 'Type the passphrase' : 'Protect with a passphrase'}</Button>
            <Button size="xs" variant="default" loading={forget.isPending} onClick={() => forget.mutate()}>Forget them</Button>
          </>}>
            An earlier Homeport found no keychain and sealed them with a key that anybody can look up. Protect them, or let Homeport forget them. {change}
          </Notice>}
      {forget.isError && <ErrorNotice error={forget.error} />}
      {isProtecting && (state.passphrase === 'locked' ? <OpenPassphraseDialog {...close} /> : <SetPassphraseDialog {...close} />)}
    </div>
  )
}
