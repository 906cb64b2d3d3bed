import './files.css'
import { ActionIcon, Checkbox, Menu, Tooltip } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconDotsVertical, IconDownload, IconFile, IconFileText, IconFileUnknown, IconFolder, IconLink, IconLinkOff, IconPencil, IconTrash } from '@tabler/icons-react'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { FileEntry } from '../../shared/files.ts'
import { modeText, modeWords, visibleName } from './files-name.ts'
import type { FileColumn, FileOrder } from './files-rows.ts'
import { Ago } from './now.tsx'
import { formatBytes } from './quantity.ts'

export interface FileActions {
  open(entry: FileEntry): void
  download(entry: FileEntry): void
  rename(entry: FileEntry): void
  remove(entry: FileEntry): void
}

interface FilesTableProps {
  readonly label: string
  readonly rows: readonly FileEntry[]
  readonly order: FileOrder
  readonly selected: ReadonlySet<string>
  readonly isWritable: boolean
  readonly actions: FileActions
  onOrder(order: FileOrder): void
  onSelect(names: ReadonlySet<string>): void
}

const rowHeight = 44
const columns: readonly { readonly column: FileColumn; readonly label: string; readonly isWide: boolean }[] = [{ column: 'name', label: 'Name', isWide: false }, { column: 'size', label: 'Size', isWide: false }, { column: 'changed', label: 'Changed', isWide: true }]

/** What a folder holds; only the rows in view are built, and the page scrolls as a whole. */
export function FilesTable({ label, rows, order, selected, isWritable, actions, onOrder, onSelect }: FilesTableProps) {
  const body = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    const measure = () => setTop((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY)
    measure()
    window.addEventListener('resize', measure)
    return () => window.removeEventListener('resize', measure)
  }, [])
  const list = useWindowVirtualizer({ count: rows.length, estimateSize: () => rowHeight, overscan: 12, scrollMargin: top, getItemKey: (index) => keyOf(rows[index], index) })
  const selectable = rows.filter((row) => row.hasOddName !== true)
  const chosen = selectable.filter((row) => selected.has(row.name)).length
  const select = (name: string, isOn: boolean): void => {
    const next = new Set(selected)
    if (isOn) next.add(name)
    else next.delete(name)
    onSelect(next)
  }
  /** The arrows lead from row to row, as in any list of files. */
  function move(event: KeyboardEvent): void {
    const at = (event.target as HTMLElement).closest<HTMLElement>('[data-index]')?.dataset['index']
    const row = rows[Number(at ?? -1)]
    if (row !== undefined && isWritable && row.hasOddName !== true && (event.key === 'Delete' || event.key === 'F2')) {
      event.preventDefault()
      return event.key === 'F2' ? actions.rename(row) : actions.remove(row)
    }
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0 || at === undefined) return
    const next = Number(at) + step
    if (next < 0 || next >= rows.length) return
    event.preventDefault()
    list.scrollToIndex(next)
    requestAnimationFrame(() => body.current?.querySelector<HTMLElement>(`[data-index="${next}"] :is(.hp-file-open, .hp-file-plain)`)?.focus())
  }
  return (
    <div role="table" aria-label={label} aria-rowcount={rows.length + 1}>
      <div role="rowgroup">
        <div className="hp-file-row hp-file-head" role="row" aria-rowindex={1}>
          <div role="columnheader"><Checkbox size="xs" aria-label="Select all" checked={chosen > 0 && chosen === selectable.length} indeterminate={chosen > 0 && chosen < selectable.length} onChange={() => onSelect(new Set(chosen === selectable.length ? [] : selectable.map(({ name }) => name)))} /></div>
          {columns.map(({ column, label: text, isWide }) => (
            <div key={column} role="columnheader" data-wide={isWide || undefined} aria-sort={order.column !== column ? 'none' : order.isDescending ? 'descending' : 'ascending'}>
              <button type="button" onClick={() => onOrder({ column, isDescending: order.column === column && !order.isDescending })}>{text}{order.column === column && (order.isDescending ? <IconArrowDown size={13} aria-hidden /> : <IconArrowUp size={13} aria-hidden />)}</button>
            </div>
          ))}
          <div role="columnheader" data-wide>Permissions</div>
          <div role="columnheader"><span className="hp-hidden">Actions</span></div>
        </div>
      </div>
      <div role="rowgroup" ref={body} onKeyDown={move} style={{ height: list.getTotalSize(), position: 'relative' }}>
        {list.getVirtualItems().map((item) => {
          const row = rows[item.index]
          return row === undefined ? null : (
            <div key={item.key} data-index={item.index} role="row" aria-rowindex={item.index + 2} aria-selected={selected.has(row.name)} className="hp-file-row" style={{ height: rowHeight, transform: `translateY(${item.start - list.options.scrollMargin}px)` }}>
              <Row entry={row} isSelected={selected.has(row.name)} isWritable={isWritable} actions={actions} onSelect={(isOn) => select(row.name, isOn)} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** Names that are not text may look alike. */
function keyOf(row: FileEntry | undefined, index: number): string | number {
  return row === undefined || row.hasOddName === true ? index : row.name
}

function Row({ entry, isSelected, isWritable, actions, onSelect }: { entry: FileEntry; isSelected: boolean; isWritable: boolean; actions: FileActions; onSelect(isOn: boolean): void }) {
  const name = visibleName(entry.name)
  const isOdd = entry.hasOddName === true
  const canOpen = !isOdd && (entry.kind === 'folder' || entry.kind === 'file' || entry.link?.to != null)
  return (
    <>
      <div role="cell"><Checkbox size="xs" aria-label={`Select ${name}`} disabled={isOdd} checked={isSelected} onChange={(event) => onSelect(event.currentTarget.checked)} /></div>
      <div role="cell" className="hp-file-name">
        <Icon entry={entry} />
        {canOpen ? <button type="button" className="hp-file-open" title={name} onClick={() => actions.open(entry)}><bdi>{name}</bdi></button> : <span className="hp-file-plain" tabIndex={-1} title={name}><bdi>{name}</bdi></span>}
        {entry.kind === 'link' && <span className="hp-file-quiet" title={visibleName(entry.link?.target ?? '')}>{entry.link?.to == null ? 'leads out of these files, or nowhere: not followed' : `→ ${visibleName(entry.link.target)}`}</span>}
      </div>
      <div role="cell" className="hp-file-quiet">{entry.kind === 'file' ? formatBytes(entry.sizeBytes) : ''}</div>
      <div role="cell" className="hp-file-quiet" data-wide><Ago at={entry.modifiedAt} /></div>
      <div role="cell" data-wide><Tooltip label={modeWords(entry.mode, entry.uid, entry.gid)} multiline w={320}><span className="hp-file-quiet hp-mono" tabIndex={0}>{modeText(entry.mode)}</span></Tooltip></div>
      <div role="cell">
        {!isOdd && (
          <Menu position="bottom-end" width={190}>
            <Menu.Target><ActionIcon aria-label={`Actions for ${name}`}><IconDotsVertical size={16} /></ActionIcon></Menu.Target>
            <Menu.Dropdown>
              {canOpen && <Menu.Item leftSection={<IconFileText size={15} />} onClick={() => actions.open(entry)}>{entry.kind === 'folder' || entry.link?.to?.kind === 'folder' ? 'Open' : isWritable ? 'Edit' : 'Look at it'}</Menu.Item>}
              {entry.kind !== 'link' && <Menu.Item leftSection={<IconDownload size={15} />} onClick={() => actions.download(entry)}>Download</Menu.Item>}
              {isWritable && <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => actions.rename(entry)}>Rename …</Menu.Item>}
              {isWritable && <Menu.Item leftSection={<IconTrash size={15} />} c="var(--mantine-color-error)" onClick={() => actions.remove(entry)}>Move to the trash</Menu.Item>}
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
    </>
  )
}

function Icon({ entry }: { entry: FileEntry }) {
  switch (entry.kind) {
    case 'folder': return <IconFolder size={18} data-kind="folder" aria-label="Folder" />
    case 'file': return <IconFile size={18} aria-label="File" />
    case 'link': return entry.link?.to == null ? <IconLinkOff size={18} aria-label="Link that is not followed" /> : <IconLink size={18} aria-label="Link" />
    case 'other': return <IconFileUnknown size={18} aria-label="Neither a file nor a folder" />
  }
}
