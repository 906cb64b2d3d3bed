import { z } from 'zod'
import { Domain, toAsciiDomain } from './domain.ts'

/** A secret that was sent to the server and never comes back: the name of its file there. */
export const SecretId = z.string().regex(/^s[0-9a-f]{32}$/, 'This is not the id of a secret.')
export type SecretId = z.infer<typeof SecretId>

/** External account binding (RFC 8555 7.3.4): how some authorities know their customers. */
export const Eab = z.strictObject({ keyId: z.string().trim().regex(/^[\w.~+/=-]{1,200}$/, 'Copy the key id as the authority shows it.'), secret: SecretId })
export type Eab = z.infer<typeof Eab>

const httpsUrl = z.url({ protocol: /^https$/, error: 'Type the whole address, beginning with https://.' }).max(2000)
  .refine((value) => URL.canParse(value) && new URL(value).username === '' && !/[\s"'\\`$]/.test(value), 'This address has characters that an address of an authority does not have.')
/** PEM certificates and nothing else. */
const Bundle = z.string().max(100_000).regex(/^\s*(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/, 'Paste one or more certificates in PEM form, from BEGIN CERTIFICATE to END CERTIFICATE.')

/** Who signs the certificates of a server. */
export const Authority = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('lets-encrypt') }),
  /** For trying out: no limits, and no browser trusts it. */
  z.strictObject({ kind: z.literal('lets-encrypt-staging') }),
  z.strictObject({ kind: z.literal('zerossl'), eab: Eab }),
  /** Any other ACME directory. `bundle`: certificates to trust, for an authority of one's own. */
  z.strictObject({ kind: z.literal('custom'), directory: httpsUrl, bundle: Bundle.optional(), eab: Eab.optional() }),
])
export type Authority = z.infer<typeof Authority>

export const dnsProviders = ['rfc2136', 'cloudflare', 'digitalocean', 'hetzner', 'ovh', 'route53'] as const
export const DnsProvider = z.enum(dnsProviders)
export type DnsProvider = z.infer<typeof DnsProvider>

export const DnsAccountId = z.string().regex(/^d[0-9a-f]{8}$/, 'This is not the id of a DNS account.')
/** Access to where the records of a domain are kept, to prove ownership by a record. */
export const DnsAccount = z.strictObject({ id: DnsAccountId, label: z.string().trim().min(1, 'Give it a name.').max(80), provider: DnsProvider, secret: SecretId })
export type DnsAccount = z.infer<typeof DnsAccount>

const Email = z.email('This is not a mail address.').max(254)

/** How one site comes to its certificate. */
export const CertificateChoice = z.discriminatedUnion('kind', [
  /** Proved over port 80 (HTTP-01). */
  z.strictObject({ kind: z.literal('automatic') }),
  /** Proved by a DNS record (DNS-01); needed for a wildcard. */
  z.strictObject({ kind: z.literal('dns'), account: DnsAccountId, wildcard: z.boolean() }),
  /** Chain and key that the person brought. */
  z.strictObject({ kind: z.literal('own'), secret: SecretId }),
])
export type CertificateChoice = z.infer<typeof CertificateChoice>

export const CertificateSettings = z.strictObject({
  authority: Authority.default({ kind: 'lets-encrypt' }),
  /** For the authority; most need none. */
  email: Email.optional(),
  dnsAccounts: z.array(DnsAccount).max(50).default([]),
})
export type CertificateSettings = z.infer<typeof CertificateSettings>

/** A mail server by which the server sends its alerts. */
export const AlertMail = z.strictObject({
  to: Email,
  from: Email,
  host: z.string().refine((value) => toAsciiDomain(value) === value || /^\d{1,3}(\.\d{1,3}){3}$/.test(value), 'Type the name of the mail server, such as smtp.example.org.'),
  port: z.number().int().min(1).max(65535),
  security: z.enum(['tls', 'starttls', 'none']),
  /** With both, the server logs in. */
  user: z.string().max(200).regex(/^[^\p{Cc}]*$/u, 'A user name has no line breaks.').optional(),
  password: SecretId.optional(),
})
export type AlertMail = z.infer<typeof AlertMail>

export const Alerts = z.strictObject({ /** Its address is a secret: whoever knows it can post. */ webhook: SecretId.nullable().default(null), mail: AlertMail.nullable().default(null) })
export type Alerts = z.infer<typeof Alerts>

/** What a person types and only the server keeps. Values are checked before they are sent. */
export const SecretDraft = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('eab'), hmac: z.string().trim().regex(/^[A-Za-z0-9_+/=-]{16,500}$/, 'Copy the HMAC key as the authority shows it.') }),
  z.strictObject({ kind: z.literal('smtp-password'), password: z.string().min(1, 'Type the password.').max(500).regex(/^[^\p{Cc}]+$/u, 'A password has no line breaks.') }),
  /** The value of a secret environment variable. */
  z.strictObject({ kind: z.literal('variable'), value: z.string().min(1, 'Type the value.').max(20_000).regex(/^[^\0\n\r]*$/, 'A value has no line breaks.') }),
  /** The password by which a site's program logs in to the mail server: made by main, and nobody has to know it. */
  z.strictObject({ kind: z.literal('mail-login') }),
  z.strictObject({ kind: z.literal('webhook'), url: z.url({ protocol: /^https?$/, error: 'Type the whole address of the webhook, beginning with https://.' }).max(2000).transform((url) => new URL(url).href) }),
  /** Fields by the provider; see `dnsFields`. */
  z.strictObject({ kind: z.literal('dns-account'), provider: DnsProvider, fields: z.record(z.string(), z.string().trim().max(500).regex(/^[^\p{Cc}]*$/u, 'This value has no line breaks.')) }),
  /** Checked against `names`: pair, chain, names and validity. */
  z.strictObject({ kind: z.literal('certificate'), chain: z.string().max(200_000), key: z.string().max(50_000), names: z.array(Domain).min(1).max(10) }),
])
export type SecretDraft = z.infer<typeof SecretDraft>

export interface DnsField { readonly name: string; readonly label: string; readonly placeholder: string; readonly isSecret: boolean }
/** What each provider asks for: the keys of the credentials that certbot's plugins read. */
export const dnsFields: Readonly<Record<DnsProvider, readonly DnsField[]>> = {
  rfc2136: [
    { name: 'server', label: 'Address of the name server', placeholder: '192.0.2.53', isSecret: false },
    { name: 'port', label: 'Port', placeholder: '53', isSecret: false },
    { name: 'name', label: 'Name of the TSIG key', placeholder: 'homeport.', isSecret: false },
    { name: 'algorithm', label: 'Algorithm', placeholder: 'HMAC-SHA512', isSecret: false },
    { name: 'secret', label: 'TSIG key', placeholder: '', isSecret: true },
  ],
  cloudflare: [{ name: 'api_token', label: 'API token with "Zone: DNS: Edit"', placeholder: '', isSecret: true }],
  digitalocean: [{ name: 'token', label: 'Personal access token', placeholder: '', isSecret: true }],
  hetzner: [{ name: 'api_token', label: 'API token of the project that has the DNS zone', placeholder: '', isSecret: true }],
  ovh: [
    { name: 'endpoint', label: 'Endpoint', placeholder: 'ovh-eu', isSecret: false },
    { name: 'application_key', label: 'Application key', placeholder: '', isSecret: false },
    { name: 'application_secret', label: 'Application secret', placeholder: '', isSecret: true },
    { name: 'consumer_key', label: 'Consumer key', placeholder: '', isSecret: true },
  ],
  route53: [
    { name: 'aws_access_key_id', label: 'Access key id', placeholder: '', isSecret: false },
    { name: 'aws_secret_access_key', label: 'Secret access key', placeholder: '', isSecret: true },
  ],
}

/** How an attempt came out. The first three are good. What they mean in words is the window's part. */
export const attemptCodes = [
  'issued', 'renewed', 'installed',
  'dns-missing', 'dns-elsewhere', 'unreachable', 'answered-by-other', 'caa', 'dns-error', 'dns-account',
  'rate-limited', 'authority-down', 'authority-refused', 'account-refused', 'clock', 'disk-full', 'own-invalid', 'not-served', 'unknown',
] as const
export const AttemptCode = z.enum(attemptCodes)
export type AttemptCode = z.infer<typeof AttemptCode>

/** One attempt of the server to get a certificate. Times in milliseconds since 1970. */
export const CertificateAttempt = z.object({
  at: z.number(),
  code: AttemptCode,
  /** What the authority, the plugin or the system said; for support. */
  detail: z.string(),
  /** Not before then will it try again; null after a success. */
  retryAt: z.number().nullable(),
})
export type CertificateAttempt = z.infer<typeof CertificateAttempt>
export function isGood(code: AttemptCode): boolean {
  return code === 'issued' || code === 'renewed' || code === 'installed'
}

/** What the server's own timer notes about the certificate of one site. */
export const CertificateCare = z.object({
  kind: z.enum(['automatic', 'dns', 'own']),
  /** Names that the certificate shall cover. */
  names: z.array(z.string()),
  authority: z.string(),
  /** Whether visitors' browsers trust what is served. */
  trusted: z.boolean(),
  /** When the server looks at it again. */
  nextCheckAt: z.number().nullable(),
  /** When a renewal is due, as far as is known. */
  renewAt: z.number().nullable(),
  /** Newest first, at most 20. */
  attempts: z.array(CertificateAttempt),
})
export type CertificateCare = z.infer<typeof CertificateCare>
