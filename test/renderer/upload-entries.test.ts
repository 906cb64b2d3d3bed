import { expect, test } from 'vitest'
import { chooseUpload, filesOfEntries, filesOfInput, isArchive } from '../../src/renderer/components/upload-entries.ts'

const file = (path: string, content = 'x') => ({ path, file: new File([content], path.split('/').at(-1) ?? path) })
const paths = (found: readonly { path: string }[]) => found.map(({ path }) => path)

/** An entry as the browser gives it for something dropped; folders hand out their children 100 at a time. */
function entry(name: string, children?: FileSystemEntry[]): FileSystemEntry {
  if (children === undefined) return { isFile: true, isDirectory: false, name, file: (done: (file: File) => void) => done(new File(['x'], name)) } as unknown as FileSystemEntry
  const createReader = () => {
    let at = 0
    return { readEntries: (done: (some: FileSystemEntry[]) => void) => { done(children.slice(at, at + 100)); at += 100 } }
  }
  return { isFile: false, isDirectory: true, name, createReader } as unknown as FileSystemEntry
}

test('leaves the name of the chosen folder out of the paths', () => {
  const choice = chooseUpload([file('site/index.html'), file('site/css/main.css', 'abc')])
  expect(choice).toMatchObject({ shape: 'folder', name: 'site', totalBytes: 4, hasIndex: true, skipped: [] })
  expect(paths(choice?.files ?? [])).toEqual(['index.html', 'css/main.css'])
})

test('leaves out git and what file managers leave behind, and says so once each', () => {
  const choice = chooseUpload([file('site/index.html'), file('site/.git/HEAD'), file('site/.git/objects/ab/cd'), file('site/.DS_Store'), file('site/img/Thumbs.db'), file('site/.gitignore')])
  expect(paths(choice?.files ?? [])).toEqual(['index.html', '.gitignore'])
  expect(choice?.skipped).toEqual(['.git', '.DS_Store', 'img/Thumbs.db'])
})

test('keeps node_modules and hidden folders such as .well-known', () => {
  expect(paths(chooseUpload([file('s/.well-known/x'), file('s/node_modules/a.js')])?.files ?? [])).toEqual(['.well-known/x', 'node_modules/a.js'])
})

test('takes a single archive as an archive, and leaves it to the server to look inside', () => {
  expect(chooseUpload([file('site.tar.gz')])).toMatchObject({ shape: 'archive', name: 'site.tar.gz', hasIndex: null })
  expect(['a.zip', 'a.TAR', 'a.tgz', 'a.tar.gz'].every(isArchive)).toBe(true)
  expect(['a.gz', 'zip', 'a.zip.txt', 'a.7z'].some(isArchive)).toBe(false)
})

test('an archive inside of a folder is a file of the site', () => {
  expect(chooseUpload([file('site/download.zip')])).toMatchObject({ shape: 'folder', name: 'site', hasIndex: false })
})

test('an index.html further down is not a start page', () => {
  expect(chooseUpload([file('project/dist/index.html')])?.hasIndex).toBe(false)
})

test('loose files without a folder keep their names', () => {
  const choice = chooseUpload([file('index.html'), file('a.css')])
  expect(choice).toMatchObject({ shape: 'folder', name: 'files', hasIndex: true })
  expect(paths(choice?.files ?? [])).toEqual(['index.html', 'a.css'])
})

test('two folders dropped together keep their names', () => {
  expect(paths(chooseUpload([file('a/x'), file('b/y')])?.files ?? [])).toEqual(['a/x', 'b/y'])
})

test('nothing chosen is no upload', () => {
  expect(chooseUpload([])).toBeNull()
})

test('reads a dropped folder to its end, though readers give 100 entries at a time', async () => {
  const many = Array.from({ length: 250 }, (_, index) => entry(`${index}.html`))
  const found = await filesOfEntries([entry('site', [...many, entry('css', [entry('main.css')])])])
  expect(found).toHaveLength(251)
  expect(found.at(-1)?.path).toBe('site/css/main.css')
})

test('does not read into .git, but knows that it was there', async () => {
  const unreadable = { ...entry('.git', []), createReader: () => { throw new Error('read') } } as unknown as FileSystemEntry
  const found = await filesOfEntries([entry('site', [entry('index.html'), unreadable])])
  expect(chooseUpload(found)).toMatchObject({ skipped: ['.git'], hasIndex: true })
})

test('takes the path that a folder input knows, or the name of a single file', () => {
  const inFolder = Object.defineProperty(new File([''], 'a.css'), 'webkitRelativePath', { value: 'site/a.css' })
  const alone = Object.defineProperty(new File([''], 'site.zip'), 'webkitRelativePath', { value: '' })
  expect(paths(filesOfInput([inFolder, alone]))).toEqual(['site/a.css', 'site.zip'])
})
