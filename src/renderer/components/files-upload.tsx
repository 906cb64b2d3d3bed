import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useEffect, useSyncExternalStore } from 'react'
import type { FileEntry, FilePath } from '../../shared/files.ts'
import { asHomeportError, ErrorNotice } from './error-notice.tsx'
import { visibleName } from './files-name.ts'
import { takenNames, topOf } from './files-rows.ts'
import { uploadsOf, type UploadState } from './files-uploads.ts'
import { Notice } from './notice.tsx'
import { counted, formatBytes } from './quantity.ts'
import type { UploadFile } from './upload-entries.ts'

const skipped = new Set(['.git', '.DS_Store', 'Thumbs.db'])

/** Uploads into the files of a site; `onDone` is told after each. */
export function useFilesUpload({ serverId, siteId, onDone }: { serverId: string; siteId: string; onDone(): void }) {
  const uploads = uploadsOf(serverId, siteId)
  const state = useSyncExternalStore((changed) => uploads.onChange(changed), () => uploads.state)
  const { kind } = state
  useEffect(() => { if (kind !== 'sending') onDone() }, [kind, onDone])

  async function send(folder: FilePath, entries: readonly FileEntry[], read: () => UploadFile[] | Promise<UploadFile[]>): Promise<void> {
    try {
      const found = (await read()).filter(({ path }) => !path.split('/').some((part) => skipped.has(part)))
      const files = await withConsent(found, takenNames(entries, found.map(({ path }) => path)))
      if (files.length > 0) uploads.add(folder, files)
    } catch (error) {
      uploads.fail(error)
    }
  }
  return { state, send, dismiss: () => uploads.dismiss() }
}

/** Asks before anything is replaced; gives the files to send. */
function withConsent(files: readonly UploadFile[], taken: readonly string[]): Promise<readonly UploadFile[]> {
  if (taken.length === 0) return Promise.resolve(files)
  const fresh = files.filter(({ path }) => !taken.includes(topOf(path)))
  return new Promise((resolve) => {
    const id = modals.open({
      title: taken.length === 1 ? `${visibleName(taken[0] ?? '')} is there already` : `${taken.length} of them are there already`, size: 'md',
      onClose: () => resolve([]),
      children: (
        <Stack>
          <Text fz="sm">Files of the same name are replaced by those from this computer, in folders too, and do not go to the trash: {taken.slice(0, 5).map(visibleName).join(', ')}{taken.length > 5 ? ' …' : ''}.</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => modals.close(id)}>Cancel</Button>
            {fresh.length > 0 && <Button variant="default" onClick={() => { resolve(fresh); modals.close(id) }}>Only the new ones</Button>}
            <Button onClick={() => { resolve(files); modals.close(id) }} data-autofocus>Replace</Button>
          </Group>
        </Stack>
      ),
    })
  })
}

/** How an upload goes, or how it ended. */
export function UploadProgress({ state, onDismiss }: { state: UploadState; onDismiss(): void }) {
  switch (state.kind) {
    case 'none': return null
    case 'failed': return <ErrorNotice error={asHomeportError(state.error)} onRetry={onDismiss} retryLabel="Close" />
    case 'stored': return <Notice tone="good" title={`${counted(state.files, 'file')} arrived (${formatBytes(state.bytes)})`} actions={<Button size="xs" variant="default" onClick={onDismiss}>Close</Button>} />
    case 'sending': return (
      <div className="hp-upload">
        <Group justify="space-between" wrap="nowrap">
          <Text fz="sm" fw={580}>Sending {counted(state.files, 'file')}{state.waiting > 0 && `, ${counted(state.waiting, 'upload')} waiting`}</Text>
          <Button variant="default" size="xs" onClick={state.cancel}>Cancel the upload</Button>
        </Group>
        <Progress mt="sm" size="sm" value={(100 * state.sentBytes) / Math.max(1, state.totalBytes)} aria-label="Upload" {...(state.isLineLost ? { color: 'gray' } : {})} />
        <Text fz="xs" c="dimmed" mt={6} role="status">{state.isLineLost ? 'The line to the server was cut. The upload goes on by itself, from where it was, as soon as the server answers.' : `${formatBytes(Math.min(state.sentBytes, state.totalBytes))} of ${formatBytes(state.totalBytes)} are on the server`}</Text>
      </div>
    )
  }
}
