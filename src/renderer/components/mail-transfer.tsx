import { Button, FileButton, Group, Menu, Modal, Radio, Stack, Switch, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useRef, useState } from 'react'
import type { MailDomain } from '../../shared/mail.ts'
import { useChanges } from './change-drawer.tsx'
import { csvOf, readCsvInSteps, type Import } from './mail-csv.ts'
import { counted } from './quantity.ts'

const mostBytes = 30_000_000
const mostWrongShown = 50

/** Brings aliases in from a CSV file, and out into one. */
export function MailTransfer({ domain }: { domain: MailDomain }) {
  const [found, setFound] = useState<Import | null>(null)
  const [isReading, setReading] = useState(false)
  const reset = useRef<() => void>(null)
  const read = async (file: File | null): Promise<void> => {
    if (file === null) return
    // Else the same file, mended, could not be chosen again.
    reset.current?.()
    if (file.size > mostBytes) notifications.show({ color: 'red', title: 'This file is too large', message: 'A list of aliases has up to 30 MB.' })
    else {
      setReading(true)
      // What goes wrong before the end must not leave the button turning.
      try { setFound(await readCsvInSteps(await file.text(), domain)) } catch { notifications.show({ color: 'red', title: 'This file could not be read', message: 'It may have been moved or changed. Choose it again.' }) } finally { setReading(false) }
    }
  }
  const save = (): void => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([csvOf(domain)], { type: 'text/csv' }))
    link.download = `aliases of ${domain.domain}.csv`
    link.click()
    URL.revokeObjectURL(link.href)
  }
  return (
    <>
      <FileButton resetRef={reset} accept=".csv,text/csv,text/plain" onChange={(file) => { void read(file) }}>
        {({ onClick }) => (
          <Menu position="bottom-end">
            <Menu.Target><Button variant="default" loading={isReading}>Import, export</Button></Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={onClick}>Import a CSV file</Menu.Item>
              <Menu.Item onClick={save} disabled={domain.aliases.length === 0 && domain.catchAll === undefined}>Export as CSV</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </FileButton>
      {found !== null && <ImportDialog found={found} domain={domain} onClose={() => setFound(null)} />}
    </>
  )
}

function ImportDialog({ found, domain, onClose }: { found: Import; domain: MailDomain; onClose(): void }) {
  const changes = useChanges()
  const [others, setOthers] = useState<'keep' | 'remove'>('keep')
  const { aliases, added, changed, unchanged, wrong, catchAll } = found
  const isWhole = others === 'remove' && found.others > 0
  const isOtherCatchAll = catchAll !== null && catchAll.join() !== (domain.catchAll ?? []).join()
  const [takesCatchAll, setTakesCatchAll] = useState(false)
  const isNothing = added + changed === 0 && !isWhole && !takesCatchAll
  const review = (): void => {
    onClose()
    changes.review(`Aliases of ${domain.domain}`, { kind: 'change-mail-aliases', domain: domain.domain, put: [...aliases], remove: [], isWhole, ...(takesCatchAll && catchAll !== null ? { catchAll: [...catchAll] } : {}) })
  }
  return (
    <Modal opened onClose={onClose} size="lg" title={`Import aliases of ${domain.domain}`}>
      <Stack>
        <dl className="hp-counts">
          {([['new', added], ['changed', changed], ['as before', unchanged], ['wrong', wrong.length]] as const).map(([word, count]) => <div key={word}><dt>{word}</dt><dd>{count.toLocaleString()}</dd></div>)}
        </dl>
        {isOtherCatchAll && <Switch checked={takesCatchAll} onChange={(event) => setTakesCatchAll(event.currentTarget.checked)} label={`Take the catch-all of the file too: ${catchAll.join(', ')}`} description="Everything that no alias takes goes there. It attracts spam: senders try names by the thousand, and each of them arrives." />}
        {wrong.length > 0 && (
          <div>
            <Text fz="sm" fw={580}>{counted(wrong.length, 'line')} cannot be read and {wrong.length === 1 ? 'is' : 'are'} left out:</Text>
            <ul style={{ margin: '6px 0 0', paddingLeft: 18, maxHeight: 220, overflow: 'auto', fontSize: '0.86rem' }}>{wrong.slice(0, mostWrongShown).map(({ line, text, problem }) => <li key={line}>Line {line}: {problem} <span className="hp-mono">{text}</span></li>)}</ul>
            {wrong.length > mostWrongShown && <Text fz="sm" c="dimmed">And {wrong.length - mostWrongShown} more.</Text>}
          </div>
        )}
        {found.others > 0 && (
          <Radio.Group label={`${counted(found.others, 'alias', 'aliases')} of this domain ${found.others === 1 ? 'is' : 'are'} not in the file`} value={others} onChange={(value) => setOthers(value === 'remove' ? 'remove' : 'keep')}>
            <Stack gap={6} mt={6}><Radio value="keep" label="Keep them" /><Radio value="remove" label="Remove them: the file is the whole list" disabled={wrong.length > 0} description={wrong.length > 0 ? 'Not while lines are left out: what they are about would be removed too. Mend them in the file and import it again.' : undefined} /></Stack>
          </Radio.Group>
        )}
        {isNothing && <Text fz="sm" c="dimmed">There is nothing to change.</Text>}
        <Group justify="flex-end"><Button variant="default" onClick={onClose}>Cancel</Button><Button onClick={review} disabled={isNothing}>Review the changes</Button></Group>
      </Stack>
    </Modal>
  )
}
