/** A file to be sent, under its path inside the site. */
export interface UploadFile { readonly path: string; readonly file: File }
export interface UploadChoice {
  readonly shape: 'folder' | 'archive'
  /** Name of the folder or archive, for messages. */
  readonly name: string
  readonly files: readonly UploadFile[]
  readonly totalBytes: number
  /** Paths that are not sent: git's own folder and what file managers leave behind. */
  readonly skipped: readonly string[]
  /** Whether there is a start page; null for an archive, which only the server opens. */
  readonly hasIndex: boolean | null
}

const skippedNames = new Set(['.git', '.DS_Store', 'Thumbs.db'])
const archiveName = /\.(zip|tar|tar\.gz|tgz)$/i

export function isArchive(name: string): boolean {
  return archiveName.test(name)
}

/** What a set of files with their paths means: one archive, or a folder whose own name is left out of the paths. */
export function chooseUpload(found: readonly UploadFile[]): UploadChoice | null {
  const [first] = found
  if (first === undefined) return null
  if (found.length === 1 && isArchive(first.path) && !first.path.includes('/')) {
    return { shape: 'archive', name: first.path, files: [first], totalBytes: first.file.size, skipped: [], hasIndex: null }
  }
  const roots = new Set(found.map(({ path }) => path.split('/')[0]))
  const [root] = roots
  const hasRoot = roots.size === 1 && root !== undefined && found.every(({ path }) => path.includes('/'))
  const inside = hasRoot ? found.map(({ path, file }) => ({ path: path.slice(root.length + 1), file })) : found
  const isSkipped = (path: string) => path.split('/').some((part) => skippedNames.has(part))
  const files = inside.filter(({ path }) => !isSkipped(path))
  return {
    shape: 'folder', name: hasRoot ? root : 'files', files, totalBytes: files.reduce((sum, { file }) => sum + file.size, 0),
    skipped: [...new Set(inside.filter(({ path }) => isSkipped(path)).map(({ path }) => skippedPart(path)))],
    hasIndex: files.some(({ path }) => path === 'index.html'),
  }
}

/** The path up to what is skipped: `.git` instead of every object below it. */
function skippedPart(path: string): string {
  const parts = path.split('/')
  return parts.slice(0, parts.findIndex((part) => skippedNames.has(part)) + 1).join('/')
}

/** The files of a file input; with `webkitdirectory` each knows its path. */
export function filesOfInput(list: Iterable<File>): UploadFile[] {
  return [...list].map((file) => ({ path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath, file }))
}

/** Walks what was dropped, folders and all. Git's own folder is named but not read: it can be larger than the site. */
export async function filesOfEntries(entries: readonly FileSystemEntry[]): Promise<UploadFile[]> {
  const found: UploadFile[] = []
  async function walk(entry: FileSystemEntry, path: string): Promise<void> {
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
      found.push({ path, file })
    } else if (skippedNames.has(entry.name)) {
      found.push({ path, file: new File([], entry.name) })
    } else {
      for (const child of await childrenOf(entry as FileSystemDirectoryEntry)) await walk(child, `${path}/${child.name}`)
    }
  }
  for (const entry of entries) await walk(entry, entry.name)
  return found
}

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  // A reader gives at most 100 entries at a time, and an empty list at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return all
    all.push(...some)
  }
}
