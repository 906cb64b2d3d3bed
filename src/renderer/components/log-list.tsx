import './log-list.css'
import { Button, Text } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useRef, useSyncExternalStore } from 'react'
import { severity, unitLabel, type KeptLine, type LogBuffer } from './log-buffer.ts'

const severityWords = { error: 'error: ', warning: 'warning: ', normal: '', debug: '' } as const
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })

interface LogListProps { readonly buffer: LogBuffer; readonly following: boolean; readonly wrap: boolean; readonly showUnit: boolean; onFollow(following: boolean): void; readonly empty: string }

/** The lines themselves: only those in view are built, and the end stays in view while following. */
export function LogList({ buffer, following, wrap, showUnit, onFollow, empty }: LogListProps) {
  const version = useSyncExternalStore((changed) => throttled(buffer, changed), () => buffer.version)
  const box = useRef<HTMLDivElement>(null)
  const lines = buffer.visible
  const list = useVirtualizer({ count: lines.length, getScrollElement: () => box.current, estimateSize: () => 20, overscan: 12, getItemKey: (index) => lines[index]?.id ?? index, anchorTo: following ? 'end' : 'start' })
  useEffect(() => { if (following && lines.length > 0) list.scrollToIndex(lines.length - 1, { align: 'end' }) }, [version, following, wrap, list, lines.length])

  /** Scrolling up is how people say "stop there". Only a person's own movement counts, not the list's. */
  function noticeLeaving(upwards: boolean): void { if (upwards && following) onFollow(false) }
  return (
    <div className="hp-log-frame">
      <div ref={box} className="hp-log" data-wrap={wrap || undefined} tabIndex={0} role="log" aria-live="off" aria-label="Log lines"
        onWheel={(event) => noticeLeaving(event.deltaY < 0)} onTouchMove={() => noticeLeaving(true)} onKeyDown={(event) => { noticeLeaving(['ArrowUp', 'PageUp', 'Home'].includes(event.key)); if (event.key === 'End') onFollow(true) }}
        onPointerDown={(event) => noticeLeaving(event.target === event.currentTarget && event.nativeEvent.offsetX > event.currentTarget.clientWidth)}>
        {lines.length === 0 && <Text fz="sm" c="dimmed" p="md" style={{ fontFamily: 'var(--mantine-font-family)' }}>{empty}</Text>}
        <div style={{ height: list.getTotalSize(), position: 'relative', minWidth: '100%', width: wrap ? '100%' : 'max-content' }}>
          {list.getVirtualItems().map((item) => {
            const line = lines[item.index]
            return line === undefined ? null : <div key={item.key} ref={list.measureElement} data-index={item.index} className="hp-log-row" style={{ transform: `translateY(${item.start}px)` }}><Line line={line} showUnit={showUnit} /></div>
          })}
        </div>
      </div>
      {!following && lines.length > 0 && <Button className="hp-log-end" size="xs" leftSection={<IconArrowDown size={14} />} onClick={() => onFollow(true)}>Go to the newest line</Button>}
    </div>
  )
}

/** A line never changes: what stays in view is not built again when others come. */
const Line = memo(function Line({ line, showUnit }: { line: KeptLine; showUnit: boolean }) {
  const kind = severity(line.priority)
  return (
    <div className="hp-log-line" data-severity={kind}>
      <time dateTime={new Date(line.at).toISOString()} title={new Date(line.at).toISOString()}><span className="hp-log-day">{day.format(line.at)} </span>{clock.format(line.at)}</time>
      {showUnit && <span className="hp-log-unit" title={line.unit}>{unitLabel(line.unit)}</span>}
      <span className="hp-log-text">{severityWords[kind] !== '' && <span className="hp-hidden">{severityWords[kind]}</span>}{line.message}</span>
    </div>
  )
})

/** At most once per frame, however fast the lines come. */
function throttled(buffer: LogBuffer, changed: () => void): () => void {
  let frame: number | null = null
  const off = buffer.onChange(() => { frame ??= requestAnimationFrame(() => { frame = null; changed() }) })
  return () => { off(); if (frame !== null) cancelAnimationFrame(frame) }
}
