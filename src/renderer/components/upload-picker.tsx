import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import { IconFileZip, IconFolder, IconUpload } from '@tabler/icons-react'
import { useEffect, useRef, useState, type DragEvent } from 'react'
import { api } from '../api.ts'
import { asHomeportError, ErrorNotice } from './error-notice.tsx'
import { HomeportError } from '../../shared/errors.ts'
import { Notice } from './notice.tsx'
import { counted, formatBytes } from './quantity.ts'
import { chooseUpload, filesOfEntries, filesOfInput, type UploadChoice, type UploadFile } from './upload-entries.ts'
import { sendUpload, type Stored } from './upload-sender.ts'
import './upload-picker.css'

type State =
  | { readonly kind: 'empty'; readonly error: HomeportError | null }
  | { readonly kind: 'sending'; readonly choice: UploadChoice; readonly sentBytes: number; readonly isLineLost: boolean }
  | { readonly kind: 'stored'; readonly choice: UploadChoice; readonly stored: Stored }

interface UploadPickerProps { readonly serverId: string; onStored(stored: Stored | null): void; readonly problem?: string | undefined }

/** Drop or pick a folder or an archive; it is sent at once, while the person fills in the rest. */
export function UploadPicker({ serverId, onStored, problem }: UploadPickerProps) {
  const [state, setState] = useState<State>({ kind: 'empty', error: null })
  const sending = useRef<AbortController | null>(null)
  useEffect(() => () => sending.current?.abort(), [])

  async function take(read: () => UploadFile[] | Promise<UploadFile[]>): Promise<void> {
    const controller = new AbortController()
    sending.current?.abort()
    sending.current = controller
    try {
      const choice = chooseUpload(await read())
      if (choice === null || choice.files.length === 0) throw new HomeportError('upload-invalid', 'There are no files in it.', { hint: 'Choose the folder that holds your index.html.' })
      setState({ kind: 'sending', choice, sentBytes: 0, isLineLost: false })
      const change = (what: { sentBytes: number } | { isLineLost: boolean }) => setState((before) => (before.kind === 'sending' ? { ...before, ...what } : before))
      const stored = await sendUpload(api, { serverId, choice, signal: controller.signal, onProgress: (sentBytes) => change({ sentBytes }), onLine: (line) => change({ isLineLost: line === 'lost' }) })
      setState({ kind: 'stored', choice, stored })
      onStored(stored)
    } catch (error) {
      if (!controller.signal.aborted) setState({ kind: 'empty', error: asHomeportError(error) })
    }
  }
  function reset(): void {
    sending.current?.abort()
    setState({ kind: 'empty', error: null })
    onStored(null)
  }

  if (state.kind === 'empty') {
    return <Stack gap="sm">{state.error !== null && <ErrorNotice error={state.error} />}<DropArea onFiles={(read) => { void take(read) }} problem={problem} /></Stack>
  }
  const { choice } = state
  const Icon = choice.shape === 'archive' ? IconFileZip : IconFolder
  const size = state.kind === 'stored' ? `${counted(state.stored.files, 'file')}, ${formatBytes(state.stored.bytes)}` : `${choice.shape === 'archive' ? 'archive' : counted(choice.files.length, 'file')}, ${formatBytes(choice.totalBytes)}`
  const percent = state.kind === 'sending' ? Math.round((100 * state.sentBytes) / Math.max(1, choice.totalBytes)) : 100
  return (
    <Stack gap="sm">
      <div className="hp-upload">
        <Group justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap" style={{ minWidth: 0 }}><Icon size={22} stroke={1.6} aria-hidden style={{ flex: 'none' }} /><div style={{ minWidth: 0 }}><Text fz="sm" fw={580} className="hp-ellipsis">{choice.name}</Text><Text fz="xs" c="dimmed">{size}</Text></div></Group>
          <Button variant="default" size="xs" onClick={reset}>{state.kind === 'sending' ? 'Cancel the upload' : 'Choose others'}</Button>
        </Group>
        {state.kind === 'sending' && <Progress mt="sm" size="sm" value={percent} aria-label="Upload" {...(state.isLineLost ? { color: 'gray' } : {})} />}
        <Text fz="xs" c="dimmed" mt={6} role="status">{state.kind === 'sending' && state.isLineLost ? 'The line to the server was cut. The upload goes on by itself, from where it was, as soon as the server answers.' : state.kind === 'sending' ? `Sending to the server: ${formatBytes(Math.min(state.sentBytes, choice.totalBytes))} of ${formatBytes(choice.totalBytes)}` : 'On the server, not published yet.'}</Text>
      </div>
      {choice.skipped.length > 0 && <Text fz="xs" c="dimmed">Left out, because it is not part of a site: {choice.skipped.slice(0, 4).join(', ')}{choice.skipped.length > 4 ? ` and ${choice.skipped.length - 4} more` : ''}.</Text>}
      {(state.kind === 'stored' ? !state.stored.hasIndex : choice.hasIndex === false) && <Notice tone="warn" title="There is no index.html at the top">Visitors of the start page will see “not found”. Did you mean a folder inside, such as public, dist or _site?</Notice>}
    </Stack>
  )
}

function DropArea({ onFiles, problem }: { onFiles(read: () => UploadFile[] | Promise<UploadFile[]>): void; problem: string | undefined }) {
  const [over, setOver] = useState(false)
  const folder = useRef<HTMLInputElement>(null)
  const archive = useRef<HTMLInputElement>(null)
  function drop(event: DragEvent): void {
    event.preventDefault()
    setOver(false)
    // The entries must be taken now: after this event the browser has forgotten them.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
    onFiles(() => filesOfEntries(entries))
  }
  const pick = (input: HTMLInputElement) => { const files = filesOfInput(input.files ?? []); input.value = ''; if (files.length > 0) onFiles(() => files) }
  return (
    <div>
      <div className="hp-drop" data-over={over || undefined} data-problem={problem !== undefined || undefined} role="group" aria-label="Files of the site"
        onDragOver={(event) => { event.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <IconUpload size={30} stroke={1.4} aria-hidden />
        <Text fw={580}>Drop a folder or an archive here</Text>
        <Text fz="sm" c="dimmed">The folder with your index.html, or a .zip, .tar.gz or .tgz</Text>
        <Group gap="xs" mt="xs" justify="center">
          <Button variant="default" size="xs" leftSection={<IconFolder size={15} />} onClick={() => folder.current?.click()}>Choose a folder</Button>
          <Button variant="default" size="xs" leftSection={<IconFileZip size={15} />} onClick={() => archive.current?.click()}>Choose an archive</Button>
        </Group>
        <input ref={folder} type="file" hidden multiple aria-label="Folder of the site" {...{ webkitdirectory: '' }} onChange={(event) => pick(event.currentTarget)} />
        <input ref={archive} type="file" hidden aria-label="Archive of the site" accept=".zip,.tar,.tgz,.gz" onChange={(event) => pick(event.currentTarget)} />
      </div>
      {problem !== undefined && <Text fz="sm" c="var(--mantine-color-error)" mt={5} role="alert">{problem}</Text>}
    </div>
  )
}
