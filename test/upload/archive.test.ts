import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { commonFolder, readArchive } from '../../src/main/upload/archive.ts'
import { buildTar, buildTarGz, buildZip, type ZipMember } from './archive-builder.ts'
import { collect } from './collect.ts'

const folder = mkdtempSync(join(tmpdir(), 'homeport-archive-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Files of an archive by path, with their text. */
async function read(archive: Buffer): Promise<Record<string, string>> {
  const file = join(folder, 'archive')
  writeFileSync(file, archive)
  const files: Record<string, string> = {}
  for await (const entry of await readArchive(file, archive.subarray(0, 512))) {
    const content = Buffer.concat(await collect(entry.content))
    expect(content.length).toBe(entry.sizeBytes)
    files[entry.path] = content.toString('utf8')
  }
  return files
}
const refusal = { code: 'upload-invalid', hint: expect.stringMatching(/\.$/) as string }
const kinds = [
  ['zip', (members: ZipMember[]) => Promise.resolve(buildZip(members))],
  ['tar', (members: ZipMember[]) => buildTar(members.map(({ name, content }) => ({ name, ...(content === undefined ? {} : { content }) })))],
  ['tar.gz', (members: ZipMember[]) => buildTarGz(members.map(({ name, content }) => ({ name, ...(content === undefined ? {} : { content }) })))],
] as const

describe.each(kinds)('a %s', (_kind, build) => {
  it('gives its files with their content', async () => {
    expect(await read(await build([{ name: 'index.html', content: '<h1>Hi</h1>' }, { name: 'css/für.css', content: 'a{}' }, { name: 'empty', content: '' }]))).toEqual({ 'index.html': '<h1>Hi</h1>', 'css/für.css': 'a{}', empty: '' })
  })
  it('loses a single folder around everything, and only a single one', async () => {
    expect(Object.keys(await read(await build([{ name: 'site/index.html' }, { name: 'site/a/b' }])))).toEqual(['index.html', 'a/b'])
    expect(Object.keys(await read(await build([{ name: 'site/site/index.html' }])))).toEqual(['site/index.html'])
    expect(Object.keys(await read(await build([{ name: 'site/index.html' }, { name: 'sites/b' }])))).toEqual(['site/index.html', 'sites/b'])
    expect(Object.keys(await read(await build([{ name: 'site/index.html' }, { name: 'site' }])))).toEqual(['site/index.html', 'site'])
  })
  it('leaves out what systems and tools put beside the files', async () => {
    expect(Object.keys(await read(await build([{ name: '.git/config' }, { name: 'site/.git/HEAD' }, { name: '__MACOSX/site/._a' }, { name: 'site/.DS_Store' }, { name: 'site/Thumbs.db' }, { name: 'site/.well-known/x' }, { name: 'site/index.html' }])))).toEqual(['.well-known/x', 'index.html'])
  })
  it.each(['../evil', 'a/../../evil', '/etc/passwd', 'a/./b', 'a//b', '..', 'a\\..\\b', 'C:\\evil', 'a\nb', 'a\u0085b', `${'x'.repeat(256)}`, `${'a/'.repeat(600)}b`])('refuses the whole archive for the name %j', async (name) => {
    await expect(build([{ name: 'index.html' }, { name }]).then(read)).rejects.toMatchObject(refusal)
  })
  it('refuses an archive without files', async () => {
    await expect(build([{ name: '.git/config' }]).then(read)).rejects.toMatchObject({ code: 'upload-invalid', message: 'There are no files in this archive.' })
  })
  it.each([0.3, 0.6, 0.95])('refuses an archive of which only a part (%s) is there', async (part) => {
    const whole = await build(Array.from({ length: 20 }, (_, index) => ({ name: `f${index}`, content: String(Math.sin(index)).repeat(200) })))
    // A tar whose end is only the padding of zeros is complete in all that matters.
    await expect(read(whole.subarray(0, Math.floor((whole.length - 1024) * part)))).rejects.toMatchObject(refusal)
  })
})

it.each(['', 'hello', '<html>', '\u007fELF', 'Rar!\u001a'])('refuses what is no archive: %j', async (text) => {
  await expect(read(Buffer.from(text))).rejects.toMatchObject({ code: 'upload-invalid', message: 'This is not an archive that Homeport can read.' })
})
it.each(['PK\u0003\u0004 nothing', 'PK'])('says that %j is damaged', async (text) => {
  await expect(read(Buffer.from(text))).rejects.toMatchObject({ code: 'upload-invalid', message: 'The archive cannot be read: it is damaged or incomplete.' })
})
it('says that a gzip with something else inside is damaged', async () => {
  await expect(read(gzipSync('x'.repeat(2000)))).rejects.toMatchObject(refusal)
})
it.each(['symlink', 'link', 'character-device', 'block-device', 'fifo'] as const)('refuses a tar with an entry of type %s', async (type) => {
  await expect(read(await buildTar([{ name: 'index.html', content: 'x' }, { name: 'leak', type, linkname: '/etc/shadow' }]))).rejects.toMatchObject({ code: 'upload-invalid', message: expect.stringContaining('link or a special file') as string })
})
it('refuses a zip with a link', async () => {
  await expect(read(buildZip([{ name: 'index.html' }, { name: 'leak', mode: 0o120777, content: '/etc/shadow' }]))).rejects.toMatchObject({ code: 'upload-invalid', message: 'The archive holds a link: "leak".' })
})
it('refuses a zip with a password', async () => {
  await expect(read(buildZip([{ name: 'index.html', isEncrypted: true }]))).rejects.toMatchObject({ code: 'upload-invalid', message: 'The archive is protected by a password.' })
})
it('refuses a zip that unpacks to more than it says', async () => {
  await expect(read(buildZip([{ name: 'bomb', content: Buffer.alloc(5_000_000), claimedSize: 1000 }]))).rejects.toMatchObject(refusal)
})
it('refuses a zip that unpacks to more than any site, before anything is sent', async () => {
  const bomb = Buffer.alloc(100_000)
  await expect(read(buildZip(Array.from({ length: 14 }, (_, index) => ({ name: `bomb${index}`, content: bomb, claimedSize: 0xfffffff0 }))))).rejects.toMatchObject({ code: 'upload-too-large' })
})
it('refuses a zip whose files are damaged inside', async () => {
  await expect(read(buildZip([{ name: 'a', content: 'hello', crc: 1 }]))).rejects.toMatchObject({ code: 'upload-invalid', message: 'The archive cannot be read: it is damaged or incomplete.' })
  const zip = buildZip([{ name: 'a', content: 'hello '.repeat(100) }])
  zip.writeUInt8(zip.readUInt8(33) ^ 0xff, 33)
  await expect(read(zip)).rejects.toMatchObject(refusal)
})

it.each([[[], ''], [['a'], ''], [['a/b'], 'a/'], [['a/b', 'a/c/d'], 'a/'], [['a/b', 'ab/c'], ''], [['a/b', 'a'], '']])('finds of %j the common folder %j', (paths, common) => expect(commonFolder(paths)).toBe(common))
