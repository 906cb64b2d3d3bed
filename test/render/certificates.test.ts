import { describe, expect, it } from 'vitest'
import { certificateNames, emptySpec, type ServerSpec, type Site } from '../../src/shared/spec.ts'
import { loadResources } from '../../src/main/resources.ts'
import { renderCertificates } from '../../src/main/render/certificates.ts'

const resources = loadResources(new URL('../../resources', import.meta.url).pathname)
const id = (digit: string): string => `s${digit.repeat(32)}`
const site = (domain: string, certificate: Site['certificate'], www = false): Site =>
  ({ id: domain, slot: 1, domain, www, paused: false, hsts: false, certificate, source: { kind: 'upload', release: 'u20260101000000-0123abcd' } })
const spec = (sites: Site[], more: Partial<ServerSpec> = {}): ServerSpec => ({ ...emptySpec, sites: sites.map((one, index) => ({ ...one, slot: index + 1 })), ...more })
const contentOf = (from: ServerSpec, path: string): string => {
  const found = renderCertificates(from, resources).find((resource) => resource.kind === 'file' && resource.name === path)
  if (found?.kind !== 'file') throw new Error(`There is no ${path}.`)
  return found.content
}
const configurationOf = (from: ServerSpec): unknown => JSON.parse(contentOf(from, '/etc/homeport/certificates/certificates.json'))
const account = (provider: 'cloudflare' | 'hetzner', secret: string) => ({ id: 'd00000001', label: 'Mine', provider, secret })

describe('what the server shall get certificates for', () => {
  it('names each site, how it is proved, and the authority', () => {
    expect(configurationOf(spec([site('a.org', { kind: 'automatic' }, true)]))).toMatchObject({
      authority: { directory: 'https://acme-v02.api.letsencrypt.org/directory' },
      sites: [{ site: 'a.org', group: 'automatic', kind: 'automatic', names: ['a.org', 'www.a.org'], served: ['a.org', 'www.a.org'] }],
    })
  })
  it('never contains a secret, only where it lies', () => {
    const text = contentOf(spec([site('a.org', { kind: 'own', secret: id('a') })], { alerts: { webhook: id('b'), mail: null } }), '/etc/homeport/certificates/certificates.json')
    expect(JSON.parse(text)).toMatchObject({ alerts: { webhook: id('b') }, sites: [{ kind: 'own', secret: id('a') }] })
  })
  it('asks for another attempt when what it depends on changes', () => {
    const inputs = (from: ServerSpec): unknown => (configurationOf(from) as { sites: { inputs: string }[] }).sites[0]?.inputs
    const one = spec([site('a.org', { kind: 'dns', account: 'd00000001', wildcard: false })], { certificates: { authority: { kind: 'lets-encrypt' }, dnsAccounts: [account('cloudflare', id('c'))] } })
    const other = { ...one, certificates: { ...one.certificates, dnsAccounts: [account('cloudflare', id('d'))] } }
    expect(inputs(one)).not.toBe(inputs(other))
  })
})

describe('the programs that get certificates', () => {
  it('are certbot alone where no site needs a plugin', () => expect(contentOf(spec([]), '/etc/homeport/certificates/images')).toMatch(/^certbot\/certbot:\S+ automatic\n$/))
  it('come with the plugin of a provider that a site uses, after the quick ones', () => {
    const from = spec([site('a.org', { kind: 'dns', account: 'd00000001', wildcard: true })], { certificates: { authority: { kind: 'lets-encrypt' }, dnsAccounts: [account('cloudflare', id('c'))] } })
    expect(contentOf(from, '/etc/homeport/certificates/images')).toMatch(/^certbot\/certbot:\S+ automatic\ncertbot\/dns-cloudflare:\S+ cloudflare\n$/)
  })
  it('are built on the server from certbot’s own image where there is none with the plugin', () => {
    const from = spec([site('a.org', { kind: 'dns', account: 'd00000001', wildcard: true })], { certificates: { authority: { kind: 'lets-encrypt' }, dnsAccounts: [account('hetzner', id('c'))] } })
    const image = renderCertificates(from, resources).find((resource) => resource.kind === 'image' && resource.name.startsWith('homeport/'))
    expect(image).toMatchObject({ build: expect.stringMatching(/^FROM certbot\/certbot:\S+\nRUN .*certbot-dns-hetzner==\d/) as string })
  })
})

it.each([
  [site('a.org', { kind: 'automatic' }), ['a.org']], [site('a.org', { kind: 'automatic' }, true), ['a.org', 'www.a.org']], [site('www.a.org', { kind: 'automatic' }, true), ['www.a.org', 'a.org']],
  [site('a.org', { kind: 'dns', account: 'd00000001', wildcard: true }, true), ['a.org', '*.a.org']], [site('www.a.org', { kind: 'dns', account: 'd00000001', wildcard: true }), ['a.org', '*.a.org']],
  [site('a.b.org', { kind: 'dns', account: 'd00000001', wildcard: true }, true), ['a.b.org', '*.a.b.org']],
])('covers the names of %o', (one, names) => expect(certificateNames(one)).toEqual(names))
