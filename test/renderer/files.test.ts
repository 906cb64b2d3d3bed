import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { modeText, modeWords, visibleName } from '../../src/renderer/components/files-name.ts'
import { filesHref, pathOfHref } from '../../src/renderer/components/files-place.ts'
import { orderedFiles, takenNames } from '../../src/renderer/components/files-rows.ts'
import { hasOneLineEnd, lineEndOf, withLineEnd } from '../../src/renderer/components/files-text.ts'
import { type FileEntry, FilePath, folderOf, nameOf, pathIn } from '../../src/shared/files.ts'

const entry = (name: string, more: Partial<FileEntry> = {}): FileEntry => ({ name, kind: 'file', sizeBytes: 1, modifiedAt: 0, mode: 0o644, uid: 0, gid: 0, ...more })

describe('a name', () => {
  it.each([['invoice\u202egnp.exe', 'invoice⟨U+202E⟩gnp.exe'], ['two\nlines', 'two⟨U+000A⟩lines'], [' a ', '⟨space⟩a⟨space⟩'], ['zero\u200bwidth', 'zero⟨U+200B⟩width'], ['größe 日本 🚢', 'größe 日本 🚢'], ['<b>', '<b>']])('%j is shown as %s', (name, shown) => {
    expect(visibleName(name)).toBe(shown)
  })
  it('never holds a character that cannot be seen', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (name) => { expect(visibleName(name)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u) }))
  })
})

test('permissions are shown as ls does, and in words', () => {
  expect([0o644, 0o755, 0o4755, 0o1777, 0o600, 0o2640].map(modeText)).toEqual(['rw-r--r--', 'rwxr-xr-x', 'rwsr-xr-x', 'rwxrwxrwt', 'rw-------', 'rw-r-S---'])
  expect(modeWords(0o640, 33, 44)).toBe('Its owner (user 33) may read and change, its group (44) read, everybody else on the server nothing. As a number: 640.')
})

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => FilePath.safeParse(text).success && text !== '' && !text.includes('/'))

test('every folder has an address that leads back to it', () => {
  fc.assert(fc.property(fc.array(name, { maxLength: 5 }), (names) => {
    const path = names.join('/')
    expect(pathOfHref('harbour01', 'a.org', new URL(filesHref('harbour01', 'a.org', path), 'http://x').pathname)).toBe(path)
  }))
  expect(pathOfHref('s', 'a.org', '/servers/s/sites/a.org/files/%2e%2e/x')).toBe('')
  expect(pathOfHref('s', 'a.org', '/servers/s/sites/a.org/files/%')).toBe('')
  expect(pathOfHref('s', 'a.org', '/servers/s/sites/a.org/files/a%2Fb')).toBe('a/b')
})

test('a path is its folder and its name', () => {
  fc.assert(fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
    const path = names.join('/')
    expect(pathIn(folderOf(path), nameOf(path))).toBe(path)
  }))
})

describe('entries', () => {
  const entries = [entry('b10.txt', { sizeBytes: 5, modifiedAt: 3 }), entry('b9.txt', { sizeBytes: 9, modifiedAt: 1 }), entry('a', { kind: 'folder' }), entry('link', { kind: 'link', link: { target: 'a', to: { path: 'a', kind: 'folder' } } }), entry('B9.txt', { sizeBytes: 7, modifiedAt: 2 })]
  const names = (order: Parameters<typeof orderedFiles>[1], search = '') => orderedFiles(entries, order, search).map((one) => one.name)
  it('have folders first, numbers as numbers, and an order by each column', () => {
    expect(names({ column: 'name', isDescending: false })).toEqual(['a', 'link', 'B9.txt', 'b9.txt', 'b10.txt'])
    expect(names({ column: 'name', isDescending: true })).toEqual(['link', 'a', 'b10.txt', 'b9.txt', 'B9.txt'])
    expect(names({ column: 'size', isDescending: true })).toEqual(['link', 'a', 'b9.txt', 'B9.txt', 'b10.txt'])
    expect(names({ column: 'changed', isDescending: false })).toEqual(['a', 'link', 'b9.txt', 'B9.txt', 'b10.txt'])
  })
  it('are found by a part of their name', () => expect(names({ column: 'name', isDescending: false }, ' B9')).toEqual(['B9.txt', 'b9.txt']))
  it('are named once where an upload would replace or join them', () => expect(takenNames(entries, ['b9.txt', 'a/x', 'a/y', 'new'])).toEqual(['b9.txt', 'a']))
})

describe('the lines of a text', () => {
  it.each([['a\r\nb\r\n', '\r\n'], ['a\nb', '\n'], ['a\rb', '\r'], ['', '\n'], ['a\r\nb\nc\n', '\n']] as const)('of %j end with %j', (text, end) => expect(lineEndOf(text)).toBe(end))
  it('are written back as they were, unless nobody can know how', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('a', '\n', '\r\n', '\r', 'ä'), { maxLength: 30 }), (parts) => {
      const text = parts.join('')
      const end = lineEndOf(text)
      const edited = text.split(/\r\n|\r|\n/).join('\n')
      if (hasOneLineEnd(text)) expect(withLineEnd(edited, end)).toBe(text)
    }))
    expect(hasOneLineEnd('a\r\nb\n')).toBe(false)
  })
})
