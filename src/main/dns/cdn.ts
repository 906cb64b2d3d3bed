import { isIP } from 'node:net'
import { blockList } from './addresses.ts'

/** Source: https://www.cloudflare.com/ips/ (unchanged since 2023). */
const cloudflare = blockList([
  '173.245.48.0/20', '103.21.244.0/22', '103.22.200.0/22', '103.31.4.0/22', '141.101.64.0/18', '108.162.192.0/18', '190.93.240.0/20',
  '188.114.96.0/20', '197.234.240.0/22', '198.41.128.0/17', '162.158.0.0/15', '104.16.0.0/13', '104.24.0.0/14', '172.64.0.0/13', '131.0.72.0/22',
  '2400:cb00::/32', '2606:4700::/32', '2803:f800::/32', '2405:b500::/32', '2405:8100::/32', '2a06:98c0::/29', '2c0f:f248::/32',
])

/** Names that customers of each network point their CNAME records to. */
const networks: readonly (readonly [suffix: string, network: string])[] = [
  ['cdn.cloudflare.net', 'Cloudflare'],
  ['cloudfront.net', 'Amazon CloudFront'],
  ['fastly.net', 'Fastly'], ['fastlylb.net', 'Fastly'],
  ['edgekey.net', 'Akamai'], ['edgesuite.net', 'Akamai'], ['akamaiedge.net', 'Akamai'], ['akamai.net', 'Akamai'], ['akamaized.net', 'Akamai'],
  ['azureedge.net', 'Azure CDN'], ['azurefd.net', 'Azure Front Door'],
  ['b-cdn.net', 'bunny.net'], ['cdn77.org', 'CDN77'], ['kxcdn.com', 'KeyCDN'], ['gcdn.co', 'Gcore'],
  ['incapdns.net', 'Imperva'], ['impervadns.net', 'Imperva'], ['sucuri.net', 'Sucuri'], ['cachefly.net', 'CacheFly'], ['llnwd.net', 'Edgio'],
]

/** The network in between, by what a name is an alias of or by its addresses; null if none of the well-known ones. */
export function cdnOf(cname: string | null, addresses: readonly string[]): string | null {
  const byName = networks.find(([suffix]) => cname === suffix || cname?.endsWith(`.${suffix}`) === true)
  if (byName !== undefined) return byName[1]
  return addresses.some((address) => cloudflare.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) ? 'Cloudflare' : null
}
