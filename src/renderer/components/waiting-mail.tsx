import { Radio, Stack } from '@mantine/core'
import type { MailData, WaitingMail } from '../../shared/mail.ts'
import { counted, formatDay } from './quantity.ts'

/** Asks what becomes of mail that was taken and waits. `kept` says where it stays. */
export function WaitingMailChoice({ data, canSend, kept, value, onChange }: { data: MailData; canSend: boolean; kept: string; value: WaitingMail; onChange(value: WaitingMail): void }) {
  return (
    <Radio.Group label={waitingWords(data)} value={value} onChange={(chosen) => onChange(chosen === 'send' || chosen === 'delete' ? chosen : 'keep')}>
      <Stack gap="sm" mt="xs">
        {canSend && <Radio value="send" label="Send it on first" description="All of it is tried at once. If some does not leave within five minutes, nothing is changed." />}
        <Radio value="keep" label="Keep it" description={kept} />
        <Radio value="delete" label="Delete it for ever" description="Whoever wrote it is not told." />
      </Stack>
    </Radio.Group>
  )
}

/** Whether there is something to ask: mail that waits, or may wait. */
export function isMailWaiting(data: MailData | null): data is MailData {
  return data !== null && data.waiting !== 0
}

function waitingWords({ waiting, oldest }: MailData): string {
  if (waiting === null) return 'Mail waits in the mail server; how much could not be counted. What about it?'
  const since = oldest === null ? '' : waiting === 1 ? `, since ${formatDay(oldest)}` : `, the oldest since ${formatDay(oldest)}`
  return `${counted(waiting, 'message waits', 'messages wait')} in the mail server to be sent on${since}. What about ${waiting === 1 ? 'it' : 'them'}?`
}
