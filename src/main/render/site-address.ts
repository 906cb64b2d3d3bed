/** The private network of a site's slot: sixteen addresses of 10.213.0.0/16. The first one is that of all static sites, the last 512 addresses are those of builds: 4063 sites fit in between. */
export interface SiteAddress {
  readonly subnet: string
  readonly gateway: string
  /** The container, where there is one of it. Where there are two of which one is live: the same as `blue`. */
  readonly container: string
  readonly blue: string
  readonly green: string
  /** For containers without a fixed address. */
  readonly dynamicRange: string
  readonly bridge: string
}

/** Addresses are fixed and not looked up in Docker's DNS: the proxy then needs neither Docker nor a reload when a container starts anew. */
export function siteAddress(slot: number): SiteAddress {
  if (!Number.isInteger(slot) || slot < 1 || slot > 4063) throw new RangeError(`There is no network with the number ${slot}.`)
  return addressOf(slot)
}

function addressOf(slot: number): SiteAddress {
  const prefix = `10.213.${slot >> 4}`
  const first = (slot & 15) << 4
  return {
    subnet: `${prefix}.${first}/28`, gateway: `${prefix}.${first + 1}`, container: `${prefix}.${first + 2}`, blue: `${prefix}.${first + 2}`, green: `${prefix}.${first + 3}`,
    dynamicRange: `${prefix}.${first + 8}/29`, bridge: `homeport${slot}`,
  }
}

/** The network of the one web server for all static sites: slot 0. */
export const staticAddress: SiteAddress = addressOf(0)

/** The network in which builds have their way to the Internet: no site's. */
export const buildsAddress = { subnet: '10.213.255.0/24', gateway: '10.213.255.1', dynamicRange: '10.213.255.0/24', bridge: 'homeportbuilds' } as const
