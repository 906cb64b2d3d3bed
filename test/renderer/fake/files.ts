import { HomeportError } from '../../../src/shared/errors.ts'
import { type FileEntry, type FileListing, type FilePath, folderOf, nameOf, pathIn, type TrashEntry } from '../../../src/shared/files.ts'

type Node = { readonly kind: 'folder' } | { readonly kind: 'file'; text: string } | { readonly kind: 'link'; readonly target: string; readonly to: string | null } | { readonly kind: 'odd' }

/** A few hundred files of one site, some with names that nobody should trust. */
export class FakeFiles {
  readonly #nodes = new Map<FilePath, Node>([
    ['index.html', { kind: 'file', text: '<!doctype html>\n<html lang="en">\n  <head>\n    <title>Harbour</title>\n    <link rel="stylesheet" href="css/site.css">\n  </head>\n  <body>\n    <h1 class="big">Welcome</h1>\n    <!-- the tide table comes here -->\n  </body>\n</html>\n' }],
    ['css', { kind: 'folder' }], ['css/site.css', { kind: 'file', text: ':root { --sea: #12669d; }\nbody { color: var(--sea); margin: 0 auto; }\n' }],
    ['pictures', { kind: 'folder' }],
    ...Array.from({ length: 400 }, (_, index) => [`pictures/boat-${index + 1}.jpg`, { kind: 'file', text: '\0'.repeat(1000 + index * 977) }] as const),
    ['latest', { kind: 'link', target: 'pictures', to: 'pictures' }], ['shadow', { kind: 'link', target: '/etc/shadow', to: null }],
    ['<script>alert(1)<script>.html', { kind: 'file', text: '' }], ['invoice\u202egnp.exe', { kind: 'file', text: '' }], ['two\nlines', { kind: 'file', text: '' }], [' space ', { kind: 'file', text: '' }],
    [`${'a-very-long-name-'.repeat(12)}.txt`, { kind: 'file', text: '' }], ['gr\u{fffd}\u{fffd}e.txt', { kind: 'odd' }], ['notes.md', { kind: 'file', text: '# Notes\r\n\r\n* tide\r\n' }],
  ])
  readonly #trash: { entry: TrashEntry; moved: [FilePath, Node][] }[] = []

  list(path: FilePath): FileListing {
    if (path !== '' && this.#nodes.get(path)?.kind !== 'folder') throw new HomeportError('file-missing', `"${path}" is not there (any more).`, { hint: 'Look at the folder again: it may have been moved or deleted meanwhile.' })
    const entries = [...this.#nodes].filter(([at]) => folderOf(at) === path && at !== '').map(([at, node]) => entryOf(nameOf(at), node))
    return { isThere: true, isWritable: true, entries, isCut: false }
  }

  read(path: FilePath): { text: string; version: string } {
    const node = this.#nodes.get(path)
    if (node?.kind !== 'file') throw new HomeportError('file-missing', `"${path}" is not there (any more).`)
    if (node.text.includes('\0')) throw new HomeportError('file-not-text', `"${path}" is not a text.`, { hint: 'Download it, change it with the program that it was made with, and upload it again.' })
    return { text: node.text, version: node.text }
  }

  write(path: FilePath, text: string, version: string | null): { version: string } {
    const node = this.#nodes.get(path)
    if (path === 'css/site.css' && version !== null && !text.includes('theirs') && node?.kind === 'file' && !node.text.includes('theirs')) {
      node.text = '/* theirs */\n'
      throw new HomeportError('file-changed', `"${path}" was changed meanwhile by somebody else.`)
    }
    this.#nodes.set(path, { kind: 'file', text })
    return { version: text }
  }

  makeFolder(path: FilePath): void { this.#nodes.set(path, { kind: 'folder' }) }

  rename(path: FilePath, to: FilePath): void {
    for (const [at, node] of this.#below(path)) { this.#nodes.delete(at); this.#nodes.set(to + at.slice(path.length), node) }
  }

  delete(paths: readonly FilePath[]): void {
    for (const path of paths) {
      const moved = this.#below(path)
      for (const [at] of moved) this.#nodes.delete(at)
      this.#trash.unshift({ entry: { id: `20261122T120000-${String(this.#trash.length).padStart(8, '0')}`, path, deletedAt: Date.now(), kind: moved[0]?.[1].kind === 'folder' ? 'folder' : 'file', sizeBytes: 1200 }, moved })
    }
  }

  trash(): TrashEntry[] { return this.#trash.map(({ entry }) => entry) }

  restore(id: string): { path: FilePath } {
    const at = this.#trash.findIndex(({ entry }) => entry.id === id)
    const [found] = this.#trash.splice(at, 1)
    for (const [path, node] of found?.moved ?? []) this.#nodes.set(path, node)
    return { path: found?.entry.path ?? '' }
  }

  emptyTrash(): void { this.#trash.length = 0 }

  take(folder: FilePath, path: string): void { this.#nodes.set(pathIn(folder, path), { kind: 'file', text: '' }) }

  mendNames(): number {
    const odd = [...this.#nodes].filter(([, { kind }]) => kind === 'odd')
    for (const [path] of odd) { this.#nodes.delete(path); this.#nodes.set(path.replaceAll('\u{fffd}', '%F6'), { kind: 'file', text: '' }) }
    return odd.length
  }

  #below(path: FilePath): [FilePath, Node][] {
    return [...this.#nodes].filter(([at]) => at === path || at.startsWith(`${path}/`))
  }
}

function entryOf(name: string, node: Node): FileEntry {
  const more = { sizeBytes: node.kind === 'file' ? node.text.length : 4096, modifiedAt: Date.UTC(2026, 10, 20), mode: node.kind === 'folder' ? 0o755 : 0o644, uid: 990, gid: 990 }
  if (node.kind === 'link') return { name, kind: 'link', ...more, link: { target: node.target, to: node.to === null ? null : { path: node.to, kind: 'folder' } } }
  return node.kind === 'odd' ? { name, kind: 'file', ...more, hasOddName: true } : { name, kind: node.kind, ...more }
}
