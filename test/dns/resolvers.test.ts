import { expect, it } from 'vitest'
import { publicResolvers, resolversFromEnvironment, resolverAt, addressOfServer, serverAt } from '../../src/main/dns/resolvers.ts'
import { canonicalAddress, isPublicAddress } from '../../src/main/dns/addresses.ts'
import { cdnOf } from '../../src/main/dns/cdn.ts'

it('reads name servers with and without a port', () => {
  expect(resolversFromEnvironment('10.0.0.1, 10.0.0.2:5353,[::1]:53, 2001:db8::1,')).toEqual(['10.0.0.1', '10.0.0.2:5353', '[::1]:53', '2001:db8::1'])
  expect(resolversFromEnvironment(undefined)).toBe(publicResolvers)
})

it('gives what node’s Resolver takes', () => {
  for (const server of resolversFromEnvironment('10.0.0.1,10.0.0.2:5353,[::1]:5353,2001:db8::1')) expect(resolverAt(server).getServers()).toEqual([server])
  expect([serverAt('10.0.0.1', 54), serverAt('::1', 54)]).toEqual(['10.0.0.1:54', '[::1]:54'])
  expect(['10.0.0.1', '10.0.0.1:5', '[::1]:5', '::1', '[::1]'].map(addressOfServer)).toEqual(['10.0.0.1', '10.0.0.1', '::1', '::1', '::1'])
})

it.each([['', 'names no name server'], [' , ', 'names no name server'], ['dns.example.org', '"dns.example.org" is not'], ['10.0.0.1:99999', '"10.0.0.1:99999"'], ['10.0.0.1:0', 'is not'], ['10.0.0.300', 'is not'], ['[10.0.0.1]:53', 'is not'], ['::1]:53', 'is not'], [Array(11).fill('10.0.0.1').join(), 'more than 10']])('refuses %j with what is wrong', (value, words) => {
  expect(() => resolversFromEnvironment(value)).toThrow(expect.objectContaining({ code: 'input-invalid', message: expect.stringContaining(words), hint: expect.stringContaining('10.0.0.2:5353') }))
})

it('compares addresses however they are written', () => {
  expect(['2001:0DB8::0:10', 'fe80::1%eth0', ' 192.0.2.1 ', 'x', '1.2.3'].map(canonicalAddress)).toEqual(['2001:db8::10', 'fe80::1', '192.0.2.1', null, null])
})

it('knows private addresses', () => {
  expect(['10.1.1.1', '100.64.0.1', '127.0.0.53', '169.254.1.1', '172.31.0.1', '192.168.0.1', '0.0.0.0', '255.255.255.255', '::1', '::', 'fe80::1', 'fd00::1', 'ff02::1', 'no address'].filter(isPublicAddress)).toEqual([])
  expect(['8.8.8.8', '172.32.0.1', '100.128.0.1', '203.0.113.1', '2606:4700::1111'].filter((address) => !isPublicAddress(address))).toEqual([])
})

it('knows a network in between by whole names only', () => {
  expect(cdnOf('x.cloudfront.net', [])).toBe('Amazon CloudFront')
  expect(cdnOf('notcloudfront.net', [])).toBeNull()
  expect(cdnOf(null, ['198.51.100.1', '172.64.0.1'])).toBe('Cloudflare')
  expect(cdnOf(null, ['172.80.0.1', '2606:4701::1'])).toBeNull()
})
