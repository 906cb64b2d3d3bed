import { expect, it } from 'vitest'
import { siteAddress } from '../../src/main/render/site-address.ts'

/** An IPv4 address as a number. */
const numberOf = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const rangeOf = (cidr: string): readonly [first: number, last: number] => {
  const [address = '', bits] = cidr.split('/')
  const size = 2 ** (32 - Number(bits))
  expect(numberOf(address) % size).toBe(0)
  return [numberOf(address), numberOf(address) + size - 1]
}

it('gives every slot a network of its own inside 10.213.0.0/16, below that of builds', () => {
  const [low, high] = rangeOf('10.213.0.0/16')
  let before = low
  const bridges = new Set<string>()
  for (let slot = 1; slot <= 4063; slot++) {
    const address = siteAddress(slot)
    const [first, last] = rangeOf(address.subnet)
    const [dynamicFirst, dynamicLast] = rangeOf(address.dynamicRange)
    const [gateway, container] = [numberOf(address.gateway), numberOf(address.container)]
    // Ascending and without overlap: so no two of them share an address.
    if (!(first > before && last <= high)) expect.fail(`slot ${slot} overlaps`)
    before = last
    if (!(first < gateway && gateway < container && container < dynamicFirst && dynamicLast <= last)) expect.fail(`slot ${slot} has its addresses in the wrong places`)
    bridges.add(address.bridge)
    // IFNAMSIZ of linux/if.h: 15 characters and a NUL.
    if (address.bridge.length > 15) expect.fail(`the bridge of slot ${slot} has too long a name`)
  }
  expect(bridges.size).toBe(4063)
  expect(siteAddress(1)).toMatchObject({ subnet: '10.213.0.16/28', gateway: '10.213.0.17', container: '10.213.0.18', dynamicRange: '10.213.0.24/29' })
})

it.each([0, -1, 4064, 1.5, Number.NaN])('has no network with the number %s', (slot) => expect(() => siteAddress(slot)).toThrow(RangeError))
