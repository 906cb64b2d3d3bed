import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useState } from 'react'
import { type FileAccess, type FilePath, type FileText, nameOf } from '../../shared/files.ts'
import { api } from '../api.ts'
import { asHomeportError, ErrorNotice } from './error-notice.tsx'
import { visibleName } from './files-name.ts'
import { hasOneLineEnd, lineEndOf, withLineEnd } from './files-text.ts'
import { Notice } from './notice.tsx'
import { useAsk } from './unlock.tsx'

const EditorViewBox = lazy(() => import('./files-editor-view.tsx'))

interface FilesEditorProps {
  readonly serverId: string
  readonly siteId: string
  readonly path: FilePath
  readonly access: FileAccess
  readonly isWritable: boolean
  onClose(): void
  onDownload(): void
}

/** One text, to be read or changed. */
export function FilesEditor(props: FilesEditorProps) {
  const { serverId, siteId, path, onClose, onDownload } = props
  const ask = useAsk(serverId)
  const found = useQuery({ queryKey: ['file', serverId, siteId, path], queryFn: () => ask(() => api.call('files.read', { serverId, siteId, path })), gcTime: 0, staleTime: Infinity, retry: false, refetchOnWindowFocus: false })
  if (found.isPending) return <Skeleton height={340} radius="lg" />
  if (found.isError) {
    const isForDownload = asHomeportError(found.error).code === 'file-not-text'
    return <ErrorNotice error={found.error} onRetry={isForDownload ? onDownload : () => { void found.refetch() }} retryLabel={isForDownload ? 'Download it' : 'Try again'}><Button size="xs" variant="default" onClick={onClose}>Back to the files</Button></ErrorNotice>
  }
  return <TextEditor key={path} {...props} file={found.data} onAgain={() => { void found.refetch() }} />
}

/** What was typed and not saved, by file: leaving the page by whatever way loses nothing. */
const drafts = new Map<string, { readonly text: string; readonly base: FileText }>()

function TextEditor({ serverId, siteId, path, access, isWritable, file, onClose }: FilesEditorProps & { file: FileText; onAgain(): void }) {
  const ask = useAsk(serverId)
  const key = `${serverId} ${siteId} ${path}`
  const [draft] = useState(() => (isWritable ? drafts.get(key) : undefined))
  /** As it is on the server, as far as is known here. */
  const [base, setBase] = useState(draft?.base ?? file)
  const end = lineEndOf(base.text)
  // With several kinds of line ends an editor would change lines that nobody touched.
  const isReadOnly = !isWritable || !hasOneLineEnd(base.text)
  const [shown, setShown] = useState({ text: draft?.text ?? editable(file.text), round: 0 })
  const [text, setText] = useState(shown.text)
  const [state, setState] = useState<{ readonly kind: 'idle' | 'saving' | 'saved' } | { readonly kind: 'failed'; readonly error: unknown }>({ kind: 'idle' })
  const isChanged = !isReadOnly && text !== editable(base.text)
  const name = visibleName(nameOf(path))

  useEffect(() => {
    if (isChanged) drafts.set(key, { text, base })
    else drafts.delete(key)
  }, [key, text, base, isChanged])
  useEffect(() => {
    if (!isChanged) return undefined
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [isChanged])

  async function save(version = base.version): Promise<void> {
    if (isReadOnly || state.kind === 'saving') return
    setState({ kind: 'saving' })
    try {
      const next = withLineEnd(text, end)
      const written = await ask(() => api.call('files.write', { serverId, siteId, path, text: next, version }))
      setBase({ text: next, version: written.version })
      setState({ kind: 'saved' })
    } catch (error) {
      setState({ kind: 'failed', error })
    }
  }
  /** What is there now: to look at it instead of one's own, or to know what is being replaced. */
  async function takeTheirs(how: 'look' | 'replace'): Promise<void> {
    try {
      const theirs = await ask(() => api.call('files.read', { serverId, siteId, path }))
      if (how === 'replace') return await save(theirs.version)
      setShown(({ round }) => ({ text: editable(theirs.text), round: round + 1 }))
      setText(editable(theirs.text))
      setBase(theirs)
      setState({ kind: 'idle' })
    } catch (error) {
      setState({ kind: 'failed', error })
    }
  }
  const close = (): void => {
    if (!isChanged) return onClose()
    modals.openConfirmModal({ title: `Leave ${name} without saving?`, children: <Text fz="sm">What you changed since you saved is lost.</Text>, labels: { confirm: 'Leave without saving', cancel: 'Stay' }, confirmProps: { color: 'red' }, onConfirm: () => { drafts.delete(key); onClose() } })
  }
  const isConflict = state.kind === 'failed' && asHomeportError(state.error).code === 'file-changed'
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text fz="sm" c="dimmed" role="status">{isReadOnly ? 'To be read only.' : state.kind === 'saving' ? 'Saving …' : isChanged ? 'Not saved yet.' : state.kind === 'saved' ? 'Saved.' : ''}</Text>
        <Group gap="xs">
          <Button variant="default" onClick={close}>Back to the files</Button>
          {!isReadOnly && <Button onClick={() => { void save() }} disabled={!isChanged} loading={state.kind === 'saving'}>Save</Button>}
        </Group>
      </Group>
      {draft !== undefined && shown.round === 0 && isChanged && <Notice tone="idle" title="What you had typed is here again">You left this text without saving it.</Notice>}
      {isWritable && !hasOneLineEnd(base.text) && <Notice tone="idle" title="The lines of this text end in different ways">An editor would change lines that you did not touch. Download it and change it with a program of your own.</Notice>}
      {isConflict && (
        <Notice tone="warn" role="alert" title="Somebody else changed this text meanwhile" actions={<><Button size="xs" variant="default" onClick={() => { void takeTheirs('look') }}>Look at theirs, drop mine</Button><Button size="xs" variant="default" color="red" onClick={() => { void takeTheirs('replace') }}>Keep mine, replace theirs</Button></>}>A program of the site, or a person on another computer.</Notice>
      )}
      {state.kind === 'failed' && !isConflict && <ErrorNotice error={state.error} onRetry={() => { void save() }} />}
      <Suspense fallback={<Skeleton height={340} radius="lg" />}>
        <EditorViewBox key={shown.round} fileName={nameOf(path)} label={`Text of ${name}`} text={shown.text} isReadOnly={isReadOnly} onChange={setText} onSave={() => { void save() }} />
      </Suspense>
      {access === 'pages' && !isReadOnly && <Text fz="xs" c="dimmed">What you save is what visitors get from that moment on. When you publish the site again, the files that you send then take its place.</Text>}
    </Stack>
  )
}

/** A text as the editor keeps it. */
function editable(text: string): string {
  return text.split(/\r\n|\r|\n/).join('\n')
}
