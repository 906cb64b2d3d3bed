import { symlink } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { readFolder } from '../../../src/main/upload/folder.ts'
import { sendFiles } from '../../../src/main/upload/send-files.ts'
import type { UploadEntry } from '../../../src/main/upload/entry-path.ts'
import { startDelayProxy } from '../../testbed/index.ts'
import type { Home } from '../home.ts'
import { withFolder } from '../local-folder.ts'
import { on, Pipeline, resources } from '../pipeline.ts'
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
    const session = await here.session()
    const names = ['../out', 'a/../../out', '/etc/passwd', 'a//b', './a', 'line\nbreak', 'nul\0', 'bell\u0007', 'back\\slash', '', 'x'.repeat(256), '\ud800']
    for (const name of names) {
      await expect(sendFiles(session, entries([['index.html', 'ok'], [name, 'bad']]), resources), JSON.stringify(name)).rejects.toMatchObject({ code: 'upload-invalid' })
    }
    await expect(sendFiles(session, entries([]), resources)).rejects.toMatchObject({ code: 'upload-invalid' })
    expect(await on(server, 'ls -A /var/lib/homeport/uploads; ls -d /out /srv/out /var/lib/out /var/lib/homeport/out 2>/dev/null || true')).toBe('')
  })

  it('leaves nothing on the server of an upload that was cut off, and takes it again', async () => {
    const { server } = home()
    const line = await startDelayProxy({ host: server.host, port: server.port, rttMs: 10 })
    const away = Pipeline.to(server, line)
    const session = await away.session()
    const sent = sendFiles(session, slowFile(line.cut), resources)
    await expect(sent).rejects.toMatchObject({ code: 'connection-lost' })
    await expect.poll(() => on(server, 'ls -A /var/lib/homeport/uploads'), { timeout: 10_000 }).toBe('')
    const again = await away.send({ 'index.html': 'again' })
    expect(await on(server, 'ls -A /var/lib/homeport/uploads')).toBe(again.release)
    await on(server, 'rm -r /var/lib/homeport/uploads/*')
    away.close()
    await line.stop()
  })

  it('does not follow links of the folder that is sent', async () => {
    const { server, here } = home()
    const session = await here.session()
    const stored = await withFolder({ 'index.html': 'links' }, async (folder) => {
      await symlink('/etc/passwd', `${folder}/passwd`)
      return await sendFiles(session, readFolder(folder), resources)
    })
    expect(stored.files).toBe(1)
    expect(await on(server, `ls -A /var/lib/homeport/uploads/${stored.release}; rm -r /var/lib/homeport/uploads/*`)).toBe('index.html')
  })
}

async function* entries(files: readonly (readonly [path: string, content: string])[]): AsyncGenerator<UploadEntry> {
  for (const [path, content] of files) yield { path, sizeBytes: Buffer.byteLength(content), content: once(Buffer.from(content)) }
}

async function* once(chunk: Buffer): AsyncGenerator<Uint8Array> { yield chunk }

/** A file of 40 MB that stops after half of it, when the line is cut. */
async function* slowFile(cut: () => void): AsyncGenerator<UploadEntry> {
  const chunk = Buffer.alloc(1_000_000, 'x')
  yield { path: 'first.txt', sizeBytes: chunk.length, content: once(chunk) }
  yield {
    path: 'second.txt', sizeBytes: 40 * chunk.length,
    content: (async function* () {
      for (let n = 0; n < 40; n++) {
        if (n === 20) { await sleep(300); cut() }
        yield chunk
      }
    })(),
  }
}
