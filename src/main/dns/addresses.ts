import { BlockList, isIP } from 'node:net'

/** Public addresses of a server, as text. */
export interface Expected { readonly v4: readonly string[]; readonly v6: readonly string[] }

/** One way to write each address, so that two can be compared: IPv6 as in RFC 5952, without a zone. Null for anything else. */
export function canonicalAddress(text: string): string | null {
  const [bare = ''] = text.trim().split('%')
  switch (isIP(bare)) {
    case 4: return bare
    case 6: return new URL(`http://[${bare}]/`).hostname.slice(1, -1)
    default: return null
  }
}

export function canonicalAddresses(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => canonicalAddress(text) ?? []))]
}

/** Whether an address is reached over the Internet (IANA's registries of special-purpose addresses, RFC 6890). */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && !special.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/** A set of networks, written as in `192.0.2.0/24`. */
export function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/')
    list.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4')
  }
  return list
}

// The ranges for documentation are left out: examples and tests live there, and nothing else does.
const special = blockList([
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16', '224.0.0.0/3',
  '::/127', 'fc00::/7', 'fe80::/10', 'ff00::/8',
])
