/** The one web server for all static sites: how files are served, and that no site harms another. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LogLine } from '../../src/shared/log.ts'
import type { Serving } from '../../src/shared/site-source.ts'
import { followLogs } from '../../src/main/server/logs.ts'
import { startServer, type TestServer } from '../testbed/index.ts'
import { on, Pipeline } from './pipeline.ts'
import { keepAlive, visit } from './visitor.ts'

let server: TestServer
let here: Pipeline

beforeAll(async () => {
  server = await startServer()
  here = Pipeline.to(server)
  await here.apply({ kind: 'set-up' })
})
afterAll(async () => {
  here.close()
  await server.stop()
})

it('has no web server for static sites before there is one', async () => {
  expect(await on(server, 'ls /etc/systemd/system | grep -c homeport-static || true')).toBe('0')
})

it('serves single-page apps, own error pages, folders, lists and nothing hidden', async () => {
  const files = {
    'dist/index.html': 'app', 'dist/errors/gone.html': 'gone', 'dist/assets/index-Bk3nq2Za.js': 'hashed', 'dist/main.4f9a21bc.chunk.js': 'hashed', 'dist/about.html': 'about',
    'dist/assets/photo-20240115.jpg': 'date', 'dist/style-overview.css': 'word', 'dist/wallpaper-1920x1080.jpg': 'size', 'dist/.env': 'secret', 'dist/.well-known/security.txt': 'known', 'dist/empty/inner.txt': 'inner', 'outside.txt': 'outside',
  }
  const add = async (domain: string, serving: Serving) => await here.addSite({ domain: `${domain}.example.test`, source: { kind: 'upload', release: (await here.send(files)).release, folder: 'dist', serving } })
  await add('app', { singlePage: true })
  await add('files', { notFound: 'errors/gone.html', listing: true })
  await add('plain', { cacheHashed: false })
  const ask = async (domain: string, path: string) => { const page = await visit(server.host, `${domain}.example.test`, path); return [page.status, page.body] as const }
  expect(await ask('app', '/some/route')).toEqual([200, 'app'])
  expect(await ask('app', '/empty/')).toEqual([200, 'app'])
  expect(await ask('app', '/about.html')).toEqual([200, 'about'])
  expect((await ask('app', '/.env'))[0]).toBe(404)
  expect(await ask('files', '/none')).toEqual([404, 'gone'])
  expect(await ask('files', '/empty/')).toEqual([200, expect.stringContaining('inner.txt')])
  expect(await ask('files', '/')).toEqual([200, 'app'])
  expect(await ask('plain', '/none')).toEqual([404, expect.stringContaining('There is nothing at this address')])
  expect(await ask('plain', '/none.js')).toEqual([404, expect.stringContaining('There is nothing at this address')])
  expect(await ask('plain', '/404.html')).toEqual([404, expect.stringContaining('There is nothing at this address')])
  expect(await ask('plain', '/empty/')).toEqual([403, expect.stringContaining('without a page of its own')])
  expect(await ask('plain', '/.env')).toEqual([404, expect.any(String)])
  expect(await ask('plain', '/.well-known/security.txt')).toEqual([200, 'known'])
  expect((await ask('plain', '/outside.txt'))[0]).toBe(404)
  expect((await ask('plain', '/../outside.txt'))[0]).toBeGreaterThanOrEqual(400)
  const cache = async (domain: string, path: string): Promise<unknown> => (await visit(server.host, `${domain}.example.test`, path)).headers['cache-control']
  for (const path of ['/assets/index-Bk3nq2Za.js', '/main.4f9a21bc.chunk.js']) {
    expect([path, await cache('app', path)]).toEqual([path, 'public, max-age=31536000, immutable'])
    expect([path, await cache('plain', path)]).toEqual([path, 'no-cache'])
  }
  for (const path of ['/', '/route-4f9a21bc.js', '/assets/photo-20240115.jpg', '/style-overview.css', '/wallpaper-1920x1080.jpg']) expect([path, await cache('app', path)]).toEqual([path, 'no-cache'])
  expect(await here.leftToDo()).toEqual([])
})

it('serves small and large texts compressed where a browser takes it', async () => {
  await here.addUpload('large.example.test', { 'index.html': 'large', 'site.css': 'a{b:c}\n'.repeat(1000), 'ready.js': 'plain', 'ready.js.gz': 'packed' })
  const headers = async (path: string, encoding: string) => (await visit(server.host, 'large.example.test', path, { headers: { 'accept-encoding': encoding } })).headers
  expect((await headers('/site.css', 'gzip'))['content-encoding']).toBe('gzip')
  expect((await headers('/site.css', 'identity'))['content-encoding']).toBeUndefined()
  expect((await visit(server.host, 'large.example.test', '/ready.js', { headers: { 'accept-encoding': 'gzip' } })).body).toBe('packed')
})

it('follows no link among files that were sent, wherever it leads', async () => {
  await on(server, `cd /srv/homeport/plain.example.test/current/dist
    setpriv --reuid=homeport --regid=homeport --clear-groups ln -s about.html inner.html
    setpriv --reuid=homeport --regid=homeport --clear-groups ln -s /etc/passwd passwd
    setpriv --reuid=homeport --regid=homeport --clear-groups ln -s /etc/homeport etc`)
  const status = async (path: string): Promise<number> => (await visit(server.host, 'plain.example.test', path)).status
  expect(await Promise.all(['/inner.html', '/passwd', '/etc/nginx.conf', '/etc/run'].map(status))).toEqual([404, 404, 404, 404])
  await on(server, 'cd /srv/homeport/plain.example.test/current/dist && rm inner.html passwd etc')
})

it('drops no request while it loads its configuration again and again', async () => {
  const agent = keepAlive(4)
  const failures: string[] = []
  let requests = 0
  let isOver = false
  const visitor = async (): Promise<void> => {
    while (!isOver) {
      requests++
      await visit(server.host, 'plain.example.test', '/about.html', { agent }).then((page) => { if (page.status !== 200) failures.push(String(page.status)) }, (error: Error) => failures.push(error.message))
    }
  }
  const visitors = Array.from({ length: 4 }, visitor)
  for (let n = 0; n < 15; n++) await on(server, 'systemctl reload homeport-static')
  isOver = true
  await Promise.all(visitors)
  agent.destroy()
  process.stderr.write(`    15 reloads: ${requests} requests\n`)
  expect(failures).toEqual([])
  expect(requests).toBeGreaterThan(100)
})

it('serves all other sites while the file or the folder of one is broken, after a restart too, and a set-up mends it', async () => {
  const file = '/etc/homeport/static/sites/files.example.test.conf'
  const status = async (name: string): Promise<number> => (await visit(server.host, `${name}.example.test`)).status
  await on(server, `echo 'this is { no configuration' > ${file}`)
  await expect(on(server, 'systemctl reload homeport-static'), 'somebody is told').rejects.toThrow()
  expect(await Promise.all(['plain', 'files'].map(status)), 'what was loaded before goes on').toEqual([200, 200])
  // Another site is not kept from its own change.
  await here.apply({ kind: 'pause-site', siteId: 'large.example.test', paused: true })
  await here.apply({ kind: 'pause-site', siteId: 'large.example.test', paused: false })
  await on(server, `echo 'this is { no configuration' > ${file}; systemctl restart homeport-static`)
  expect(await Promise.all(['plain', 'large', 'app'].map(status))).toEqual([200, 200, 200])
  await on(server, 'mv /srv/homeport/app.example.test /srv/homeport/moved.example.test; chmod 0700 /srv/homeport/large.example.test')
  expect(await Promise.all(['plain', 'app', 'large'].map(status))).toEqual([200, 404, 404])
  await on(server, 'mv /srv/homeport/moved.example.test /srv/homeport/app.example.test; chmod 0755 /srv/homeport/large.example.test')
  await here.apply({ kind: 'set-up' })
  expect(await Promise.all(['plain', 'files', 'app', 'large'].map(status))).toEqual([200, 200, 200, 200])
  expect(await here.leftToDo()).toEqual([])
})

it("shows in a site's log what is said of it, and nothing of its neighbours", async () => {
  const seen: LogLine[] = []
  const stop = new AbortController()
  const following = (async () => {
    for await (const batch of followLogs({ session: here.session, source: { kind: 'site', siteId: 'plain.example.test' }, lines: 5, signal: stop.signal, pause: () => sleep(200) })) seen.push(...batch)
  })()
  await visit(server.host, 'app.example.test', '/of-the-neighbour')
  await visit(server.host, 'plain.example.test', '/of-this-one')
  await expect.poll(() => seen.some((line) => line.message.includes('/of-this-one')), { timeout: 10_000 }).toBe(true)
  expect(seen.filter((line) => line.message.includes('neighbour'))).toEqual([])
  expect(seen.at(-1)).toMatchObject({ unit: 'homeport-static', priority: 6 })
  stop.abort()
  await following
  expect(await on(server, 'journalctl -o cat -n 20 SYSLOG_FACILITY=22 _UID=101')).toContain('/of-the-neighbour')
})

it('refuses to restart a static site, which has no container of its own', async () => {
  for (const kind of ['restart-site', 'reset-site'] as const) await expect(here.desk.act({ kind, siteId: 'plain.example.test' })).rejects.toMatchObject({ code: 'input-invalid' })
})

it('goes with the last static site', async () => {
  const sites = (await here.facts()).spec?.sites ?? []
  for (const { id } of sites) await here.apply({ kind: 'remove-site', siteId: id, data: 'delete' })
  expect(await on(server, "docker ps -aq --filter name=homeport-static; docker network ls -q --filter name=homeport-static; find /etc -path '*homeport*static*'")).toBe('')
  expect(await here.leftToDo()).toEqual([])
})
