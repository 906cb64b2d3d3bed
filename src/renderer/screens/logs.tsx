import { Button, Group, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useClipboard, useDebouncedValue } from '@mantine/hooks'
import { IconCheck, IconCopy, IconDownload, IconPlayerPause, IconPlayerPlay, IconSearch } from '@tabler/icons-react'
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { useLocation } from 'wouter'
import type { HomeportError } from '../../shared/errors.ts'
import type { LogSource } from '../../shared/log.ts'
import type { ServerStatus } from '../../shared/status.ts'
import { api } from '../api.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { useLive } from '../components/live.tsx'
import { LogBuffer, logText, unitLabel } from '../components/log-buffer.ts'
import { LogList } from '../components/log-list.tsx'
import { onReconnect } from '../components/reconnect.ts'
import { useUnlock } from '../components/unlock.tsx'

const priorities = [{ value: '7', label: 'Everything' }, { value: '6', label: 'Without debugging' }, { value: '4', label: 'Warnings and errors' }, { value: '3', label: 'Errors only' }]

/** Sources as paths, so that a link can lead to one: `site/<id>`, `unit/<name>`, or nothing for the whole journal. */
export function sourceOfPath(path: string): LogSource {
  const [kind, name] = path.split('/')
  if (kind === 'site' && name !== undefined) return { kind: 'site', siteId: name }
  return kind === 'unit' && name !== undefined ? { kind: 'unit', unit: decodeURIComponent(name) } : { kind: 'all' }
}

function sources(status: ServerStatus | null, chosen: string) {
  const sites = (status?.sites ?? []).map(({ site }) => ({ value: `site/${site.id}`, label: site.domain }))
  const units = (status?.units ?? []).map(({ name }) => ({ value: `unit/${encodeURIComponent(name)}`, label: unitLabel(name) }))
  const known = [...sites, ...units].some(({ value }) => value === chosen)
  return [
    { group: 'Everything', items: [{ value: '', label: 'The whole server' }] },
    ...(sites.length > 0 ? [{ group: 'Sites', items: sites }] : []),
    ...(units.length > 0 ? [{ group: 'Services', items: units }] : []),
    ...(known || chosen === '' ? [] : [{ group: 'Chosen', items: [{ value: chosen, label: decodeURIComponent(chosen.replace(/^\w+\//, '')) }] }]),
  ]
}

/** What the server and its sites say, as it is said. */
export function LogsTab({ serverId }: { serverId: string }) {
  const [location, navigate] = useLocation()
  const base = `/servers/${serverId}/logs`
  const path = location.startsWith(`${base}/`) ? location.slice(base.length + 1) : ''
  const { status } = useLive()
  const source = useMemo(() => sourceOfPath(path), [path])
  const { buffer, error, isEnded, again } = useLog(serverId, source)
  const [following, setFollowing] = useState(true)
  const [wrap, setWrap] = useState(true)
  const [text, setText] = useState('')
  const [priority, setPriority] = useState('7')
  const [soonText] = useDebouncedValue(text, 150)
  useEffect(() => buffer.setFilter({ text: soonText, priority: Number(priority) }), [buffer, soonText, priority])

  return (
    <Stack gap="md">
      <div className="hp-log-tools">
        <Select label="Show" data={sources(status, path)} value={path} onChange={(value) => navigate(value === null || value === '' ? base : `${base}/${value}`)} searchable maxDropdownHeight={360} w={{ base: '100%', xs: 250 }} />
        <TextInput label="Find" placeholder="Text in the lines" leftSection={<IconSearch size={15} aria-hidden />} value={text} onChange={(event) => setText(event.currentTarget.value)} w={{ base: '100%', xs: 220 }} type="search" />
        <Select label="How serious" data={priorities} value={priority} onChange={(value) => setPriority(value ?? '7')} w={{ base: '100%', xs: 190 }} />
        <Group gap="xs" ml={{ base: 0, md: 'auto' }}>
          <Switch label="Wrap lines" checked={wrap} onChange={(event) => setWrap(event.currentTarget.checked)} mr={6} />
          <Button variant="default" leftSection={following ? <IconPlayerPause size={15} /> : <IconPlayerPlay size={15} />} onClick={() => setFollowing(!following)}>{following ? 'Pause' : 'Follow'}</Button>
          <CopyLines buffer={buffer} />
          <Button variant="default" leftSection={<IconDownload size={15} />} onClick={() => saveLines(buffer, path)}>Save</Button>
        </Group>
      </div>
      {error !== null && <ErrorNotice error={error} onRetry={again} />}
      <LogList buffer={buffer} following={following} wrap={wrap} showUnit={source.kind !== 'unit'} onFollow={setFollowing}
        empty={soonText !== '' || priority !== '7' ? 'No line fits. Change what you look for.' : isEnded ? 'There are no lines.' : 'Waiting for lines …'} />
      <LineCount buffer={buffer} />
    </Stack>
  )
}

/** Lines of one source, from its last 500 on. */
function useLog(serverId: string, source: LogSource) {
  const [attempt, setAttempt] = useState(0)
  const [error, setError] = useState<HomeportError | null>(null)
  const [isEnded, setEnded] = useState(false)
  const unlock = useUnlock()
  // Another source or another attempt begins with an empty page.
  // oxlint-disable-next-line react/exhaustive-deps
  const buffer = useMemo(() => new LogBuffer(), [serverId, source, attempt])
  useEffect(() => {
    let isOpen = true
    setError(null)
    setEnded(false)
    const stream = api.open('logs.follow', { serverId, source, lines: 500 }, {
      onEvent: (lines) => buffer.append(lines),
      onEnd: (failure) => {
        setEnded(true)
        if (failure !== null) void unlock(serverId, failure).then((unlocked) => { if (isOpen) { if (unlocked) setAttempt((before) => before + 1); else setError(failure) } }, () => { if (isOpen) setError(failure) })
      },
    })
    return () => { isOpen = false; stream.close() }
  }, [serverId, source, buffer, unlock])
  useEffect(() => onReconnect(() => setAttempt((before) => before + 1)), [])
  return { buffer, error, isEnded, again: () => setAttempt((before) => before + 1) }
}

function CopyLines({ buffer }: { buffer: LogBuffer }) {
  const clipboard = useClipboard({ timeout: 1500 })
  return <Button variant="default" leftSection={clipboard.copied ? <IconCheck size={15} /> : <IconCopy size={15} />} onClick={() => clipboard.copy(logText(buffer.visible))}>{clipboard.copied ? 'Copied' : 'Copy'}</Button>
}

function saveLines(buffer: LogBuffer, path: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([logText(buffer.visible), '\n'], { type: 'text/plain' }))
  link.download = `${path === '' ? 'server' : decodeURIComponent(path.replace(/^\w+\//, ''))}-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.log`
  link.click()
  // The download reads it a moment later.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

function LineCount({ buffer }: { buffer: LogBuffer }) {
  // Twice a second is enough for a number.
  const shown = useSyncExternalStore((changed) => { const timer = setInterval(changed, 500); return () => clearInterval(timer) }, () => `${buffer.visible.length.toLocaleString()} of ${buffer.kept.toLocaleString()} lines`)
  return <Text fz="xs" c="dimmed">{shown}. The last 100,000 are kept in this window; the server keeps more.</Text>
}
