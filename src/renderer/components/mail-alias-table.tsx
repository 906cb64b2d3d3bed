import './mail.css'
import { ActionIcon, Anchor, Button, Group, Menu, Stack, Text, TextInput } from '@mantine/core'
import { modals } from '@mantine/modals'
import { IconDots, IconMail, IconSearch } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useDeferredValue, useMemo, useRef, useState } from 'react'
import type { MailAlias, MailDomain } from '../../shared/mail.ts'
import { useChanges } from './change-drawer.tsx'
import { Empty } from './empty.tsx'
import { foundAliases } from './mail-alias-draft.ts'
import { MailAliasDialog } from './mail-alias-dialog.tsx'
import { MailTransfer } from './mail-transfer.tsx'
import { counted } from './quantity.ts'
import { StateBadge } from './state-badge.tsx'

/** Height of a row before it is measured, in pixels. */
const rowEstimate = 56

/** The aliases of a domain: found, changed, brought in and out. Only those in view are built, however many there are. */
export function MailAliasTable({ domain }: { domain: MailDomain }) {
  const [search, setSearch] = useState('')
  const [open, setOpen] = useState<MailAlias | 'new' | 'postmaster' | null>(null)
  const soon = useDeferredValue(search)
  const shown = useMemo(() => foundAliases(domain.aliases, soon), [domain.aliases, soon])
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="sm" align="flex-end">
        {domain.aliases.length > 0 ? <TextInput type="search" label="Find" placeholder="Alias, address or comment" leftSection={<IconSearch size={15} aria-hidden />} value={search} onChange={(event) => setSearch(event.currentTarget.value)} w={{ base: '100%', xs: 280 }} /> : <span />}
        <Group gap="xs"><MailTransfer domain={domain} /><Button onClick={() => setOpen('new')}>Add an alias</Button></Group>
      </Group>
      {domain.aliases.length === 0
        ? <Empty icon={<IconMail size={42} stroke={1.4} />} title="No aliases yet">An alias is an address of this domain, and where its mail goes: info@{domain.domain} to the address where you read mail. {domain.catchAll === undefined ? 'Without one, all mail for this domain is refused.' : 'Without one, all mail goes where the catch-all leads.'}</Empty>
        : <>
            <Text fz="xs" c="dimmed" role="status">{shown.length === domain.aliases.length ? counted(shown.length, 'alias', 'aliases') : `${shown.length} of ${counted(domain.aliases.length, 'alias', 'aliases')}`}</Text>
            {shown.length === 0 ? <Text c="dimmed" fz="sm">No alias fits. Change what you look for.</Text> : <Rows aliases={shown} domain={domain} onOpen={setOpen} />}
          </>}
      {domain.aliases.length > 0 && domain.catchAll === undefined && !domain.aliases.some(({ name }) => name === 'postmaster') && (
        <Text fz="sm" c="dimmed">Other mail servers write to postmaster@{domain.domain} when something is wrong with your mail. <Anchor component="button" type="button" fz="sm" onClick={() => setOpen('postmaster')}>Add this alias</Anchor></Text>
      )}
      {open !== null && <MailAliasDialog domain={domain} alias={typeof open === 'string' ? null : open} name={open === 'postmaster' ? open : ''} onClose={() => setOpen(null)} />}
    </Stack>
  )
}

function Rows({ aliases, domain, onOpen }: { aliases: readonly MailAlias[]; domain: MailDomain; onOpen(alias: MailAlias): void }) {
  const frame = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({ count: aliases.length, getScrollElement: () => frame.current, estimateSize: () => rowEstimate, overscan: 12 })
  return (
    <div ref={frame} className="hp-aliases" tabIndex={0} role="table" aria-label={`Aliases of ${domain.domain}`} aria-rowcount={aliases.length + 1}>
      <div role="rowgroup" className="hp-aliases-head"><div role="row" aria-rowindex={1}>{['Alias', 'Leads to', 'Comment', ''].map((head) => <span role="columnheader" key={head}>{head === '' ? <span className="hp-hidden">What can be done</span> : head}</span>)}</div></div>
      <div role="rowgroup" style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map((item) => {
          const alias = aliases[item.index]
          return alias === undefined ? null : (
            <div role="row" key={alias.name} aria-rowindex={item.index + 2} data-index={item.index} ref={rows.measureElement} className="hp-alias" style={{ transform: `translateY(${item.start}px)` }}>
              <span role="cell"><button type="button" className="hp-linklike" onClick={() => onOpen(alias)}>{alias.name}<span className="hp-suffix">@{domain.domain}</span></button>{alias.disabled === true && <StateBadge tone="idle">Switched off</StateBadge>}</span>
              <span role="cell" className="hp-targets">{alias.targets.join(', ')}</span>
              <span role="cell" className="hp-comment">{alias.comment}</span>
              <span role="cell"><AliasMenu alias={alias} domain={domain} onOpen={onOpen} /></span>
            </div>
          )
        })}
      </div>
    </div>
  )
}

function AliasMenu({ alias, domain, onOpen }: { alias: MailAlias; domain: MailDomain; onOpen(alias: MailAlias): void }) {
  const changes = useChanges()
  const address = `${alias.name}@${domain.domain}`
  const { disabled, ...rest } = alias
  const change = (put: MailAlias[], remove: string[]): void => changes.review(address, { kind: 'change-mail-aliases', domain: domain.domain, put, remove, isWhole: false })
  const remove = (): void => { modals.openConfirmModal({ title: `Remove ${address}?`, labels: { confirm: 'Review the changes', cancel: 'Cancel' }, onConfirm: () => change([], [alias.name]), children: <Text fz="sm">{domain.catchAll === undefined ? 'Mail for it is refused from then on.' : 'Mail for it goes where the catch-all leads from then on. To refuse it, switch it off instead.'}</Text> }) }
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target><ActionIcon variant="subtle" color="gray" aria-label={`What can be done with ${address}`}><IconDots size={17} /></ActionIcon></Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onOpen(alias)}>Change</Menu.Item>
        <Menu.Item onClick={() => change([disabled === true ? rest : { ...alias, disabled: true }], [])}>{disabled === true ? 'Switch on' : 'Switch off'}</Menu.Item>
        <Menu.Item color="red" onClick={remove}>Remove</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
