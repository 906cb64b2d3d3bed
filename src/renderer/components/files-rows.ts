import type { FileEntry } from '../../shared/files.ts'

export type FileColumn = 'name' | 'size' | 'changed'
export interface FileOrder { readonly column: FileColumn; readonly isDescending: boolean }

const compareNames = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' }).compare

/** Entries in the order in which they are shown: folders first, whatever the column. */
export function orderedFiles(entries: readonly FileEntry[], { column, isDescending }: FileOrder, search = ''): FileEntry[] {
  const wanted = search.trim().toLocaleLowerCase()
  const found = wanted === '' ? [...entries] : entries.filter(({ name }) => name.toLocaleLowerCase().includes(wanted))
  const compare = (a: FileEntry, b: FileEntry): number => {
    const by = column === 'size' ? a.sizeBytes - b.sizeBytes : column === 'changed' ? a.modifiedAt - b.modifiedAt : 0
    // Names that a person reads as the same still have an order.
    return by || compareNames(a.name, b.name) || (a.name < b.name ? -1 : 1)
  }
  return found.sort((a, b) => Number(isFolder(b)) - Number(isFolder(a)) || (isDescending ? -compare(a, b) : compare(a, b)))
}

export function isFolder(entry: FileEntry): boolean {
  return entry.kind === 'folder' || entry.link?.to?.kind === 'folder'
}

/** Names in the folder that what is sent has on top as well: files that would be replaced, folders that would be joined. */
export function takenNames(entries: readonly FileEntry[], paths: readonly string[]): string[] {
  const known = new Set(entries.map(({ name }) => name))
  return [...new Set(paths.map(topOf))].filter((name) => known.has(name))
}

export function topOf(path: string): string {
  return path.split('/')[0] ?? ''
}
