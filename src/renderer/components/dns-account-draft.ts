import { z } from 'zod'
import { DnsAccount, dnsFields, type DnsProvider, SecretDraft } from '../../shared/certificate.ts'

export const providerNames: Record<DnsProvider, string> = { cloudflare: 'Cloudflare', digitalocean: 'DigitalOcean', hetzner: 'Hetzner', ovh: 'OVHcloud', rfc2136: 'A name server of my own (RFC 2136)', route53: 'Amazon Route 53' }

/** Fields of all providers side by side, by their name. */
export interface DnsAccountValues { label: string; provider: DnsProvider; fields: Record<string, string> }

/** What most people would type there themselves. */
const usual = new Set(['port', 'algorithm', 'endpoint'])

export function dnsAccountValues(account?: DnsAccount): DnsAccountValues {
  const fields = Object.values(dnsFields).flat().map(({ name, placeholder }) => [name, usual.has(name) ? placeholder : ''])
  return { label: account?.label ?? '', provider: account?.provider ?? 'cloudflare', fields: Object.fromEntries(fields) as Record<string, string> }
}

/** Only what the chosen provider asks for. */
export function dnsSecret({ provider, fields }: DnsAccountValues): SecretDraft {
  return { kind: 'dns-account', provider, fields: Object.fromEntries(dnsFields[provider].map(({ name }) => [name, (fields[name] ?? '').trim()])) }
}

export const DnsAccountSchema = z.custom<DnsAccountValues>().superRefine((values, context) => {
  const say = (path: string[], message: string | undefined) => { if (message !== undefined) context.addIssue({ code: 'custom', path, message }) }
  say(['label'], DnsAccount.shape.label.safeParse(values.label).error?.issues[0]?.message)
  for (const { name, label } of dnsFields[values.provider]) if ((values.fields[name] ?? '').trim() === '') say(['fields', name], `Type this: ${label}.`)
  for (const issue of SecretDraft.safeParse(dnsSecret(values)).error?.issues ?? []) say(issue.path.map(String), issue.message)
})

/** An id that no other account of the server has. */
export function newDnsAccountId(taken: readonly string[]): string {
  for (;;) {
    const id = `d${[...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
    if (!taken.includes(id)) return id
  }
}
