import './unit.css'
import { ActionIcon, Group, Menu, Stack, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { IconDotsVertical, IconFileText, IconPlayerPlay, IconPlayerStop, IconRefresh } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { useLocation } from 'wouter'
import { isControllable, type UnitDetail } from '../../shared/units.ts'
import { useChanges } from './change-drawer.tsx'
import { CodeBlock } from './code-block.tsx'
import { Disclosure } from './disclosure.tsx'
import { FactList } from './fact-list.tsx'
import { Ago, useNow } from './now.tsx'
import { counted, formatBytes } from './quantity.ts'
import { StateBadge } from './state-badge.tsx'
import { stopWarning, unitState, unitTitle } from './unit-words.ts'

interface UnitRowProps {
  readonly serverId: string
  readonly unit: UnitDetail
  /** Names of the units on this page: only these can be gone to. */
  readonly shown: ReadonlySet<string>
  readonly isGoal: boolean
  onGo(name: string): void
}

/** One unit: what it does, how it is, what can be done with it, and what systemd knows of it. */
export function UnitRow({ serverId, unit, shown, isGoal, onGo }: UnitRowProps) {
  const { title, does } = unitTitle(unit)
  const state = unitState(unit)
  const now = useNow(20_000)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => { if (isGoal) { box.current?.scrollIntoView({ block: 'nearest' }); box.current?.focus({ preventScroll: true }) } }, [isGoal])
  return (
    <div className="hp-unit" ref={box} tabIndex={-1} role="group" aria-label={unit.name} data-shown={isGoal || undefined}>
      <div className="hp-unit-head">
        <div style={{ minWidth: 0 }}>
          <Text fw={580} fz="sm">{title}</Text>
          <Text fz="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>{does !== '' && <>{does} </>}<span className="hp-mono">{unit.name}</span></Text>
        </div>
        <StateBadge tone={state.tone}>{state.word}</StateBadge>
        <UnitMenu serverId={serverId} unit={unit} title={title} />
      </div>
      <Text fz="xs" c="dimmed" mt={2}>{unit.nextAt !== null && unit.active === 'active' ? <>{unit.nextAt <= now ? 'Due now' : <>Next time <Ago at={unit.nextAt} /></>}{unit.lastAt !== null && <>, last time <Ago at={unit.lastAt} /></>}</> : unit.since !== null && <>Since <Ago at={unit.since} /></>}</Text>
      <div style={{ marginTop: 4 }}><Disclosure label="What systemd knows" openLabel="What systemd knows"><Details unit={unit} shown={shown} onGo={onGo} /></Disclosure></div>
    </div>
  )
}

function UnitMenu({ serverId, unit, title }: { serverId: string; unit: UnitDetail; title: string }) {
  const changes = useChanges()
  const [, navigate] = useLocation()
  const isOn = unit.active !== 'inactive' && unit.active !== 'failed'
  const act = (verb: 'start' | 'stop' | 'restart'): void => changes.act(`${{ start: 'Start', stop: 'Stop', restart: 'Restart' }[verb]} ${unit.name}`, { kind: 'unit', unit: unit.name, verb })
  const stop = (): void => {
    const warning = stopWarning(unit)
    if (warning === null) return act('stop')
    modals.openConfirmModal({ title: `Stop ${unit.name}?`, children: <Text fz="sm">{warning}</Text>, labels: { confirm: 'Stop it', cancel: 'Cancel' }, confirmProps: { color: 'red' }, onConfirm: () => act('stop') })
  }
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target><ActionIcon aria-label={`Actions for ${title} (${unit.name})`}><IconDotsVertical size={16} /></ActionIcon></Menu.Target>
      <Menu.Dropdown>
        {isControllable(unit.name) && !isOn && <Menu.Item leftSection={<IconPlayerPlay size={15} />} onClick={() => act('start')}>Start</Menu.Item>}
        {isControllable(unit.name) && isOn && <Menu.Item leftSection={<IconRefresh size={15} />} onClick={() => act('restart')}>Restart</Menu.Item>}
        {isControllable(unit.name) && isOn && <Menu.Item leftSection={<IconPlayerStop size={15} />} onClick={stop}>Stop</Menu.Item>}
        <Menu.Item leftSection={<IconFileText size={15} />} onClick={() => navigate(`/servers/${serverId}/logs/unit/${encodeURIComponent(unit.name)}`)}>Logs</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

const enabledWords: Readonly<Record<string, string>> = { enabled: 'yes', disabled: 'no', static: 'when another unit asks for it', transient: 'no, it is there for once', 'enabled-runtime': 'until the next start' }

function Details({ unit, shown, onGo }: { unit: UnitDetail; shown: ReadonlySet<string>; onGo(name: string): void }) {
  const links = (names: readonly string[]) => (names.length === 0 ? 'none of these' : <div className="hp-unit-links">{names.map((name) => (shown.has(name) ? <button type="button" key={name} onClick={() => onGo(name)}>{name}</button> : <span key={name}>{name}</span>))}</div>)
  return (
    <Stack gap="sm">
      <FactList facts={[
        ['State', `${unit.active} (${unit.sub})${unit.restarts > 0 ? `, ${counted(unit.restarts, 'restart')}` : ''}`],
        ['Starts with the server', enabledWords[unit.enabled] ?? (unit.enabled || 'not known')],
        ...(unit.memoryBytes === null ? [] : [['Memory', formatBytes(unit.memoryBytes)] as const]),
        ['Asks for', links(unit.needs)],
        ['Waits for', links(unit.after)],
        ['Sets off', links(unit.triggers)],
      ]} />
      {unit.files.map(({ path, text }, index) => (
        <div key={path}>
          <Group gap={6} mb={4}><Text fz="xs" className="hp-mono">{path}</Text>{index > 0 && !path.endsWith('/homeport.conf') && <Text fz="xs" c="dimmed">laid beside it on the server, not by Homeport</Text>}</Group>
          {text === null ? <Text fz="sm" c="dimmed">It could not be read.</Text> : <CodeBlock label={`File ${path}`} code={text} wrap copyLabel="Copy the file" />}
        </div>
      ))}
    </Stack>
  )
}
