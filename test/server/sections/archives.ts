import { createHash } from 'node:crypto'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { crc32, gzipSync } from 'node:zlib'
import { pack, type Header } from 'tar-stream'
import { expect, it } from 'vitest'
import { readArchive } from '../../../src/main/upload/archive.ts'
import { sendFiles, type StoredUpload } from '../../../src/main/upload/send-files.ts'
import type { Home } from '../home.ts'
import { withFolder } from '../local-folder.ts'
import { on } from '../pipeline.ts'

type EntryHeader = Partial<Header> & Pick<Header, 'name'>

/** Archives of sites, as people make them and as nobody should. */
export function testArchives(home: () => Home): void {
  const send = async (archive: Buffer): Promise<StoredUpload> => {
    return await withFolder({ archive }, async (folder) => {
      const file = join(folder, 'archive')
      return await sendFiles(home().here.target(), await readArchive(file, archive.subarray(0, 512)))
    })
  }
  const stored = ({ release }: StoredUpload): Promise<string> => on(home().server, `cd /var/lib/homeport/uploads/${release} && find . -type f -printf '%P ' -exec cat {} \\; -printf '\\n' | sort; rm -r /var/lib/homeport/uploads/*`)

  it.each(['site.zip', 'site.tar.gz', 'site.tar'])('unpacks a %s and takes off the one folder around everything', async (name) => {
    const archive = await withFolder({ 'my site/index.html': 'hello', 'my site/css/ünï.css': 'body{}' }, async (folder) => {
      const command = name === 'site.zip' ? 'python3 -m zipfile -c site.zip "my site"' : `tar -c${name.endsWith('gz') ? 'z' : ''}f ${name} "my site"`
      await promisify(execFile)('sh', ['-c', command], { cwd: folder })
      return await readFile(join(folder, name))
    })
    const upload = await send(archive)
    expect(upload).toMatchObject({ files: 2, hasIndex: true })
    expect(await stored(upload)).toBe('css/ünï.css body{}\nindex.html hello')
  })

  it('keeps the folders where there is more than one at the top', async () => {
    expect(await stored(await send(await tarOf([{ name: 'a/index.html' }, { name: 'b/index.html' }])))).toBe('a/index.html x\nb/index.html x')
  })

  it.each<[string, EntryHeader]>([
    ['a symbolic link', { name: 'link', type: 'symlink', linkname: '/etc/passwd' }],
    ['a hard link', { name: 'link', type: 'link', linkname: 'index.html' }],
    ['a device', { name: 'disk', type: 'block-device' }],
    ['a pipe', { name: 'pipe', type: 'fifo' }],
    ['a path out of its folder', { name: '../../out' }],
    ['a path out of its folder in the middle', { name: 'a/../../out' }],
    ['an absolute path', { name: '/etc/cron.d/out' }],
  ])('refuses a tar.gz with %s', async (_what, header) => {
    await expect(send(gzipSync(await tarOf([{ name: 'index.html' }, header])))).rejects.toMatchObject({ code: 'upload-invalid' })
    expect(await on(home().server, 'ls -A /var/lib/homeport/uploads; ls /out /etc/cron.d/out 2>/dev/null || true')).toBe('')
  })

  it.each<[string, string, number]>([
    ['a symbolic link', 'link', 0o120777],
    ['a path out of its folder', '../../out', 0o100644],
    ['an absolute path', '/etc/cron.d/out', 0o100644],
    ['a backslash', '..\\out', 0o100644],
  ])('refuses a zip with %s', async (_what, name, mode) => {
    await expect(send(zipOf([['index.html', 0o100644], [name, mode]]))).rejects.toMatchObject({ code: 'upload-invalid' })
    expect(await on(home().server, 'ls -A /var/lib/homeport/uploads; ls /out /etc/cron.d/out 2>/dev/null || true')).toBe('')
  })

  it('refuses what is damaged, empty or no archive, in words', async () => {
    const whole = gzipSync(await tarOf([{ name: 'index.html' }, { name: 'noise', size: 40_000 }]))
    for (const bad of [whole.subarray(0, whole.length - 30), zipOf([['index.html', 0o100644]]).subarray(0, 60), Buffer.from('%PDF-1.7 not an archive'), await tarOf([]), gzipSync('not a tar')]) {
      await expect(send(bad)).rejects.toMatchObject({ code: 'upload-invalid', hint: expect.stringMatching(/\w/) })
    }
    expect(await on(home().server, 'ls -A /var/lib/homeport/uploads')).toBe('')
  })
}

/** A tar; files hold `x`, or noise of their size. */
async function tarOf(headers: readonly EntryHeader[]): Promise<Buffer> {
  const archive = pack()
  for (const header of headers) {
    if (header.type === undefined) archive.entry({ name: header.name }, header.size === undefined ? 'x' : noise(header.size))
    else archive.entry(header)
  }
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function noise(bytes: number): Buffer {
  return Buffer.concat(Array.from({ length: Math.ceil(bytes / 32) }, (_, n) => createHash('sha256').update(String(n)).digest())).subarray(0, bytes)
}

/** A zip of stored files with Unix modes (APPNOTE.TXT 4.3): no packer would write these names. */
function zipOf(files: readonly (readonly [name: string, mode: number])[]): Buffer {
  const content = Buffer.from('x')
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const [name, mode] of files) {
    const bytes = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(content.length, 14)
    common.writeUInt32LE(content.length, 18)
    common.writeUInt16LE(bytes.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, bytes, content])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE((mode << 16) >>> 0, 6)
    tail.writeUInt32LE(offset, 10)
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), common, tail, bytes]))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(centrals)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(files.length, 4)
  end.writeUInt16LE(files.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end])
}
