import { z } from 'zod'

export const DnsRecord = z.object({
  action: z.enum(['add', 'change', 'remove']),
  type: z.enum(['A', 'AAAA', 'CNAME', 'CAA']),
  name: z.string(),
  /** To set, or to remove. */
  value: z.string(),
})
export type DnsRecord = z.infer<typeof DnsRecord>

export const dnsVerdicts = [
  /** All public addresses of the name are this server's. */
  'here',
  /** The name has no address, or does not exist. */
  'missing',
  /** Its addresses are those of another machine. */
  'elsewhere',
  /** Some addresses lead here and some elsewhere, such as an old AAAA record. */
  'mixed',
  /** A network in between (CDN) answers for the name. */
  'cdn',
  /** It leads here, but a CAA record keeps the chosen authority from signing. */
  'caa',
  /** The authoritative servers are right; caches of public resolvers still have the old answer. */
  'spreading',
  /** DNS could not be asked. */
  'unknown',
] as const
export const DnsVerdict = z.enum(dnsVerdicts)
export type DnsVerdict = z.infer<typeof DnsVerdict>

/** What DNS says about one name, seen from this computer. */
export const NameReport = z.object({
  name: z.string(),
  verdict: DnsVerdict,
  /** One or two plain sentences: what was found and what to do. */
  message: z.string(),
  /** Changes to make where the domain's DNS is managed, ready to be copied. */
  records: z.array(DnsRecord),
  /** What was seen: by public resolvers, and by the domain's own name servers where they answered. */
  seen: z.array(z.object({ by: z.string(), a: z.array(z.string()), aaaa: z.array(z.string()), cname: z.string().nullable(), caa: z.array(z.string()), error: z.string().nullable() })),
})
export type NameReport = z.infer<typeof NameReport>

export const DnsReport = z.object({ /** Milliseconds since 1970. */ at: z.number(), names: z.array(NameReport) })
export type DnsReport = z.infer<typeof DnsReport>
