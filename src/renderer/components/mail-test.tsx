import './mail.css'
import { Button, Group, Loader, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useEffect, useState, type FormEvent } from 'react'
import type { HomeportError } from '../../shared/errors.ts'
import { MailAddress, type MailTestEvent } from '../../shared/mail.ts'
import { api } from '../api.ts'
import { ErrorNotice } from './error-notice.tsx'
import { EventRow } from './mail-activity.tsx'
import { Notice } from './notice.tsx'

/** Sends a test mail from the server, and shows it on its way to the last answer. */
export function MailTestDialog({ serverId, suggested, onClose }: { serverId: string; suggested: string; onClose(): void }) {
  const [address, setAddress] = useState(suggested)
  const [problem, setProblem] = useState<string | null>(null)
  const [to, setTo] = useState<{ readonly address: string; readonly round: number } | null>(null)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const parsed = MailAddress.safeParse(address)
    setProblem(parsed.success ? null : (parsed.error.issues[0]?.message ?? ''))
    if (parsed.success) setTo((before) => ({ address: parsed.data, round: (before?.round ?? 0) + 1 }))
  }
  return (
    <Modal opened onClose={onClose} size="lg" title="Send a test mail">
      <form noValidate onSubmit={submit}>
        <Stack>
          <Group align="flex-start" gap="sm">
            <TextInput type="email" label="To" description="An alias of yours, or any other address." flex={1} miw={220} data-autofocus spellCheck={false} autoCapitalize="off" autoComplete="off" value={address} onChange={(event) => setAddress(event.currentTarget.value)} error={problem} />
          </Group>
          {to !== null && <Progress key={to.round} serverId={serverId} to={to.address} />}
          <Group justify="flex-end"><Button variant="default" onClick={onClose}>Close</Button><Button type="submit">{to === null ? 'Send' : 'Send again'}</Button></Group>
        </Stack>
      </form>
    </Modal>
  )
}

function Progress({ serverId, to }: { serverId: string; to: string }) {
  const [events, setEvents] = useState<readonly MailTestEvent[]>([])
  const [end, setEnd] = useState<{ readonly failure: HomeportError | null } | null>(null)
  useEffect(() => {
    let isOpen = true
    // In the next task, so that StrictMode's first mount does not send a second one.
    const start: { close?: () => void } = {}
    const timer = setTimeout(() => {
      const stream = api.open('mail.test', { serverId, to }, { onEvent: (event) => { if (isOpen) setEvents((before) => [...before, event]) }, onEnd: (failure) => { if (isOpen) setEnd({ failure }) } })
      start.close = () => stream.close()
    }, 0)
    return () => { isOpen = false; clearTimeout(timer); start.close?.() }
  }, [serverId, to])
  const isSent = events.some(({ kind }) => kind === 'sent')
  return (
    <Stack gap="sm" aria-live="polite">
      {end === null && <Group gap="xs" role="status"><Loader size={16} /><Text fz="sm">{isSent ? 'It is on its way. Waiting for the receiving server …' : `Handing it to the mail server, for ${to} …`}</Text></Group>}
      {events.map((event, index) => event.kind === 'answer' && (
        <div key={index}>
          <Text fz="sm" mb={6}>{event.meaning}</Text>
          <ul className="hp-list" aria-label="What was answered"><EventRow event={event.event} /></ul>
        </div>
      ))}
      {events.map((event, index) => event.kind === 'problem' && <Notice key={index} tone="warn" title={event.message} />)}
      {end?.failure != null && <ErrorNotice error={end.failure} />}
    </Stack>
  )
}
