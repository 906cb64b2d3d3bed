import { expect, it } from 'vitest'
import { emptySpec } from '../../src/shared/spec.ts'
import { parseOwned, parseSpec } from '../../src/main/facts/spec.ts'

const file = (content: string | null) => ({ content, sha256: '', mode: 0o644, uid: 0, gid: 0 })
const specFiles = (content: string | null) => new Map([['/etc/homeport/spec.json', file(content)]])

it('knows no spec on a server without Homeport', () => expect([parseSpec(new Map()), parseOwned(new Map())]).toEqual([null, null]))

it('reads a spec', () => expect(parseSpec(specFiles('{"version":1,"revision":3,"sites":[]}'))).toEqual({ ...emptySpec, revision: 3 }))

it.each([['torn', '{"version":1,'], ['empty', ''], ['binary', null], ['not an object', '[]'], ['of another shape', '{"version":1,"revision":"x"}'], ['of an older kind', '{"version":0,"revision":1}'], ['with a list where one thing belongs', '{"version":1,"revision":1,"sites":[],"mail":[]}'], ['with something of no kind', '{"version":1,"revision":1,"certificates":{"authority":{}}}']])(
  'refuses a spec that is %s and says what to do', (_, content) => {
    expect(() => parseSpec(specFiles(content))).toThrow(expect.objectContaining({ code: 'spec-invalid', hint: expect.stringContaining('/etc/homeport/spec.json') as string }))
  })

it('asks for an update of Homeport where the server was set up by a newer one', () => {
  expect(() => parseSpec(specFiles('{"version":2,"anything":true}'))).toThrow(expect.objectContaining({ code: 'spec-newer', hint: expect.stringContaining('Update Homeport') as string }))
})

const app = { port: 2368, memoryMb: 64, environment: [{ name: 'A', value: 'b' }, { name: 'C', secret: `s${'2'.repeat(32)}` }], mail: { password: `s${'7'.repeat(32)}`, variables: { host: 'H' } } }
const site = (id: string, slot: number, source: object): object => ({ id, slot, domain: id, www: false, source })
/** A spec with a bit of everything. */
const whole = {
  version: 1, revision: 3,
  certificates: { authority: { kind: 'lets-encrypt' }, dnsAccounts: [] },
  alerts: { webhook: null, mail: null },
  sites: [
    { ...site('a.example', 1, { kind: 'git', url: 'https://example.org/x.git', branch: 'main' }), certificate: { kind: 'automatic' }, aliases: [{ domain: 'c.example', redirect: true }], access: { users: [], addresses: ['192.0.2.1'] }, limits: { maxBodyMb: 5 }, headers: [{ name: 'X-A', value: 'b' }], sftpKeys: [{ name: 'Kim', key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAZmqQ65WL6zqIEiFL0SOj5PdJQiT8XwfUaViqpknTcX' }] },
    site('b.example', 2, { kind: 'image', image: 'ghost:6', app }),
    site('d.example', 3, { kind: 'notice', title: 'a', text: 'b' }),
  ],
  mail: { hostname: 'mail.example.org', domains: [{ domain: 'example.net', aliases: [{ name: 'info', targets: ['kim@example.com'] }], mtaSts: { mode: 'testing' } }] },
}

/** The same with something added to one object in it: once for each object. */
function* grown(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield { ...value, later: true }
  for (const [key, inner] of Object.entries(value)) {
    for (const one of grown(inner)) yield Array.isArray(value) ? value.map((item: unknown, index) => (String(index) === key ? one : item)) : { ...value, [key]: one }
  }
}

it('asks for an update of Homeport where anything was added that this one does not know, wherever it is, and drops nothing', () => {
  expect(parseSpec(specFiles(JSON.stringify(whole)))).toMatchObject({ revision: 3 })
  const all = [...grown(whole)]
  expect(all.length).toBeGreaterThan(20)
  for (const spec of all) expect(() => parseSpec(specFiles(JSON.stringify(spec))), JSON.stringify(spec)).toThrow(expect.objectContaining({ code: 'spec-newer', detail: expect.stringContaining('later') as string }))
})

it.each([['kind of site', { ...whole, sites: [site('a.example', 1, { kind: 'worker' })] }], ['word', { ...whole, sites: [site('a.example', 1, { kind: 'image', image: 'ghost:6', updates: 'hourly', app })] }]])('asks for it too where there is a %s that it does not know', (_, spec) => {
  expect(() => parseSpec(specFiles(JSON.stringify(spec)))).toThrow(expect.objectContaining({ code: 'spec-newer' }))
})

it.each(['{"version":1,"resources":{},"later":true}', '{"version":1,"resources":{"network/x":{"later":true}}}'])('asks for it where the list of what is ours has more than it knows: %s', (content) => {
  expect(() => parseOwned(new Map([['/var/lib/homeport/owned.json', file(content)]]))).toThrow(expect.objectContaining({ code: 'spec-newer' }))
})

it('never takes a damaged list of what is ours for an empty one', () => {
  expect(() => parseOwned(new Map([['/var/lib/homeport/owned.json', file('{')]]))).toThrow(expect.objectContaining({ code: 'spec-invalid' }))
})
