import './mail.css'
import { Button, Chip, Group, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import type { HomeportError } from '../../shared/errors.ts'
import type { MailEvent } from '../../shared/mail.ts'
import { api } from '../api.ts'
import { Disclosure } from './disclosure.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { FactList } from './fact-list.tsx'
import { eventLine, eventWords, foundEvents } from './mail-words.ts'
import { Ago } from './now.tsx'
import { formatBytes } from './quantity.ts'
import { onReconnect } from './reconnect.ts'
import { StateBadge } from './state-badge.tsx'
import { useUnlock } from './unlock.tsx'

const mostKept = 5000
const shownAtFirst = 25
const kinds = Object.keys(eventWords) as MailEvent['kind'][]

const keys = new WeakMap<MailEvent, number>()
let lastKey = 0

/** New events come in front, so a place in the list is no key: what is unfolded would fold again. */
function keyOf(event: MailEvent): number {
  const key = keys.get(event) ?? ++lastKey
  keys.set(event, key)
  return key
}

/** What happens to mail, newest first, as it happens. */
export function MailActivity({ serverId }: { serverId: string }) {
  const { events, isPending, error, again } = useMailActivity(serverId)
  const [search, setSearch] = useState('')
  const [chosen, setChosen] = useState<string[]>([])
  const [most, setMost] = useState(shownAtFirst)
  const soon = useDeferredValue(search)
  const shown = useMemo(() => foundEvents(events, soon, new Set(kinds.filter((kind) => chosen.includes(kind)))), [events, soon, chosen])
  return (
    <Stack gap="sm">
      <Text fz="sm" c="dimmed">From the server’s own log. Nothing of what people write is shown or kept: no subject, no text.</Text>
      {error !== null && <ErrorNotice error={error} onRetry={again} />}
      <Group gap="md" align="flex-end">
        <TextInput type="search" label="Find" placeholder="Address, server or answer" leftSection={<IconSearch size={15} aria-hidden />} value={search} onChange={(event) => setSearch(event.currentTarget.value)} w={{ base: '100%', xs: 260 }} />
        <Chip.Group multiple value={chosen} onChange={setChosen}><Group gap={6} role="group" aria-label="Show only">{kinds.map((kind) => <Chip key={kind} value={kind} size="xs">{eventWords[kind].word}</Chip>)}</Group></Chip.Group>
      </Group>
      {isPending ? <Skeleton height={200} radius="lg" role="status" aria-label="Reading the log" />
        : shown.length === 0 ? <Text fz="sm" c="dimmed">{events.length === 0 ? 'No mail has come or gone yet. What happens is shown here at once.' : 'Nothing fits. Change what you look for.'}</Text>
          : <ul className="hp-list" aria-label="What happened to mail">{shown.slice(0, most).map((event) => <EventRow key={keyOf(event)} event={event} />)}</ul>}
      {shown.length > most && <Button variant="default" onClick={() => setMost((before) => before * 4)}>Show more ({(shown.length - most).toLocaleString()})</Button>}
    </Stack>
  )
}

export function EventRow({ event }: { event: MailEvent }) {
  const { tone, word, meaning } = eventWords[event.kind]
  return (
    <li>
      <div className="hp-event">
        <span><StateBadge tone={tone} title={meaning}>{word}</StateBadge></span>
        <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
          <Disclosure label={<>{eventLine(event) || meaning}<span className="hp-hidden">: details</span></>}>
            <FactList facts={[
              ['What happened', meaning], ...(event.peer === '' ? [] : [['Other server', <span className="hp-mono">{event.peer}</span>] as const]),
              ...(event.answer === '' ? [] : [['Answer', <span className="hp-mono">{event.answer}</span>] as const]), ...(event.status === '' ? [] : [['Code', event.status] as const]),
              ...(event.queueId === null ? [] : [['In the queue as', <span className="hp-mono">{event.queueId}</span>] as const]), ...(event.sizeBytes === null ? [] : [['Size', formatBytes(event.sizeBytes)] as const]),
              ...(event.isEncrypted === null ? [] : [['Encrypted on the way', event.isEncrypted ? 'yes' : 'no'] as const]), ['At', new Date(event.at).toLocaleString()],
            ]} />
          </Disclosure>
          {event.kind !== 'delivered' && event.answer !== '' && <Text fz="sm" c="dimmed" lineClamp={2} pl={18}>{event.answer}</Text>}
        </div>
        <Ago at={event.at} />
      </div>
    </li>
  )
}

function useMailActivity(serverId: string): { events: readonly MailEvent[]; isPending: boolean; error: HomeportError | null; again(): void } {
  const [events, setEvents] = useState<readonly MailEvent[]>([])
  const [isPending, setPending] = useState(true)
  const [error, setError] = useState<HomeportError | null>(null)
  const [round, setRound] = useState(0)
  const unlock = useUnlock()
  useEffect(() => {
    let isOpen = true
    setError(null)
    setEvents([])
    // A server without any mail yet says nothing at all.
    const patience = setTimeout(() => setPending(false), 2500)
    const stream = api.open('mail.activity', { serverId, events: 500 }, {
      onEvent: (batch) => { setPending(false); setEvents((before) => [...batch.toReversed(), ...before].slice(0, mostKept)) },
      onEnd: (failure) => {
        if (failure === null) return
        void unlock(serverId, failure).then((unlocked) => { if (isOpen) { if (unlocked) setRound((before) => before + 1); else { setError(failure); setPending(false) } } })
      },
    })
    return () => { isOpen = false; clearTimeout(patience); stream.close() }
  }, [serverId, round, unlock])
  useEffect(() => onReconnect(() => setRound((before) => before + 1)), [])
  return { events, isPending, error, again: () => setRound((before) => before + 1) }
}
