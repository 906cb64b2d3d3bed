/** The private network of a site's slot: sixteen addresses of 10.213.0.0/16, so 4095 sites fit beside the unused first. */
export interface SiteAddress { readonly subnet: string; readonly gateway: string; readonly container: string; /** For containers without a fixed address. */ readonly dynamicRange: string; readonly bridge: string }

/** Addresses are fixed and not looked up in Docker's DNS: the proxy then needs neither Docker nor a reload when a container starts anew. */
export function siteAddress(slot: number): SiteAddress {
  if (!Number.isInteger(slot) || slot < 1 || slot > 4095) throw new RangeError(`There is no network with the number ${slot}.`)
  const prefix = `10.213.${slot >> 4}`
  const first = (slot & 15) << 4
  return { subnet: `${prefix}.${first}/28`, gateway: `${prefix}.${first + 1}`, container: `${prefix}.${first + 2}`, dynamicRange: `${prefix}.${first + 8}/29`, bridge: `homeport${slot}` }
}
