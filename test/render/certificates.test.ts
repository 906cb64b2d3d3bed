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
    const from = spec([site('a.org', { kind: 'own', secret: id('a') })], { alerts: { webhook: id('b'), mail: null } })
    expect(configurationOf(from)).toMatchObject({ sites: [{ kind: 'own', secret: id('a') }] })
    expect(JSON.parse(contentOf(from, '/etc/homeport/alerts/alerts.json'))).toEqual({ webhook: id('b'), mail: null })
  })
  it('asks for another attempt when what it depends on changes', () => {
    const inputs = (from: ServerSpec): unknown => (configurationOf(from) as { sites: { inputs: string }[] }).sites[0]?.inputs
    const one = spec([site('a.org', { kind: 'dns', account: 'd00000001', wildcard: false })], { certificates: { authority: { kind: 'lets-encrypt' }, dnsAccounts: [account('cloudflare', id('c'))] } })
    const other = { ...one, certificates: { ...one.certificates, dnsAccounts: [account('cloudflare', id('d'))] } }
    expect(inputs(one)).not.toBe(inputs(other))
  })
})

describe('the programs that get certificates', () => {
  const images = '/etc/homeport/certificates/images'
  it('are certbot alone where no site needs a plugin', () => expect(contentOf(spec([]), images)).toMatch(/^certbot\/certbot:\S+ automatic\ncertbot\/certbot:\S+ closing\n$/))
  it('come with the plugin of a provider that a site uses, after the quick ones', () => {
    const from = spec([site('a.org', { kind: 'dns', account: 'd00000001', wildcard: true })], { certificates: { authority: { kind: 'lets-encrypt' }, dnsAccounts: [account('cloudflare', id('c'))] } })
    expect(contentOf(from, images)).toMatch(/^certbot\/certbot:\S+ automatic\ncertbot\/dns-cloudflare:\S+ cloudflare s(c{32})\ncertbot\/certbot:\S+ closing\n$/)
  })
  it('get the secrets that they use, each its own', () => {
    const from = spec([site('a.org', { kind: 'own', secret: id('a') }), site('b.org', { kind: 'dns', account: 'd00000001', wildcard: false })], {
      certificates: { authority: { kind: 'zerossl', eab: { keyId: 'k', secret: id('e') } }, dnsAccounts: [account('cloudflare', id('c'))] }, alerts: { webhook: id('b'), mail: null },
    })
    expect(contentOf(from, images).trim().split('\n').map((line) => line.split(' ').slice(1))).toEqual([['automatic', id('e'), id('a')], ['cloudflare', id('e'), id('c')], ['closing', id('b')]])
    expect(contentOf(from, '/etc/homeport/certificates/sites')).toBe('a.org automatic a.org\nb.org cloudflare b.org\n')
  })
  it('are certbot’s own image and a module of ours where it has no plugin: nothing is fetched from others', () => {
    const from = spec([site('a.org', { kind: 'dns', account: 'd00000001', wildcard: true })], { certificates: { authority: { kind: 'lets-encrypt' }, dnsAccounts: [account('hetzner', id('c'))] } })
    expect(contentOf(from, images)).toMatch(/^certbot\/certbot:\S+ hetzner s(c{32})$/m)
    expect(renderCertificates(from, resources).filter((resource) => resource.kind === 'image')).toEqual([{ kind: 'image', name: resources.images.certbot.ref.replace('docker.io/', ''), group: 'docker', ref: resources.images.certbot.ref }])
  })
})

it.each([
  [site('a.org', { kind: 'automatic' }), ['a.org']], [site('a.org', { kind: 'automatic' }, true), ['a.org', 'www.a.org']], [site('www.a.org', { kind: 'automatic' }, true), ['www.a.org', 'a.org']],
  [site('a.org', { kind: 'dns', account: 'd00000001', wildcard: true }, true), ['a.org', '*.a.org']], [site('www.a.org', { kind: 'dns', account: 'd00000001', wildcard: true }), ['a.org', '*.a.org']],
  [site('a.b.org', { kind: 'dns', account: 'd00000001', wildcard: true }, true), ['a.b.org', '*.a.b.org']],
])('covers the names of %o', (one, names) => expect(certificateNames(one)).toEqual(names))
