import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { proxyFormat, proxyWord } from '../../src/main/render/proxy-text.ts'
import { render } from '../../src/main/render/render.ts'
import { loadResources } from '../../src/main/resources.ts'
import { ServerSpec, type Site } from '../../src/shared/spec.ts'

const resources = loadResources(join(import.meta.dirname, '../../resources'))
const hash = `$2b$05$${'a'.repeat(53)}`

/** A file of the proxy of a server with one site. */
function proxyFile(name: string, source: Site['source'], more: object = {}): string {
  const spec = ServerSpec.parse({ version: 1, revision: 1, sites: [{ id: 'a.org', slot: 2, domain: 'a.org', www: false, source, ...more }] })
  const found = render(spec, resources).find((resource) => resource.kind === 'file' && resource.name === `/etc/homeport/proxy/${name}`)
  return found?.kind === 'file' ? found.content : ''
}
const backend = (source: Site['source'], more: object = {}): string[] => (proxyFile('haproxy.cfg', source, more).split('\nbackend site:a.org\n')[1] ?? '').split('\n\n')[0]?.split('\n').map((line) => line.trim()).filter((line) => line !== '') ?? []
const upload = { kind: 'upload', release: 'u20260101000000-0123abcd' } as const

describe('a word of the proxy’s configuration', () => {
  it.each([['plain', 'plain'], ['', "''"], ['a b', "'a b'"], ["it's", String.raw`'it'\''s'`], ['$HOME "x" \\ #', `'$HOME "x" \\ #'`]])('%j is written as %s', (text, written) => expect(proxyWord(text)).toBe(written))
  it('never holds what would begin a new line', () => {
    for (const text of ['a\nb', 'a\r', '\0', '\u007f']) expect(() => proxyWord(text)).toThrow(RangeError)
  })
  it('is not taken for a variable', () => expect(proxyFormat('100% %[src]', { fetch: 'path' })).toBe("'100%% %%[src]%[path]'"))
})

describe('the way to a site', () => {
  it('is the one web server for all sites of files, which is told no password', () => {
    expect(backend(upload)).toEqual(['http-request del-header Authorization', 'server static 10.213.0.2:8080'])
  })
  it('is the one of its two containers that is live, on a connection of its own', () => {
    expect(backend({ kind: 'image', image: 'ghost:6', app: { port: 2368 } })).toEqual(expect.arrayContaining([
      'option http-server-close', 'use-server green if { var(txn.colour) -m str green }', 'server blue 10.213.0.34:2368', 'server green 10.213.0.35:2368',
    ]))
  })
  it.each([
    ['http://127.0.0.1:3000', {}, ' 127.0.0.1:3000'],
    ['http://[2001:db8::1]', {}, ' [2001:db8::1]:80'],
    ['https://192.0.2.1', { verify: false }, ' 192.0.2.1:443 ssl verify none alpn http/1.1'],
    ['https://b.org', {}, ' b.org:443 ssl verify required ca-file /etc/ssl/certs/ca-certificates.crt verifyhost b.org sni str(b.org) alpn http/1.1 resolvers system resolve-prefer ipv4 init-addr last,none'],
    ['http://localhost:3000', {}, ' 127.0.0.1:3000'],
  ])('is the address %s', (url, more, line) => expect(backend({ kind: 'address', url, ...more }).at(-1)?.replace(/^server [0-9a-f]{16}/, '')).toBe(line))
  it('may change its mind about none of these while it is asked for an order twice', () => {
    for (const source of [{ kind: 'address', url: 'http://b.org' }, { kind: 'image', image: 'ghost:6', app: { port: 1 } }] as const) expect(backend(source)).toContain('http-request disable-l7-retry unless { method GET HEAD OPTIONS }')
  })
})

describe('the names of a site', () => {
  const more = { www: true, aliases: [{ domain: 'b.org', redirect: false }, { domain: 'c.org', redirect: true }] }
  it('lead to it, or to its own domain, and are all in its certificate', () => {
    expect(proxyFile('hosts.map', upload, more)).toBe('a.org site:a.org\nb.org site:a.org\n')
    expect(proxyFile('redirects.map', upload, more)).toBe('www.a.org a.org\nc.org a.org\n')
    expect(proxyFile('crt-list.txt', upload, more)).toBe('/certificates/a.org.pem [alpn h2,http/1.1] a.org b.org www.a.org c.org\n')
    expect(proxyFile('hosts.map', upload, { ...more, paused: true })).toBe('a.org paused\nb.org paused\n')
  })
})

describe('who may come in', () => {
  it('is asked before anything else, first for the address, and with as little hashing as can be', () => {
    const rules = backend(upload, { access: { users: [{ name: 'anna', hash }], addresses: ['203.0.113.7'] } })
    const order = ['acl is-allowed', 'unless is-allowed', 'track-sc0', 'status 429', 'http_auth(visitors:a.org)', 'sc-inc-gpc0', 'http-request auth', 'server static'].map((part) => rules.findIndex((rule) => rule.includes(part)))
    expect(order).toEqual([...order].sort((a, b) => a - b))
    expect(order).not.toContain(-1)
  })
  it('stands with its hash in a file for root and the proxy alone', () => {
    const spec = ServerSpec.parse({ version: 1, revision: 1, sites: [{ id: 'a.org', slot: 2, domain: 'a.org', www: false, source: upload, access: { users: [{ name: 'anna', hash }] } }] })
    const holding = render(spec, resources).filter((resource) => resource.kind === 'file' && resource.content.includes(hash))
    expect(holding).toMatchObject([{ name: '/etc/homeport/spec.json', mode: 0o600 }, { name: '/etc/homeport/proxy/haproxy.cfg', mode: 0o640, gid: 99, content: expect.stringContaining(`  user anna password '${hash}'\n`) }])
  })
})
