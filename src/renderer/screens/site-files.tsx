import { Button, Group, Menu, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { IconChevronDown, IconDownload, IconFilePlus, IconFolder, IconFolderOpen, IconFolderPlus, IconSearch, IconTrash, IconUpload } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useCallback, useRef, useState, type DragEvent } from 'react'
import { Link, useLocation } from 'wouter'
import type { KnownServer } from '../../shared/connection.ts'
import { downloadPath, type FileAccess, fileAccess, type FileEntry, type FileListing, type FilePath, folderOf, nameOf, pathIn } from '../../shared/files.ts'
import { HomeportError } from '../../shared/errors.ts'
import type { SiteStatus } from '../../shared/status.ts'
import { api } from '../api.ts'
import { Empty } from '../components/empty.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { FilesAccess } from '../components/files-access.tsx'
import { FilesEditor } from '../components/files-editor.tsx'
import { askName } from '../components/files-name-dialog.tsx'
import { visibleName } from '../components/files-name.ts'
import { filesHref, pathOfHref } from '../components/files-place.ts'
import { type FileOrder, isFolder, orderedFiles } from '../components/files-rows.ts'
import { FilesTable } from '../components/files-table.tsx'
import { FilesTrash } from '../components/files-trash.tsx'
import { UploadProgress, useFilesUpload } from '../components/files-upload.tsx'
import { Notice } from '../components/notice.tsx'
import { counted } from '../components/quantity.ts'
import { useAsk } from '../components/unlock.tsx'
import { filesOfEntries, filesOfInput, type UploadFile } from '../components/upload-entries.ts'

/** The files of one site: to look at, to change, to send and to fetch. */
export function SiteFiles({ server, status }: { server: KnownServer; status: SiteStatus }) {
  const access = fileAccess(status.site)
  const [view, setView] = useState<{ readonly kind: 'list' | 'trash' } | { readonly kind: 'text'; readonly path: FilePath }>({ kind: 'list' })
  const [, navigate] = useLocation()
  // As it stands in the address: the router has decoded it, and a name may hold a % of its own.
  const path = pathOfHref(server.id, status.site.id, window.location.hash.slice(1))
  const ask = useAsk(server.id)
  const siteId = status.site.id
  const listing = useQuery({ queryKey: ['files', server.id, siteId, path], queryFn: () => ask(() => api.call('files.list', { serverId: server.id, siteId, path })), gcTime: 60_000, staleTime: 0, retry: false })
  const { refetch } = listing
  const look = useCallback(() => { void refetch() }, [refetch])
  const upload = useFilesUpload({ serverId: server.id, siteId, onDone: look })
  if (access === null) return <Empty icon={null} title="This site has no files of its own">It leads elsewhere, or shows a notice.</Empty>
  const download = (paths: readonly FilePath[]): Promise<void> => ask(() => api.call('files.download', { serverId: server.id, siteId, paths: [...paths] })).then(({ token, name }) => save(token, name))
  const open = (entry: FileEntry): void => {
    const to = entry.link?.to?.path ?? pathIn(path, entry.name)
    if (isFolder(entry)) navigate(filesHref(server.id, siteId, to))
    else setView({ kind: 'text', path: to })
  }
  if (view.kind === 'text') return <Stack gap="md"><Crumbs serverId={server.id} siteId={siteId} path={view.path} onOpen={() => setView({ kind: 'list' })} /><FilesEditor serverId={server.id} siteId={siteId} path={view.path} access={access} isWritable={access !== 'pages-to-read'} onClose={() => { setView({ kind: 'list' }); void listing.refetch() }} onDownload={() => { void download([view.path]) }} /></Stack>
  if (view.kind === 'trash') return <FilesTrash serverId={server.id} siteId={siteId} isWritable={access !== 'pages-to-read'} onClose={() => setView({ kind: 'list' })} onRestored={() => { void listing.refetch() }} />
  return (
    <Stack gap="lg">
      <Crumbs serverId={server.id} siteId={siteId} path={path} />
      <UploadProgress state={upload.state} onDismiss={upload.dismiss} />
      {listing.isPending ? <Skeleton height={260} radius="lg" /> : listing.isError ? <ErrorNotice error={listing.error} onRetry={() => { void listing.refetch() }}>{path !== '' && <Button size="xs" variant="default" component={Link} href={filesHref(server.id, siteId, '')}>Go to the top</Button>}</ErrorNotice>
        : !listing.data.isThere ? <NothingThere access={access} server={server} siteId={siteId} />
          : <Folder key={path} server={server} siteId={siteId} access={access} path={path} listing={listing.data} onSend={(read) => { void upload.send(path, listing.data.entries, read) }} onOpen={open} onDownload={download} onChanged={() => { void listing.refetch() }} onTrash={() => setView({ kind: 'trash' })} onText={(name) => setView({ kind: 'text', path: pathIn(path, name) })} />}
      <FilesAccess server={server} status={status} />
    </Stack>
  )
}

/** So many paths fit into one question. */
const mostAtOnce = 500

interface FolderProps {
  readonly server: KnownServer
  readonly siteId: string
  readonly access: FileAccess
  readonly path: FilePath
  readonly listing: FileListing
  onSend(read: () => UploadFile[] | Promise<UploadFile[]>): void
  onOpen(entry: FileEntry): void
  onDownload(paths: readonly FilePath[]): Promise<void>
  onChanged(): void
  onTrash(): void
  onText(name: string): void
}

function Folder({ server, siteId, access, path, listing, onSend, onOpen, onDownload, onChanged, onTrash, onText }: FolderProps) {
  const ask = useAsk(server.id)
  const [order, setOrder] = useState<FileOrder>({ column: 'name', isDescending: false })
  const [search, setSearch] = useState('')
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const change = useMutation({ mutationFn: (step: () => Promise<unknown>) => ask(step), onSuccess: () => setSelected(new Set()), onSettled: onChanged })
  const site = { serverId: server.id, siteId }
  const { entries, isWritable } = listing
  const rows = orderedFiles(entries, order, search)
  const taken = new Set(entries.map(({ name }) => name))
  // What the search hides is not meant.
  const chosen = rows.filter(({ name }) => selected.has(name)).map(({ name }) => pathIn(path, name))
  const odd = entries.filter(({ hasOddName }) => hasOddName).length
  const remove = (paths: FilePath[]) => change.mutate(async () => {
    for (let from = 0; from < paths.length; from += mostAtOnce) await api.call('files.delete', { ...site, paths: paths.slice(from, from + mostAtOnce) })
  })
  const newFolder = () => askName({ title: 'New folder', label: 'Name of the folder', button: 'Make the folder', taken, onName: (name) => change.mutate(() => api.call('files.make-folder', { ...site, path: pathIn(path, name) })) })
  const newText = () => askName({ title: 'New text', label: 'Name of the file', button: 'Make the text', taken, onName: (name) => change.mutate(() => api.call('files.write', { ...site, path: pathIn(path, name), text: '', version: null }).then(() => onText(name))) })
  const rename = (entry: FileEntry) => askName({ title: `Rename ${visibleName(entry.name)}`, label: 'New name', button: 'Rename', initial: entry.name, taken, onName: (name) => change.mutate(() => api.call('files.rename', { ...site, path: pathIn(path, entry.name), to: pathIn(path, name) })) })
  const fetchThem = (paths: readonly FilePath[]) => change.mutate(async () => {
    if (paths.length > mostAtOnce) throw new HomeportError('input-invalid', 'These are too many to be downloaded one by one.', { hint: `Choose up to ${mostAtOnce}, or download all.` })
    await onDownload(paths)
  })
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end">
        <TextInput aria-label="Find in this folder" placeholder="Find in this folder" type="search" leftSection={<IconSearch size={15} aria-hidden />} value={search} onChange={(event) => setSearch(event.currentTarget.value)} w={{ base: '100%', xs: 230 }} />
        <Group gap="xs">
          {chosen.length > 0 && <Button variant="default" leftSection={<IconDownload size={15} />} onClick={() => fetchThem(chosen)}>Download {counted(chosen.length, 'item')}</Button>}
          {chosen.length > 0 && isWritable && <Button variant="default" leftSection={<IconTrash size={15} />} loading={change.isPending} onClick={() => remove(chosen)}>Move {chosen.length} to the trash</Button>}
          {chosen.length === 0 && <Button variant="default" leftSection={<IconDownload size={15} />} onClick={() => fetchThem([path])}>Download all</Button>}
          {access !== 'pages-to-read' && <Button variant="default" leftSection={<IconTrash size={15} />} onClick={onTrash}>Trash</Button>}
          {isWritable && <AddMenu onFiles={onSend} onFolder={newFolder} onText={newText} />}
        </Group>
      </Group>
      {access === 'pages-to-read' && <Notice tone="idle" title="These pages come from the repository">Change them there: the next pull brings them here. Here they can be looked at and downloaded.</Notice>}
      {access === 'data' && path === '' && <Notice tone="idle" title="These are the folders that the program keeps">Open one to look at what is in it. Which folders there are is said by the site&apos;s settings, under Edit.</Notice>}
      {odd > 0 && isWritable && <Notice tone="warn" title={odd === 1 ? 'One name is not text' : `${odd} names are not text`} actions={<Button size="xs" variant="default" loading={change.isPending} onClick={() => change.mutate(() => api.call('files.mend-names', { ...site, path }))}>{odd === 1 ? 'Give it a readable name' : 'Give them readable names'}</Button>}>{odd === 1 ? 'It was written in another encoding than UTF-8, so it can only be shown.' : 'They were written in another encoding than UTF-8, so they can only be shown.'}</Notice>}
      {listing.isCut && <Notice tone="warn" title="There are more than can be shown">The first 10,000 are here. A program of your own shows all of them; see below.</Notice>}
      {change.isError && <ErrorNotice error={change.error} onRetry={() => change.reset()} retryLabel="Close" />}
      <DropArea isOn={isWritable} onFiles={onSend}>
        {rows.length === 0
          ? <Empty icon={<IconFolderOpen size={34} stroke={1.4} aria-hidden />} title={entries.length === 0 ? 'This folder is empty' : 'Nothing fits'}>{entries.length > 0 ? 'Change what you look for.' : isWritable ? 'Drop files or folders here, or add something with the button above.' : ''}</Empty>
          : <FilesTable label={`Files in ${visibleName(nameOf(path)) || 'the top folder'}`} rows={rows} order={order} selected={selected} isWritable={isWritable} onOrder={setOrder} onSelect={setSelected}
              actions={{ open: onOpen, download: (entry) => fetchThem([pathIn(path, entry.name)]), rename, remove: (entry) => remove([pathIn(path, entry.name)]) }} />}
      </DropArea>
      <Text fz="xs" c="dimmed">{counted(entries.length, 'entry', 'entries')}{search !== '' && `, ${rows.length} of them shown`}.</Text>
    </Stack>
  )
}

function AddMenu({ onFiles, onFolder, onText }: { onFiles(read: () => UploadFile[]): void; onFolder(): void; onText(): void }) {
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const pick = (input: HTMLInputElement) => { const found = filesOfInput(input.files ?? []); input.value = ''; if (found.length > 0) onFiles(() => found) }
  return (
    <>
      <Menu position="bottom-end" width={210}>
        <Menu.Target><Button rightSection={<IconChevronDown size={15} />}>Add</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconUpload size={16} />} onClick={() => files.current?.click()}>Upload files</Menu.Item>
          <Menu.Item leftSection={<IconFolder size={16} />} onClick={() => folder.current?.click()}>Upload a folder</Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconFolderPlus size={16} />} onClick={onFolder}>New folder …</Menu.Item>
          <Menu.Item leftSection={<IconFilePlus size={16} />} onClick={onText}>New text …</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <input ref={files} type="file" hidden multiple aria-label="Files to upload" onChange={(event) => pick(event.currentTarget)} />
      <input ref={folder} type="file" hidden multiple aria-label="Folder to upload" {...{ webkitdirectory: '' }} onChange={(event) => pick(event.currentTarget)} />
    </>
  )
}

function DropArea({ isOn, onFiles, children }: { isOn: boolean; onFiles(read: () => Promise<UploadFile[]>): void; children: React.ReactNode }) {
  const [over, setOver] = useState(false)
  function drop(event: DragEvent): void {
    event.preventDefault()
    setOver(false)
    // The entries must be taken now: after this event the browser has forgotten them.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
    if (entries.length > 0) onFiles(() => filesOfEntries(entries))
  }
  return <div className="hp-files" data-over={over || undefined} {...(isOn ? { onDragOver: (event: DragEvent) => { event.preventDefault(); setOver(true) }, onDragLeave: () => setOver(false), onDrop: drop } : {})}>{children}</div>
}

function Crumbs({ serverId, siteId, path, onOpen }: { serverId: string; siteId: string; path: FilePath; onOpen?: () => void }) {
  const folders = [...(function* () { for (let at = path; at !== ''; at = folderOf(at)) yield at })()].reverse()
  const all = ['', ...folders]
  return (
    <nav aria-label="Folders">
      <ol className="hp-file-crumbs">
        {all.map((folder, index) => {
          const name = folder === '' ? 'Files' : visibleName(nameOf(folder))
          return <li key={folder}>{index === all.length - 1 ? <span aria-current="page"><bdi>{name}</bdi></span> : <Link className="hp-plain-link" href={filesHref(serverId, siteId, folder)} onClick={() => onOpen?.()}><bdi>{name}</bdi></Link>}</li>
        })}
      </ol>
    </nav>
  )
}

function NothingThere({ access, server, siteId }: { access: FileAccess; server: KnownServer; siteId: string }) {
  const here = `/servers/${server.id}/sites/${siteId}`
  const icon = <IconFolderOpen size={34} stroke={1.4} aria-hidden />
  if (access === 'data') return <Empty icon={icon} title="This program keeps no data" action={<Button component={Link} href={`${here}/edit`}>Edit the site</Button>}>Name the folders that it shall keep. What it writes elsewhere is gone with each new version.</Empty>
  return <Empty icon={icon} title="Nothing was published yet">{access === 'pages' ? 'Send the files of the site first.' : 'The first pull brings the pages.'}</Empty>
}

/** The browser saves it; the address works once. */
function save(token: string, name: string): void {
  const link = document.createElement('a')
  link.href = `${downloadPath}${token}`
  link.download = name
  link.click()
}
