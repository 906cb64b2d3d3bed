/** What holds for the visitors of a site, whatever its kind: who may come in, how much they may send, and what they are told. */
import { z } from 'zod'
import { Domain } from './domain.ts'

/** Another name of a site. With `redirect` it leads to the site's own domain, else it is served as it is. */
export const Alias = z.strictObject({ domain: Domain, redirect: z.boolean() })
export type Alias = z.infer<typeof Alias>

const ipv4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}(\/(3[0-2]|[12]?\d))?$/
const ipv6 = /^[0-9a-f:]{2,39}(\/(12[0-8]|1[01]\d|\d?\d))?$/i
/** An address or a network (CIDR, RFC 4632). */
export const AddressRange = z.string().trim().toLowerCase().refine((value) => ipv4.test(value) || (ipv6.test(value) && URL.canParse(`http://[${value.replace(/\/.*/, '')}]/`)), 'Type an address such as 203.0.113.7, or a network such as 203.0.113.0/24 or 2001:db8::/32.')

/** Someone who may come in. `hash`: bcrypt, made by `passwords.hash`; the proxy computes it at each request, so a costly one would keep it busy. */
export const SiteUser = z.strictObject({
  name: z.string().trim().regex(/^[A-Za-z0-9._@-]{1,64}$/, 'Letters, digits and . _ @ - are possible.'),
  hash: z.string().regex(/^\$2[aby]\$(0[4-9]|10)\$[./A-Za-z0-9]{53}$/, 'This is not the hash of a password.'),
})
export type SiteUser = z.infer<typeof SiteUser>

/** Where both are given, a visitor has to satisfy both. */
export const Access = z.strictObject({
  users: z.array(SiteUser).max(50).superRefine((users, context) => {
    const names = users.map(({ name }) => name)
    const double = names.findIndex((name, index) => names.indexOf(name) !== index)
    if (double !== -1) context.addIssue({ code: 'custom', path: [double, 'name'], message: 'This name is there twice.' })
  }).optional(),
  addresses: z.array(AddressRange).max(200).optional(),
})
export type Access = z.infer<typeof Access>

export const Limits = z.strictObject({
  /** Size of one request's body in MB; no limit unless said. */
  maxBodyMb: z.number().int().min(1).max(102_400).optional(),
  /** Seconds that the site may take to begin its answer; 60 unless said. */
  timeoutSeconds: z.number().int().min(1).max(3600).optional(),
})
export type Limits = z.infer<typeof Limits>

/** Headers that the proxy and HTTP itself are in charge of. */
const reserved = new Set(['connection', 'content-length', 'transfer-encoding', 'upgrade', 'trailer', 'te', 'keep-alive', 'host', 'strict-transport-security', 'date', 'content-encoding', 'set-cookie', 'location'])
/** A response header (RFC 9110 5.1, 5.5). An empty value takes the header away. */
export const ResponseHeader = z.strictObject({
  name: z.string().trim().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'This is not the name of a header.').refine((name) => !reserved.has(name.toLowerCase()), 'The proxy is in charge of this header.'),
  value: z.string().trim().max(4000).regex(/^[\u0020-\u007e]*$/, 'A value is one line of plain characters.'),
})
export type ResponseHeader = z.infer<typeof ResponseHeader>
export const ResponseHeaders = z.array(ResponseHeader).max(50).superRefine((headers, context) => {
  const names = headers.map(({ name }) => name.toLowerCase())
  const double = names.findIndex((name, index) => names.indexOf(name) !== index)
  if (double !== -1) context.addIssue({ code: 'custom', path: [double, 'name'], message: 'This header is there twice.' })
  // What the proxy keeps room for.
  if (headers.reduce((sum, { name, value }) => sum + name.length + value.length + 4, 0) > 8192) context.addIssue({ code: 'custom', path: [], message: 'All headers together have at most 8,000 characters.' })
})
