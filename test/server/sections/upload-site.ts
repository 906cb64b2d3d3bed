import { createHash, randomBytes } from 'node:crypto'
import { symlink } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { readFolder } from '../../../src/main/upload/folder.ts'
import { sendFiles } from '../../../src/main/upload/send-files.ts'
import type { UploadEntry } from '../../../src/main/upload/entry-path.ts'
import { startDelayProxy } from '../../testbed/index.ts'
import type { Home } from '../home.ts'
import { withFolder } from '../local-folder.ts'
import { on, Pipeline } from '../pipeline.ts'
import { visit } from '../visitor.ts'

const domain = 'up.example.test'

/** A site whose files were sent from the person's computer. */
export function testUploadSite(home: () => Home): void {
  const releases: string[] = []
  const publish = async (files: Record<string, string>): Promise<void> => {
    const { here } = home()
    const { release } = await here.send(files)
    releases.push(release)
    await here.apply({ kind: 'change-site', siteId: domain, draft: { domain, www: false, source: { kind: 'upload', release } } })
  }

  it('serves a folder that was sent, and nothing is left to do', async () => {
    const { server, here } = home()
    const sent = await here.send({ 'index.html': 'upload one', 'css/site.css': 'body{}', '.DS_Store': 'clutter', '.git/config': 'clutter' })
    expect(sent).toMatchObject({ files: 2, bytes: 16, hasIndex: true })
    releases.push(sent.release)
    await here.addSite({ domain, source: { kind: 'upload', release: sent.release } })
    expect((await visit(server.host, domain)).body).toBe('upload one')
    expect(await visit(server.host, domain, '/css/site.css')).toMatchObject({ status: 200, headers: { 'content-type': 'text/css' }, names: [domain] })
    expect(await here.leftToDo()).toEqual([])
    expect(await on(server, 'ls -A /var/lib/homeport/uploads')).toBe('')
  })

  it('publishes again, rolls back, and keeps the five newest versions', async () => {
    const { server, here } = home()
    await publish({ 'index.html': 'upload two' })
    expect((await visit(server.host, domain)).body).toBe('upload two')
    expect((await visit(server.host, domain, '/css/site.css')).status, 'a version is a whole').toBe(404)
    await here.apply({ kind: 'choose-release', siteId: domain, release: releases[0] ?? '' })
    expect((await visit(server.host, domain)).body).toBe('upload one')
    for (const n of [3, 4, 5, 6]) await publish({ 'index.html': `upload ${n}` })
    const kept = (await here.facts()).sites.get(domain)?.releases ?? []
    expect(kept.map(({ id, current }) => [id, current])).toEqual(releases.slice(-5).reverse().map((id, index) => [id, index === 0]))
    await expect(here.apply({ kind: 'choose-release', siteId: domain, release: releases[0] ?? '' }), 'a version that is gone').rejects.toThrow('Send them again')
    expect((await visit(server.host, domain)).body).toBe('upload 6')
    await here.apply({ kind: 'choose-release', siteId: domain, release: releases.at(-1) ?? '' })
    expect(await here.leftToDo()).toEqual([])
  })

  it('serves files of any name', async () => {
    const { server } = home()
    const names = ['with space.txt', 'ünïcode 日本.txt', `quo"te's.txt`, '-rf', '--help.txt', '100%.txt', '$(touch x).txt', '`id`.txt', 'a;b&c|d.txt', '*.txt', '#hash?.txt', 'emoji 🚢.txt', '~', `${'long'.repeat(60)}.txt`, `deep/${'folder/'.repeat(60)}end.txt`]
    await publish(Object.fromEntries(names.map((name) => [name, `I am ${name}`])))
    const bodies = await Promise.all(names.map(async (name) => (await visit(server.host, domain, `/${name.split('/').map(encodeURIComponent).join('/')}`)).body))
    expect(bodies).toEqual(names.map((name) => `I am ${name}`))
  })

  it('refuses names that could lead out of the folder, and leaves nothing on the server', async () => {
    const { server, here } = home()
    const names = ['../out', 'a/../../out', '/etc/passwd', 'a//b', './a', 'line\nbreak', 'nul\0', 'bell\u0007', 'back\\slash', '', 'x'.repeat(256), '\ud800']
    for (const name of names) {
      await expect(sendFiles(here.target(), entries([['index.html', 'ok'], [name, 'bad']])), JSON.stringify(name)).rejects.toMatchObject({ code: 'upload-invalid' })
    }
    await expect(sendFiles(here.target(), entries([]))).rejects.toMatchObject({ code: 'upload-invalid' })
    expect(await on(server, 'ls -A /var/lib/homeport/uploads; ls -d /out /srv/out /var/lib/out /var/lib/homeport/out 2>/dev/null || true')).toBe('')
  })

  it('leaves nothing on the server of an upload that was given up, and takes it again', async () => {
    const { server, here } = home()
    for (const bytes of [1_000_000, 40_000_000]) {
      const given = new AbortController()
      const sent = sendFiles(here.target({ signal: given.signal }), stopsHalfway(bytes, () => given.abort(new Error('given up'))))
      await expect(sent, String(bytes)).rejects.toThrow('given up')
      await expect.poll(() => on(server, 'ls -A /var/lib/homeport/uploads'), { timeout: 10_000 }).toBe('')
    }
    const again = await here.send({ 'index.html': 'again' })
    expect(await on(server, 'ls -A /var/lib/homeport/uploads')).toBe(again.release)
    await on(server, 'rm -r /var/lib/homeport/uploads/*')
  })

  it('goes on where the line was cut, twice, and publishes what was sent to the byte', async () => {
    const { server } = home()
    const line = await startDelayProxy({ host: server.host, port: server.port, rttMs: 10 })
    const away = Pipeline.to(server, line)
    const told: string[] = []
    let cuts = 0
    const content = randomBytes(100_000_000)
    const stored = await sendFiles(away.target({ onLine: (state) => told.push(state) }), cutTwice(content, () => { cuts += 1; line.cut() }))
    expect(cuts).toBe(2)
    // What was lost and back before anybody asked is not told.
    expect(told.length % 2).toBe(0)
    expect(await on(server, `cd /var/lib/homeport/uploads && ls -A && sha256sum <${stored.release}/large.bin`)).toBe(`${stored.release}\n${createHash('sha256').update(content).digest('hex')}  -`)
    expect(stored).toMatchObject({ files: 2, bytes: content.length + 5 })
    await on(server, 'rm -r /var/lib/homeport/uploads/*')
    away.close()
    await line.stop()
  })

  it('is stored once where the line was cut while the server unpacked it', async () => {
    const { server } = home()
    const line = await startDelayProxy({ host: server.host, port: server.port, rttMs: 10 })
    const away = Pipeline.to(server, line)
    const sending = sendFiles(away.target(), slowToUnpack())
    await expect.poll(() => on(server, 'ls -A /var/lib/homeport/uploads'), { interval: 5, timeout: 60_000 }).toMatch(/^\.u[0-9a-f-]+\.\d+$/m)
    line.cut()
    const { release } = await sending
    await expect.poll(() => on(server, 'ls -A /var/lib/homeport/uploads'), { timeout: 20_000 }).toBe(release)
    expect(await on(server, `cd /var/lib/homeport/uploads/${release} && stat -c '%n %s' *`)).toBe('noise 6000000\nzeros 400000000')
    await on(server, 'rm -r /var/lib/homeport/uploads/*')
    away.close()
    await line.stop()
  })

  it('is sent again as a whole where it is small and its answer was lost', async () => {
    const { server } = home()
    const line = await startDelayProxy({ host: server.host, port: server.port, rttMs: 10 })
    const away = Pipeline.to(server, line)
    const told: string[] = []
    const sending = sendFiles(away.target({ onLine: (state) => told.push(state) }), entries([['index.html', 'x'.repeat(2_000_000)]]))
    await expect.poll(() => on(server, 'ls -A /var/lib/homeport/uploads'), { interval: 5, timeout: 10_000 }).not.toBe('')
    line.cut()
    const { release } = await sending
    expect(told.length % 2).toBe(0)
    expect(await on(server, `cd /var/lib/homeport/uploads && stat -c %s ${release}/index.html`)).toBe('2000000')
    await on(server, 'rm -r /var/lib/homeport/uploads/* /var/lib/homeport/uploads/.[!.]* 2>/dev/null || true')
    away.close()
    await line.stop()
  })

  it('does not follow links of the folder that is sent', async () => {
    const { server, here } = home()
    const stored = await withFolder({ 'index.html': 'links' }, async (folder) => {
      await symlink('/etc/passwd', `${folder}/passwd`)
      return await sendFiles(here.target(), readFolder(folder))
    })
    expect(stored.files).toBe(1)
    expect(await on(server, `ls -A /var/lib/homeport/uploads/${stored.release}; rm -r /var/lib/homeport/uploads/*`)).toBe('index.html')
  })
}

async function* entries(files: readonly (readonly [path: string, content: string])[]): AsyncGenerator<UploadEntry> {
  for (const [path, content] of files) yield { path, sizeBytes: Buffer.byteLength(content), content: once(Buffer.from(content)) }
}

async function* once(chunk: Buffer): AsyncGenerator<Uint8Array> { yield chunk }

/** A file that cannot be compressed, and is given up in its middle. */
async function* stopsHalfway(bytes: number, giveUp: () => void): AsyncGenerator<UploadEntry> {
  yield {
    path: 'large.bin', sizeBytes: bytes,
    content: (async function* () {
      yield randomBytes(bytes / 2)
      await sleep(300)
      giveUp()
      yield randomBytes(bytes / 2)
    })(),
  }
}

/** Little to send, and much to write. */
async function* slowToUnpack(): AsyncGenerator<UploadEntry> {
  yield { path: 'noise', sizeBytes: 6_000_000, content: once(randomBytes(6_000_000)) }
  yield { path: 'zeros', sizeBytes: 400_000_000, content: (async function* () { for (let n = 0; n < 400; n++) yield Buffer.alloc(1_000_000) })() }
}

/** A large file during which the line is cut twice, and a small one. */
async function* cutTwice(content: Buffer, cut: () => void): AsyncGenerator<UploadEntry> {
  yield {
    path: 'large.bin', sizeBytes: content.length,
    content: (async function* () {
      for (let from = 0; from < content.length; from += 1_000_000) {
        if (from === 30_000_000 || from === 70_000_000) cut()
        yield content.subarray(from, from + 1_000_000)
      }
    })(),
  }
  yield* entries([['small.txt', 'small']])
}
