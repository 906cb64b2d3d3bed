/** The files of sites on a real server: looked at, changed, sent and fetched, and nothing beside them. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import yauzl from 'yauzl'
import type { FileEntry, FileUploadEvent } from '../../src/shared/files.ts'
import type { UploadUp } from '../../src/shared/contract.ts'
import { FilesDesk } from '../../src/main/files/files-desk.ts'
import { startDelayProxy, startServer, type TestServer } from '../testbed/index.ts'
import { appSource } from './app-site.ts'
import { on, Pipeline, resources } from './pipeline.ts'
import { visit } from './visitor.ts'

let server: TestServer
let here: Pipeline
let files: FilesDesk

const pages = 'pages.example.test'
const program = 'program.example.test'
const data = `/srv/homeport/${program}/data/files`
const body = async (path = '/'): Promise<string> => (await visit(server.host, pages, path)).body
const names = (entries: readonly FileEntry[]): string[] => entries.map(({ name }) => name).sort()
const entry = async (site: string, folder: string, name: string): Promise<FileEntry | undefined> => (await files.list(site, folder)).entries.find((one) => one.name === name)

beforeAll(async () => {
  server = await startServer()
  here = Pipeline.to(server)
  files = new FilesDesk(here.session, resources)
  await here.apply({ kind: 'set-up' })
  await here.addUpload(pages, { 'index.html': '<h1>One</h1>', 'style.css': 'a{}', 'img/a.svg': '<svg/>' })
  await here.addSite({ domain: program, source: appSource({ VERSION: 'one' }) })
})
afterAll(async () => {
  files?.close()
  here?.close()
  await server?.stop()
})

/** What the window sends, and what it is told. */
async function upload(desk: FilesDesk, site: string, folder: string, what: readonly (readonly [string, Buffer])[], during?: (sent: number) => void, signal = new AbortController().signal): Promise<FileUploadEvent[]> {
  const events: FileUploadEvent[] = []
  let give: (message: UploadUp) => void = () => {}
  let credit = 0
  let wake = (): void => {}
  const send = async (message: UploadUp): Promise<void> => {
    while (credit === 0) await new Promise<void>((resolve) => { wake = resolve })
    credit -= 1
    give(message)
  }
  const done = desk.upload(site, { path: folder }, {
    signal,
    emit: async (event) => {
      events.push(event as FileUploadEvent)
      if (event.kind === 'credit') { credit += event.messages; wake() }
      if (event.kind === 'progress') during?.(event.sentBytes)
    },
    onUp: (listener) => { give = listener },
  }, (attempt) => sleep(Math.min(2000, 100 * 2 ** attempt)))
  let isOver = false
  const finished = done.finally(() => { isOver = true; credit = Infinity; wake() })
  const sending = (async () => {
    for (const [path, content] of what) {
      await send({ kind: 'file', path, sizeBytes: content.length })
      for (let from = 0; from < content.length && !isOver; from += 196_608) await send({ kind: 'chunk', data: content.subarray(from, from + 196_608).toString('base64') })
    }
    await send({ kind: 'end' })
  })()
  await finished
  await sending
  return events
}

async function fetchDownload(site: string, paths: string[]): Promise<{ name: string; content: Buffer }> {
  const download = await (await files.download(site, paths)).open()
  return { name: download.name, content: await buffer(download.body) }
}

async function unzip(content: Buffer): Promise<Map<string, string>> {
  const zip = await yauzl.fromBufferPromise(content, {})
  const found = new Map<string, string>()
  for await (const one of zip.eachEntry()) found.set(one.fileName, one.fileName.endsWith('/') ? '' : (await buffer(await zip.openReadStreamPromise(one))).toString())
  return found
}

describe('the pages of a site', () => {
  it('are listed with size, time and permissions', async () => {
    const listing = await files.list(pages, '')
    expect(listing).toMatchObject({ isThere: true, isWritable: true, isCut: false })
    expect(names(listing.entries)).toEqual(['img', 'index.html', 'style.css'])
    expect(listing.entries.find(({ name }) => name === 'index.html')).toMatchObject({ kind: 'file', sizeBytes: 12, mode: 0o644 })
    expect(Math.abs((listing.entries[0]?.modifiedAt ?? 0) - Date.now())).toBeLessThan(600_000)
    expect(names((await files.list(pages, 'img')).entries)).toEqual(['a.svg'])
    await expect(files.list(pages, 'gone')).rejects.toMatchObject({ code: 'file-missing' })
  })
  it('take one exchange to look into, once they are open', async () => {
    const session = await here.session()
    const before = session.exchanges
    await Promise.all([files.list(pages, ''), files.list(pages, 'img')])
    expect(session.exchanges).toBe(before)
  })
  it('are edited, and visitors see it at once', async () => {
    const { text, version } = await files.read(pages, 'index.html')
    expect(text).toBe('<h1>One</h1>')
    const next = await files.write(pages, { path: 'index.html', text: '<h1>Größer</h1>\r\n', version })
    expect(await body()).toBe('<h1>Größer</h1>\r\n')
    await expect(files.write(pages, { path: 'index.html', text: 'lost', version })).rejects.toMatchObject({ code: 'file-changed' })
    expect((await files.read(pages, 'index.html')).version).toBe(next.version)
    await expect(files.write(pages, { path: 'index.html', text: 'new', version: null })).rejects.toMatchObject({ code: 'file-exists' })
    await files.write(pages, { path: 'img/new.txt', text: '', version: null })
    expect(await on(server, `stat -c '%U %a' /srv/homeport/${pages}/current/img/new.txt`)).toBe('homeport 644')
  })
  it('are not edited where they are no text', async () => {
    await on(server, `head -c 20 /dev/urandom >/srv/homeport/${pages}/current/odd.bin; printf 'a\\0b' >/srv/homeport/${pages}/current/nul; truncate -s 2M /srv/homeport/${pages}/current/large.txt; mkfifo /srv/homeport/${pages}/current/pipe`)
    for (const path of ['odd.bin', 'nul', 'large.txt']) await expect(files.read(pages, path), path).rejects.toMatchObject({ code: 'file-not-text' })
    for (const path of ['img', 'pipe']) await expect(files.read(pages, path), path).rejects.toMatchObject({ code: 'file-refused' })
    await on(server, `rm /srv/homeport/${pages}/current/pipe`)
  })
  it('get folders and names, and nothing is ever replaced by that', async () => {
    await files.makeFolder(pages, 'new')
    await expect(files.makeFolder(pages, 'new')).rejects.toMatchObject({ code: 'file-exists' })
    await files.rename(pages, 'style.css', 'new/style.css')
    await expect(files.rename(pages, 'new/style.css', 'index.html')).rejects.toMatchObject({ code: 'file-exists' })
    await expect(files.rename(pages, 'new', 'new/below')).rejects.toMatchObject({ code: 'file-refused' })
    expect((await visit(server.host, pages, '/new/style.css')).status).toBe(200)
  })
  it('go to a trash that visitors cannot see, and come back', async () => {
    await files.delete(pages, ['new', 'index.html'])
    expect((await visit(server.host, pages, '/new/style.css')).status).toBe(404)
    const trash = await files.trash(pages)
    expect(trash.map(({ path, kind }) => [path, kind]).sort()).toEqual([['index.html', 'file'], ['new', 'folder']])
    for (const path of ['/.homeport/trash/', '/.trash/', '/../.homeport/trash/']) expect((await visit(server.host, pages, path)).status, path).toBeGreaterThanOrEqual(400)
    await files.write(pages, { path: 'index.html', text: 'other', version: null })
    const ofIndex = trash.find(({ path }) => path === 'index.html')?.id ?? ''
    await expect(files.restore(pages, ofIndex)).rejects.toMatchObject({ code: 'file-exists' })
    await files.delete(pages, ['index.html'])
    expect(await files.restore(pages, ofIndex)).toEqual({ path: 'index.html' })
    expect(await body()).toContain('Größer')
    await expect(files.restore(pages, ofIndex)).rejects.toMatchObject({ code: 'file-missing' })
    await files.emptyTrash(pages)
    expect(await files.trash(pages)).toEqual([])
    expect(await on(server, `find /srv/homeport/${pages}/.homeport -type f | wc -l`)).toBe('0')
  })
  it('are not those of a version that was replaced meanwhile', async () => {
    const { release } = await here.send({ 'index.html': 'Two', 'img/b.svg': '<svg/>' })
    await here.apply({ kind: 'change-site', siteId: pages, draft: { domain: pages, www: false, source: { kind: 'upload', release } } })
    expect(names((await files.list(pages, 'img')).entries)).toEqual(['b.svg'])
    expect(await here.leftToDo()).toEqual([])
  })
})

describe('links', () => {
  it('that lead out are shown and never followed', async () => {
    await on(server, `cd /srv/homeport/${pages}/current && ln -s /etc etc && ln -s /etc/passwd passwd && ln -s ../../../.. up && ln -s img inside && ln -s index.html home && ln -s nowhere nowhere && ln -s /usr/lib/os-release release`)
    // A line that is opened now: looking takes nothing away.
    files.close()
    expect((await entry(pages, '', 'inside'))?.link).toEqual({ target: 'img', to: { path: 'img', kind: 'folder' } })
    expect((await entry(pages, '', 'home'))?.link).toEqual({ target: 'index.html', to: { path: 'index.html', kind: 'file' } })
    for (const name of ['etc', 'passwd', 'up', 'nowhere', 'release']) expect((await entry(pages, '', name))?.link?.to, name).toBeNull()
    for (const path of ['etc', 'up']) await expect(files.list(pages, path), path).rejects.toMatchObject({ code: expect.stringMatching(/^file-(refused|missing)$/) as string })
    for (const path of ['passwd', 'home', 'release', 'etc/passwd', 'up/etc/passwd']) await expect(files.read(pages, path), path).rejects.toMatchObject({ code: expect.stringMatching(/^file-(refused|missing)$/) as string })
    for (const path of ['up/tmp/x', 'etc/x', 'up/x']) {
      await expect(files.write(pages, { path, text: 'x', version: null }), path).rejects.toMatchObject({ code: expect.stringMatching(/^file-(refused|missing)$/) as string })
      await expect(files.makeFolder(pages, path), path).rejects.toMatchObject({ code: expect.stringMatching(/^file-(refused|missing)$/) as string })
    }
    await expect(upload(files, pages, 'up', [['x', Buffer.from('x')]])).rejects.toMatchObject({ code: expect.stringMatching(/^file-(refused|missing)$/) as string })
    await expect(files.download(pages, ['up/etc/passwd'])).rejects.toMatchObject({ code: expect.stringMatching(/^file-(refused|missing)$/) as string })
    expect((await unzip((await fetchDownload(pages, ['passwd'])).content)).size).toBe(0)
  })
  it('are deleted as links, and what they lead to stays', async () => {
    await files.delete(pages, ['etc', 'passwd', 'up', 'inside', 'home', 'nowhere', 'release'])
    await files.emptyTrash(pages)
    expect(names((await files.list(pages, 'img')).entries)).toEqual(['b.svg'])
    expect(await on(server, 'test -s /etc/passwd && echo there')).toBe('there')
  })
})

describe('names', () => {
  const nasty = ['-rf', ' leading', 'trailing ', '$(touch harm)', '`id`', "it's", 'a"b', 'new\nline', 'tab\there', '*', '~', 'ünïcödé', '\u202egnp.exe', '.hidden', 'a;b|c&d', '%2e%2e', 'x'.repeat(255)]
  it('of any kind are listed, read, renamed, fetched and deleted', async () => {
    await files.makeFolder(pages, 'nasty')
    for (const name of nasty) await files.write(pages, { path: `nasty/${name}`, text: name, version: null })
    expect(names((await files.list(pages, 'nasty')).entries)).toEqual([...nasty].sort())
    for (const name of nasty) expect((await files.read(pages, `nasty/${name}`)).text).toBe(name)
    for (const name of nasty.slice(0, 8)) expect((await fetchDownload(pages, [`nasty/${name}`])).content.toString(), name).toBe(name)
    const zip = await unzip((await fetchDownload(pages, ['nasty'])).content)
    expect(zip.get('nasty/new_line')).toBe('new\nline')
    expect([...zip.keys()]).toHaveLength(nasty.length + 1)
    await files.rename(pages, 'nasty/-rf', 'nasty/--help')
    await files.delete(pages, nasty.slice(1).map((name) => `nasty/${name}`))
    expect(names((await files.list(pages, 'nasty')).entries)).toEqual(['--help'])
    expect((await files.trash(pages)).map(({ path }) => path).sort()).toEqual(nasty.slice(1).map((name) => `nasty/${name}`).sort())
    await files.emptyTrash(pages)
  })
  it('that are not text are shown, harm nothing and can be mended', async () => {
    await on(server, `cd /srv/homeport/${pages}/current/nasty && touch "$(printf 'gr\\366\\337e.txt')" "$(printf '\\377')"`)
    expect((await files.list(pages, 'nasty')).entries.filter(({ hasOddName }) => hasOddName)).toHaveLength(2)
    expect(await files.mendNames(pages, 'nasty')).toBe(2)
    expect(names((await files.list(pages, 'nasty')).entries)).toEqual(['%FF', '--help', 'gr%F6%DFe.txt'])
  })
  it('lead nowhere else', async () => {
    for (const path of ['../../x', 'a/../../x', '/etc/passwd', 'a//b', '.', 'a\0b']) {
      const { FilePath } = await import('../../src/shared/files.ts')
      expect(FilePath.safeParse(path).success, JSON.stringify(path)).toBe(false)
    }
  })
})

describe('the data of a program', () => {
  it('is reached whoever it belongs to, and new files belong to the same', async () => {
    await on(server, `mkdir -m 0700 ${data}/private && echo secret >${data}/private/a.txt && chmod 0600 ${data}/private/a.txt && chown -R 1234:4321 ${data}/private`)
    expect((await files.list(program, '')).isWritable).toBe(false)
    expect(names((await files.list(program, '')).entries)).toEqual(['files'])
    const { text, version } = await files.read(program, 'files/private/a.txt')
    expect(text).toBe('secret\n')
    await files.write(program, { path: 'files/private/a.txt', text: 'changed\n', version })
    await files.write(program, { path: 'files/private/b.txt', text: 'new', version: null })
    await files.makeFolder(program, 'files/private/c')
    await upload(files, program, 'files/private', [['d/e.txt', Buffer.from('e')]])
    expect(await on(server, `cd ${data}/private && stat -c '%n %u:%g %a' a.txt b.txt c d d/e.txt`)).toBe('a.txt 1234:4321 600\nb.txt 1234:4321 644\nc 1234:4321 755\nd 1234:4321 755\nd/e.txt 1234:4321 644')
  })
  it('keeps the folders that the program was given', async () => {
    await expect(files.delete(program, ['files'])).rejects.toMatchObject({ code: 'file-refused' })
    await expect(files.rename(program, 'files', 'other')).rejects.toMatchObject({ code: 'file-refused' })
    await expect(files.makeFolder(program, 'other')).rejects.toMatchObject({ code: 'file-refused' })
  })
  it('is all that can be seen: not the server, not the neighbour, though the program makes links', async () => {
    await on(server, `ln -s / ${data}/root && ln -s /srv/homeport/${pages} ${data}/neighbour && ln -s ../../../${pages} ${data}/beside`)
    for (const path of ['root', 'neighbour', 'beside', 'root/etc', 'root/usr/lib']) await expect(files.list(program, `files/${path}`), path).rejects.toMatchObject({ code: expect.stringMatching(/^file-(refused|missing)$/) as string })
    expect(await on(server, `systemctl list-units --all 'run-*.service' --output=json --no-pager | grep -c 'files of ${program}'`)).toBe('1')
  })
  it('has a trash that the program does not see', async () => {
    await files.delete(program, ['files/private'])
    expect(await on(server, `docker exec homeport-${program}-$(awk '$1 == "${program}" { print $2 }' /var/lib/homeport/live/live.map) find /data -name 'item*'`)).toBe('')
    const [one] = await files.trash(program)
    await files.restore(program, one?.id ?? '')
    expect((await files.read(program, 'files/private/a.txt')).text).toBe('changed\n')
    expect(await here.leftToDo()).toEqual([])
  })
})

it('say why they cannot be opened, at once, where the server cannot start its SFTP server', async () => {
  await on(server, 'mv /usr/lib/openssh/sftp-server /usr/lib/openssh/sftp-server.away')
  const fresh = new FilesDesk(here.session, resources)
  try {
    const refusal = { code: 'command-failed', detail: expect.stringContaining('is not on this server') as string }
    await expect(fresh.list(pages, '')).rejects.toMatchObject(refusal)
    await expect(upload(fresh, pages, '', [['a', Buffer.from('a')]])).rejects.toMatchObject(refusal)
  } finally {
    fresh.close()
    await on(server, 'mv /usr/lib/openssh/sftp-server.away /usr/lib/openssh/sftp-server')
  }
})

describe('files that are sent', () => {
  it('arrive whole, with their folders, replace files and no folder, and leave nothing behind', async () => {
    const large = randomBytes(3_000_000)
    const many = Array.from({ length: 300 }, (_, index) => [`deep/${index % 7}/${index}.txt`, Buffer.from(`file ${index}`)] as const)
    const events = await upload(files, pages, '', [['large.bin', large], ['empty', Buffer.alloc(0)], ['.git/config', Buffer.from('x')], ...many])
    expect(events.at(-1)).toEqual({ kind: 'stored', files: 302, bytes: large.length + many.reduce((sum, [, content]) => sum + content.length, 0) })
    expect((await fetchDownload(pages, ['large.bin'])).content.equals(large)).toBe(true)
    expect(await on(server, `cd /srv/homeport/${pages}/current && find deep -type f | wc -l && cat deep/5/299.txt && stat -c %s empty && ls -a | grep -c '^.git$' || true`)).toBe('300\nfile 2990\n0')
    await upload(files, pages, '', [['large.bin', Buffer.from('small now')]])
    expect(await body('/large.bin')).toBe('small now')
    await expect(upload(files, pages, '', [['deep', Buffer.from('x')]])).rejects.toMatchObject({ code: 'file-refused' })
    await expect(upload(files, pages, '', [['large.bin/x', Buffer.from('x')]])).rejects.toMatchObject({ code: 'file-refused' })
    await expect(upload(files, pages, '', [['../x', Buffer.from('x')]])).rejects.toMatchObject({ code: 'upload-invalid' })
    expect(await on(server, `ls /srv/homeport/${pages}/.homeport/incoming | wc -l`)).toBe('0')
  })
  it('go on by themselves after the line was cut, twice', async () => {
    const proxy = await startDelayProxy({ host: server.host, port: server.port, rttMs: 20 })
    const far = Pipeline.to(server, proxy)
    const desk = new FilesDesk(far.session, resources)
    try {
      const content = randomBytes(60_000_000)
      let cuts = 0
      const events = await upload(desk, pages, 'cut', [['a.bin', content], ['b.txt', Buffer.from('b')]], (sent) => {
        if (sent < (cuts + 1) * 15_000_000 || cuts === 2) return
        cuts += 1
        proxy.cut()
      })
      expect(cuts).toBe(2)
      expect(events.filter(({ kind }) => kind === 'line').map((event) => (event as { state: string }).state)).toEqual(['lost', 'back', 'lost', 'back'])
      expect((await fetchDownload(pages, ['cut/a.bin'])).content.equals(content)).toBe(true)
      expect((await files.read(pages, 'cut/b.txt')).text).toBe('b')
    } finally {
      desk.close()
      far.close()
      await proxy.stop()
    }
  })
  it('leave nothing behind where they are given up', async () => {
    const given = new AbortController()
    await expect(upload(files, pages, '', [['given-up.bin', randomBytes(30_000_000)]], (sent) => { if (sent > 5_000_000) given.abort(new Error('given up')) }, given.signal)).rejects.toThrow()
    expect(await on(server, `ls /srv/homeport/${pages}/.homeport/incoming | wc -l`)).toBe('0')
    expect(names((await files.list(pages, '')).entries)).not.toContain('given-up.bin')
  })
  it('say that the disk is full, and leave what was there', async () => {
    await on(server, `mkdir -p /mnt/small && mount -t tmpfs -o size=2m tmpfs /mnt/small && cp -a /srv/homeport/${pages}/. /mnt/small/ 2>/dev/null; cd / && mount --bind /mnt/small /srv/homeport/${pages}`)
    const fresh = new FilesDesk(here.session, resources)
    try {
      await expect(upload(fresh, pages, '', [['huge.bin', randomBytes(8_000_000)]])).rejects.toMatchObject({ code: 'disk-full' })
      expect(names((await fresh.list(pages, '')).entries)).not.toContain('huge.bin')
    } finally {
      fresh.close()
      await sleep(500)
      await on(server, `umount /srv/homeport/${pages}; umount /mnt/small`)
    }
  })
})
