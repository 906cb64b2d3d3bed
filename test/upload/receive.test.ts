import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { receiveFiles, withReceivedArchive, type UploadMessages } from '../../src/main/upload/receive.ts'
import type { UploadUp } from '../../src/shared/contract.ts'
import { buildZip } from './archive-builder.ts'
import { collect } from './collect.ts'

const file = (path: string, sizeBytes: number): UploadUp => ({ kind: 'file', path, sizeBytes })
const chunk = (text: string | Buffer): UploadUp => ({ kind: 'chunk', data: Buffer.from(text).toString('base64') })
const end: UploadUp = { kind: 'end' }
/** Messages in order; then the window is gone. */
function messagesOf(...all: UploadUp[]): UploadMessages {
  return { next: () => Promise.resolve(all.shift() ?? null) }
}
async function receive(...all: UploadUp[]): Promise<[string, string][]> {
  const files: [string, string][] = []
  for await (const entry of receiveFiles(messagesOf(...all))) files.push([entry.path, Buffer.concat(await collect(entry.content)).toString()])
  return files
}

describe('files from the window', () => {
  it('come one after another, each from its chunks', async () => {
    expect(await receive(file('a', 5), chunk('he'), chunk('llo'), file('empty', 0), file('b', 1), chunk('x'), end)).toEqual([['a', 'hello'], ['empty', ''], ['b', 'x']])
  })
  it('are skipped to their end where nobody reads them', async () => {
    const paths: string[] = []
    for await (const entry of receiveFiles(messagesOf(file('a', 4), chunk('he'), chunk('lo'), file('b', 1), chunk('x'), end))) paths.push(entry.path)
    expect(paths).toEqual(['a', 'b'])
  })
  it.each<[string, UploadUp[], string]>([
    ['the window goes before the end', [file('a', 1), chunk('x')], 'upload-interrupted'], ['the window goes in a file', [file('a', 2), chunk('x')], 'upload-interrupted'], ['the window goes at once', [], 'upload-interrupted'],
    ['a chunk belongs to no file', [chunk('x'), end], 'upload-invalid'], ['a chunk comes after a file', [file('a', 1), chunk('x'), chunk('y'), end], 'upload-invalid'], ['a file is longer than said', [file('a', 1), chunk('xy'), end], 'upload-invalid'],
    ['a file is shorter than said', [file('a', 3), chunk('x'), file('b', 1), chunk('y'), end], 'upload-invalid'], ['the end comes in a file', [file('a', 3), chunk('x'), end], 'upload-invalid'], ['a chunk is empty', [file('a', 3), chunk(''), end], 'upload-invalid'],
    ['a chunk is no base64', [file('a', 3), { kind: 'chunk', data: '****' }, end], 'upload-invalid'],
  ])('are refused when %s', async (_what, all, code) => {
    await expect(receive(...all)).rejects.toMatchObject({ code, hint: expect.stringMatching(/\.$/) as string })
  })
})

describe('an archive from the window', () => {
  const zip = buildZip([{ name: 'site/index.html', content: 'hi' }])
  const read = (...all: UploadUp[]) => withReceivedArchive(messagesOf(...all), async (entries) => (await collect(entries)).map((entry) => entry.path))
  const folder = mkdtempSync(join(tmpdir(), 'homeport-receive-'))
  beforeAll(() => { vi.stubEnv('TMPDIR', folder) })
  afterAll(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is kept in a folder of its own while it is read, and then gone', async () => {
    const meanwhile = await withReceivedArchive(messagesOf(file('site.zip', zip.length), chunk(zip.subarray(0, 40)), chunk(zip.subarray(40)), end), async (entries) => ({ paths: (await collect(entries)).map((entry) => entry.path), folders: readdirSync(folder) }))
    expect(meanwhile).toEqual({ paths: ['index.html'], folders: [expect.stringMatching(/^homeport-upload-/)] })
    expect(readdirSync(folder)).toEqual([])
  })
  it.each<[string, UploadUp[], string]>([
    ['there are two', [file('a.zip', zip.length), chunk(zip), file('b.zip', 1), chunk('x'), end], 'Only one archive can be sent at a time.'], ['there is none', [end], 'There is no archive to send.'],
    ['the window goes', [file('a.zip', zip.length), chunk(zip.subarray(0, 40))], 'The upload stopped before its end.'], ['it is empty', [file('a.zip', 0), end], 'This is not an archive that Homeport can read.'],
  ])('is refused when %s, and leaves nothing here', async (_what, all, message) => {
    await expect(read(...all)).rejects.toMatchObject({ message })
    expect(readdirSync(folder)).toEqual([])
  })
})
