import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { MailData, WaitingMail } from '../../shared/mail.ts'
import { isMailWaiting, WaitingMailChoice } from './waiting-mail.tsx'

/** Asks before mail is turned off: what is forgotten, and what becomes of mail that waits. */
export function MailOffDialog({ data, canSend, onCancel, onTurnOff }: { data: MailData | null; canSend: boolean; onCancel(): void; onTurnOff(waiting: WaitingMail): void }) {
  const [waiting, setWaiting] = useState<WaitingMail>('keep')
  return (
    <form onSubmit={(event) => { event.preventDefault(); onTurnOff(isMailWaiting(data) ? waiting : 'keep') }}>
      <Stack>
        <Text fz="sm">All domains and aliases of this server are forgotten: export them first if you may need them again. You see the plan before anything happens.</Text>
        {isMailWaiting(data) && <WaitingMailChoice data={data} canSend={canSend} kept="It stays in its folder on the server and is sent on once mail is turned on again." value={waiting} onChange={setWaiting} />}
        <Group justify="flex-end"><Button variant="default" onClick={onCancel}>Cancel</Button><Button type="submit">Review the changes</Button></Group>
      </Stack>
    </form>
  )
}
