/** What visitors meet at sites of the kinds that the proxy serves itself, and what holds for visitors of every kind. */
import { createConnection, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashSitePassword } from '../../src/main/server/site-password.ts'
import type { SiteDraft, Source } from '../../src/shared/spec.ts'
import { startAcme, startServer, useResolver, type TestAcme, type TestServer } from '../testbed/index.ts'
import { nastyHeaders } from './nasty-headers.ts'
import { on, Pipeline } from './pipeline.ts'
import { deliver, deliverByHttp2, talk } from './sender.ts'
import { startUpstream, type Asked, type Upstream } from './upstream.ts'
import { visit, visitPlain, visitUntil, type Page } from './visitor.ts'

let server: TestServer
let here: Pipeline
let acme: TestAcme
let upstream: Upstream

const domain = 'visitors.example.test'
const neighbour = 'neighbour.example.test'
const address = (more: object = {}): Source => ({ kind: 'address', url: `http://${upstream.host}:${upstream.port}`, ...more })
const change = async (draft: Partial<SiteDraft>): Promise<void> => {
  await here.apply({ kind: 'change-site', siteId: domain, draft: { domain, www: false, source: address(), ...draft } })
  expect(await here.leftToDo(), 'a second plan is empty').toEqual([])
}
const asked = (page: Page): Asked => JSON.parse(page.body) as Asked
const get = (path = '/', headers: Record<string, string> = {}): Promise<Page> => visit(server.host, domain, path, { headers })
const basic = (name: string, password: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` })

/** Connections to the proxy that ask nothing; those that it refuses are destroyed. */
async function openMany(host: string, count: number): Promise<Socket[]> {
  return await Promise.all(Array.from({ length: count }, () => new Promise<Socket>((resolve) => {
    const socket = createConnection({ host, port: 443 })
    socket.once('connect', () => resolve(socket))
    socket.on('error', () => resolve(socket.destroy()))
    socket.on('close', () => resolve(socket.destroy()))
    socket.resume()
  })))
}

beforeAll(async () => {
  const started = await Promise.all([startServer(), startAcme(), startUpstream()])
  ;[server, acme, upstream] = started
  here = Pipeline.to(server)
  await here.addSite({ domain, source: address() })
  await here.addSite({ domain: neighbour, source: { kind: 'notice', title: 'Neighbour', text: 'still here' } })
})
afterAll(async () => {
  here.close()
  await Promise.all([server.stop(), acme.stop(), upstream.stop()])
})

describe('a flood of connections from one source', () => {
  it('is held to a quarter of what the proxy takes, and everybody else is served', async () => {
    const sockets = await openMany(server.host, 1300)
    try {
      await expect.poll(() => sockets.filter((socket) => !socket.destroyed).length, { timeout: 20_000 }).toBeLessThanOrEqual(1000)
      expect(sockets.filter((socket) => !socket.destroyed).length).toBeGreaterThan(900)
      expect(await on(server, `curl -sk -o /dev/null -w '%{http_code}' --resolve ${neighbour}:443:127.0.0.1 https://${neighbour}/`), 'somebody else').toBe('503')
    } finally {
      for (const socket of sockets) socket.destroy()
    }
    expect(await visitUntil(server.host, neighbour, (page) => page.status === 503), 'and the source itself once it is over').toMatchObject({ status: 503 })
  })
})

describe('a site that comes from another address', () => {
  it('is asked by its own name, and is told who the visitor is, whatever the visitor claims', async () => {
    const headers = { 'x-forwarded-for': '198.51.100.9', 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.test', 'x-real-ip': '198.51.100.9', forwarded: 'for=198.51.100.9',
      // Programs whose headers become variables take these for the same.
      x_forwarded_for: '198.51.100.9', 'x.forwarded.for': '198.51.100.9', 'x-forwarded_host': 'evil.test', x_real_ip: '198.51.100.9', proxy: 'http://evil.test' }
    const { url, headers: told } = asked(await get('/a/b?c=d%20e', headers))
    expect([url, told.host, told['x-forwarded-proto'], told['x-forwarded-host'], told['x-real-ip'], told.forwarded]).toEqual(['/a/b?c=d%20e', domain, 'https', domain, undefined, undefined])
    expect(Object.entries(told).filter(([name, value]) => /^198\.51|evil/.test(String(value)) || name === 'proxy')).toEqual([])
    expect(told['x-forwarded-for']).toMatch(/^10\.\d+\.\d+\.\d+$/)
    expect(await here.leftToDo()).toEqual([])
  })

  it('carries WebSockets and answers that come bit by bit', async () => {
    expect(await talk(server.host, domain, ['one ', 'two ', 'three'])).toBe('one two three')
    expect((await get('/bits?3')).body).toBe('1\n2\n3\nend')
    expect(await deliver(server.host, domain, { body: 'x'.repeat(300_000), isChunked: true })).toBe(200)
  })

  it('is asked by the name of the other server where that is wanted', async () => {
    await change({ source: address({ keepHost: false }) })
    const { headers } = asked(await get())
    expect([headers.host, headers['x-forwarded-host']]).toEqual([`${upstream.host}:${upstream.port}`, domain])
  })

  it('may be on the server itself, by an address of either kind', async () => {
    await on(server, 'sysctl -q -w net.ipv6.conf.lo.disable_ipv6=0')
    for (const [literal, listen, port] of [['127.0.0.1', 'TCP4-LISTEN', 3998], ['[::1]', 'TCP6-LISTEN', 3999]] as const) {
      await on(server, `docker exec --detach homeport-proxy socat ${listen}:${port},bind=${literal},fork,reuseaddr TCP:${upstream.host}:${upstream.port}`)
      await change({ source: { kind: 'address', url: `http://${literal}:${port}` } })
      expect((await get()).status, literal).toBe(200)
    }
  })

  it('answers a request that has gone round and round with 508', async () => {
    await change({})
    const page = await visit(server.host, domain, '/', { headers: { 'x-homeport-hop': '1, 1, 1, 1, 1' } })
    expect([page.status, page.body]).toEqual([508, expect.stringContaining('leads back to itself')])
    expect((await visit(server.host, domain, '/', { headers: { 'x-homeport-hop': '1, 1' } })).status).toBe(200)
    await change({ source: { kind: 'address', url: `http://${server.host}` } })
    expect((await get()).status).toBe(508)
  })

  it.each([`http://127.0.0.1`, `https://localhost`, 'http://[::1]:443', `https://${domain}`])('is refused at %s, where its own visitors come in', async (url) => {
    await expect(here.desk.plan({ kind: 'change-site', siteId: domain, draft: { domain, www: false, source: { kind: 'address', url } } })).rejects.toMatchObject({ code: 'input-invalid', message: expect.stringContaining('back to itself') })
  })
})

describe('a site that comes from a name', () => {
  const name = 'app.upstream.test'
  let secure: Upstream

  beforeAll(async () => {
    secure = await startUpstream([name])
    await useResolver(server, acme.dns.address)
    await here.act({ kind: 'restart-proxy' })
  })
  afterAll(() => secure.stop())
  const source = (more: object = {}): Source => ({ kind: 'address', url: `https://${name}:${secure.port}`, ...more })

  it('harms nobody while the name leads nowhere, and is there once the name is', async () => {
    await change({ source: source({ verify: false }) })
    expect(await visitUntil(server.host, domain, (page) => page.status === 503)).toMatchObject({ status: 503 })
    await here.act({ kind: 'restart-proxy' })
    expect((await visit(server.host, neighbour)).body).toContain('still here')
    acme.dns.set(name, { a: [secure.host] })
    expect(await visitUntil(server.host, domain, (page) => page.status === 200, 60_000)).toMatchObject({ status: 200 })
  })

  it('keeps what it knew while nobody answers for the name, with a new configuration too', async () => {
    for (const fails of [acme.dns.serveFail, acme.dns.keepSilent]) {
      fails(name)
      await new Promise((resolve) => setTimeout(resolve, 3000))
      expect((await get()).status).toBe(200)
      await change({ source: source({ verify: false }), limits: { timeoutSeconds: fails === acme.dns.serveFail ? 50 : 51 } })
      expect((await get()).status).toBe(200)
    }
  })

  it('does not hold up the start of the proxy while nobody answers for the name', async () => {
    await on(server, 'rm /run/homeport/proxy/servers.state')
    const began = Date.now()
    await here.act({ kind: 'restart-proxy' })
    expect((await visit(server.host, neighbour)).body).toContain('still here')
    expect(Date.now() - began).toBeLessThan(8000)
    expect((await get()).status).toBe(503)
    acme.dns.set(name, { a: [secure.host] })
    expect(await visitUntil(server.host, domain, (page) => page.status === 200, 60_000)).toMatchObject({ status: 200 })
  })

  it('checks the certificate of the other server unless told not to', async () => {
    await change({ source: source() })
    expect((await get()).status).toBe(503)
    expect((await visit(server.host, neighbour)).status).toBe(503)
    await on(server, 'cat >/usr/local/share/ca-certificates/upstream.crt && update-ca-certificates', secure.authority ?? '')
    await here.act({ kind: 'restart-proxy' })
    expect(await visitUntil(server.host, domain, (page) => page.status === 200)).toMatchObject({ status: 200 })
  })
})

describe('a redirect', () => {
  const to = 'https://elsewhere.example.test'
  it.each<[object, string, string, number, string]>([
    [{ to: `${to}/new`, keepPath: false, permanent: false }, '/a/b?c=d', 'GET', 307, `${to}/new`],
    [{ to: `${to}/new?x=%25y'"&#end`, keepPath: false, permanent: true }, '/', 'POST', 308, `${to}/new?x=%25y%27%22&#end`],
  ])('%j answers %s %s with %i', async (redirect, path, method, status, location) => {
    await change({ source: { kind: 'redirect', ...redirect } as Source })
    const page = await visit(server.host, domain, path, { method })
    expect([page.status, page.headers.location]).toEqual([status, location])
  })

  it('keeps path and query where that is wanted', async () => {
    const leadsTo = async (path: string): Promise<string | undefined> => (await get(path)).headers.location
    await change({ source: { kind: 'redirect', to: `${to}/new/`, keepPath: true, permanent: true } })
    expect(await Promise.all(['/', '/?a=b', '/x', '/x/', '/x/y?a=b&c=%20', '//evil.test/', '/%0d%0aSet-Cookie:%20x'].map(leadsTo))).toEqual([
      `${to}/new/`, `${to}/new/?a=b`, `${to}/new/x`, `${to}/new/x/`, `${to}/new/x/y?a=b&c=%20`, `${to}/new//evil.test/`, `${to}/new/%0d%0aSet-Cookie:%20x`,
    ])
    await change({ source: { kind: 'redirect', to: `${to}/page?own=1#part`, keepPath: true, permanent: false } })
    expect(await Promise.all(['/', '/?a=b', '/x?a=b'].map(leadsTo))).toEqual([`${to}/page?own=1#part`, `${to}/page?own=1&a=b#part`, `${to}/page/x?own=1&a=b#part`])
    await change({ source: { kind: 'redirect', to, keepPath: true, permanent: false } })
    expect(await leadsTo('/x')).toBe(`${to}/x`)
  })
})

describe('a notice', () => {
  it('is a page with its title and text, which are never taken for anything else', async () => {
    await change({ source: { kind: 'notice', title: `<script>"'&{TEXT} $& %[src]`, text: 'first line\nsecond <b>line</b> {TITLE} ü' } })
    const page = await get('/whatever')
    expect([page.status, page.headers['retry-after'], page.headers['content-type']]).toEqual([503, '3600', 'text/html; charset=utf-8'])
    expect(page.body).toContain(`<h1>&lt;script>"'&amp;{TEXT} $&amp; %[src]</h1><p>first line\nsecond &lt;b>line&lt;/b> {TITLE} ü</p>`)
  })

  it('may be as long as it may, with as many headers as there may be', async () => {
    const headers = [{ name: 'X-One', value: 'a'.repeat(4000) }, { name: 'X-Two', value: 'b'.repeat(4000) }]
    await change({ source: { kind: 'notice', title: '&'.repeat(200), text: '&'.repeat(4000) }, headers })
    const page = await get()
    expect([page.status, page.headers['x-one']?.length, page.headers['x-two']?.length, page.body.includes('</html>')]).toEqual([503, 4000, 4000, true])
  })
})

describe('who may come in', () => {
  it('asks for a name and a password, and keeps them from the site', async () => {
    const users = [{ name: 'anna', hash: await hashSitePassword('correct horse $1 %[src]') }, { name: 'bert', hash: await hashSitePassword('pässword') }]
    await change({ access: { users } })
    const page = await get()
    expect([page.status, page.headers['www-authenticate']]).toEqual([401, `Basic realm="${domain}"`])
    expect((await get('/', basic('anna', 'pässword'))).status).toBe(401)
    expect((await get('/', basic('nobody', 'x'))).status).toBe(401)
    for (const headers of [basic('anna', 'correct horse $1 %[src]'), basic('bert', 'pässword')]) expect(asked(await get('/', headers)).headers.authorization).toBeUndefined()
    expect((await visitPlain(server.host, domain, '/.well-known/acme-challenge/token')).status, 'a certificate can still be got').toBe(200)
    expect(await on(server, 'stat -c "%a %u %g" /etc/homeport/proxy/haproxy.cfg /etc/homeport/spec.json')).toBe('640 0 99\n600 0 0')
  })

  it('looks at no password any more after ten that were wrong', async () => {
    const right = basic('anna', 'correct horse $1 %[src]')
    const statuses: number[] = []
    for (let attempt = 0; attempt < 12; attempt++) statuses.push((await get('/', basic('anna', `guess ${attempt}`))).status)
    expect([statuses[0], statuses.at(-1)]).toEqual([401, 429])
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(10)
    const late = await get('/', right)
    expect([late.status, late.headers['retry-after']]).toEqual([429, '60'])
    expect((await visit(server.host, neighbour)).status, 'others do not notice').toBe(503)
    await expect.poll(async () => (await get('/', right)).status, { timeout: 130_000, interval: 5000 }).toBe(200)
  })

  it('lets in only the addresses that are named, as they are and not as they are claimed', async () => {
    const many = Array.from({ length: 150 }, (_, index) => `203.0.113.${index}`)
    await change({ access: { addresses: [...many, '2001:db8::/32'] } })
    const page = await get('/', { 'x-forwarded-for': '203.0.113.7' })
    expect([page.status, page.body]).toEqual([403, expect.stringContaining('not open to you')])
    await change({ access: { addresses: [...many, '10.0.0.0/8'] } })
    expect((await get()).status).toBe(200)
  })

  it('asks for both where both are given', async () => {
    const users = [{ name: 'anna', hash: await hashSitePassword('a password') }]
    await change({ access: { users, addresses: ['203.0.113.7'] } })
    expect((await get('/', basic('anna', 'a password'))).status).toBe(403)
    await change({ access: { users, addresses: ['10.0.0.0/8'] } })
    expect([(await get()).status, (await get('/', basic('anna', 'a password'))).status]).toEqual([401, 200])
  })
})

describe('what a site takes and gives', () => {
  it('takes bodies up to a size, and only of a size that is said', async () => {
    await change({ limits: { maxBodyMb: 1 } })
    const [fits, large] = ['x'.repeat(1_048_576), 'x'.repeat(1_048_577)]
    for (const send of [deliver, deliverByHttp2]) {
      expect(await send(server.host, domain, { method: 'GET' })).toBe(200)
      expect(await send(server.host, domain, { body: fits })).toBe(200)
      expect(await send(server.host, domain, { body: '' })).toBe(200)
      expect(await send(server.host, domain, { body: large }).catch((error: NodeJS.ErrnoException) => error.code)).toBe(413)
      expect(await send(server.host, domain, { body: 'small', isChunked: true })).toBe(411)
      expect(await send(server.host, domain, { method: 'GET', body: 'small', isChunked: true }).catch(String), 'a body is one whatever the method').toBe(send === deliver ? 411 : 200)
    }
    expect(await talk(server.host, domain, ['hello'])).toBe('hello')
  })

  it('waits for the site as long as is said, and goes on as long as the answer does', async () => {
    await change({ limits: { timeoutSeconds: 2 } })
    expect((await get('/slow?1000')).status).toBe(200)
    const before = upstream.count()
    const late = await get('/slow?9000')
    expect([late.status, late.body, upstream.count() - before]).toEqual([504, expect.stringContaining('too long'), 1])
    expect((await get('/bits?5')).body).toContain('end')
    await change({ limits: { timeoutSeconds: 120 } })
    expect(await deliver(server.host, domain, { path: '/slow?35000' }), 'longer than visitors themselves may be silent').toBe(200)
  })

  it('gives the headers that are wanted, byte for byte, and takes away those that are not', async () => {
    await change({ headers: [...nastyHeaders, { name: 'X-Powered-By', value: '' }] })
    const page = await get()
    for (const { name, value } of nastyHeaders) expect(page.headers[name.toLowerCase()], name).toBe(value)
    expect(page.headers['x-powered-by']).toBeUndefined()
  })
})

describe('names', () => {
  it('serves other names as they are, and leads further ones to the own domain', async () => {
    await change({ www: true, aliases: [{ domain: 'same.example.test', redirect: false }, { domain: 'old.example.test', redirect: true }] })
    const page = await visit(server.host, 'same.example.test')
    expect([page.status, asked(page).headers.host, page.names]).toEqual([200, 'same.example.test', [domain, 'same.example.test', `www.${domain}`, 'old.example.test']])
    for (const name of ['old.example.test', `www.${domain}`]) {
      const led = await visit(server.host, name, '/x?y=z')
      expect([led.status, led.headers.location]).toEqual([301, `https://${domain}/x?y=z`])
    }
    expect((await visitPlain(server.host, 'same.example.test', '/x')).headers.location).toBe('https://same.example.test/x')
  })

  it('pauses a site under all its names, and gives a name back when it is dropped', async () => {
    await here.apply({ kind: 'pause-site', siteId: domain, paused: true })
    for (const name of [domain, 'same.example.test']) expect((await visit(server.host, name)).body).toContain('taking a break')
    await here.apply({ kind: 'pause-site', siteId: domain, paused: false })
    await change({})
    await expect(visit(server.host, 'same.example.test')).rejects.toThrow()
    expect((await get()).status).toBe(200)
  })
})

describe('a copy of a site', () => {
  const [first, second] = ['original.example.test', 'copy.example.test'] as const
  it('begins with what the site serves, and lives on without it', async () => {
    await here.addUpload(first, { 'index.html': 'version one' })
    await on(server, `cd /srv/homeport/${first} && mkdir -p data/db releases/u20200101000000-0123abcd && echo rows >data/db/rows && ln -s /etc/passwd data/link && chown -R -h 999:998 data`)
    await here.apply({ kind: 'clone-site', siteId: first, domain: second })
    expect(await here.leftToDo()).toEqual([])
    const folder = `/srv/homeport/${second}`
    expect(await on(server, `cat ${folder}/current/index.html; echo; ls ${folder}/releases | wc -l; stat -c %U ${folder} ${folder}/releases/* | sort -u; ls -Ad /srv/homeport/.copy* || true`)).toBe('version one\n1\nhomeport')
    expect(await on(server, `cd ${folder}/data && cat db/rows && stat -c '%u:%g %F' . db/rows link`), 'what a container wrote is still its own').toBe('rows\n999:998 directory\n999:998 regular file\n999:998 symbolic link')
    await on(server, `echo changed > /srv/homeport/${first}/current/index.html; chown root:root ${folder}`)
    await here.apply({ kind: 'set-up' })
    expect(await on(server, `cat /srv/homeport/${second}/current/index.html`)).toBe('version one')
    await here.apply({ kind: 'remove-site', siteId: first, data: 'delete' })
    expect(await on(server, `cat /srv/homeport/${second}/current/index.html`)).toBe('version one')
    expect((await visit(server.host, second)).body).toBe('version one')
    expect(await here.leftToDo()).toEqual([])
  })
})
