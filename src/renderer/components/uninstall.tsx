import { Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { KnownServer } from '../../shared/connection.ts'
import type { WaitingMail } from '../../shared/mail.ts'
import type { ServerStatus } from '../../shared/status.ts'
import { isMailWaiting, WaitingMailChoice } from './waiting-mail.tsx'

interface Choice { readonly userData: 'keep' | 'delete'; readonly mail: WaitingMail }

/** Asks before Homeport is taken off a server: what becomes of what is not Homeport's own. */
export function UninstallDialog({ server, status, onUninstall, onCancel }: { server: KnownServer; status: ServerStatus | null; onUninstall(choice: Choice): void; onCancel(): void }) {
  const data = status?.mailData ?? null
  const canSend = status?.mail?.unit?.active === 'active'
  const [userData, setUserData] = useState<'keep' | 'delete'>('keep')
  const [mail, setMail] = useState<WaitingMail>(canSend ? 'send' : 'keep')
  const [typed, setTyped] = useState('')
  const asksForMail = isMailWaiting(data)
  const deletes = userData === 'delete' || (asksForMail && mail === 'delete')
  const consents = !deletes || typed.trim() === server.name
  // Where no mail waits only keys are left: they go the way of the files.
  const choice = { userData, mail: asksForMail ? mail : userData }
  return (
    <form onSubmit={(event) => { event.preventDefault(); if (consents) onUninstall(choice) }}>
      <Stack>
        <Text fz="sm">All sites go offline. You see the plan before anything happens.</Text>
        <Radio.Group label="What about the files of the sites?" value={userData} onChange={(value) => setUserData(value === 'delete' ? 'delete' : 'keep')}>
          <Stack gap="sm" mt="xs">
            <Radio value="keep" label="Keep them on the server" description="They stay in /srv/homeport, with the secret values of programs in .secrets, which root alone reads." />
            <Radio value="delete" label="Delete them for ever" description="All sites with all their versions, and the archives of sites that were removed earlier. Homeport cannot bring them back. Other folders in /srv/homeport stay." />
          </Stack>
        </Radio.Group>
        {asksForMail && <WaitingMailChoice data={data} canSend={canSend} kept="It stays in /srv/homeport-mail, with the keys of the mail server and a note how to send it on." value={mail} onChange={setMail} />}
        {deletes && <TextInput label={`Type ${server.name} to agree`} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} autoComplete="off" />}
        <Group justify="flex-end"><Button variant="default" onClick={onCancel}>Cancel</Button><Button type="submit" color="red" disabled={!consents}>Review the removal</Button></Group>
      </Stack>
    </form>
  )
}
