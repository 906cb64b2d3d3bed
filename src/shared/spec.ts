import { z } from 'zod'
import { Alerts, CertificateChoice, CertificateSettings } from './certificate.ts'
import { Domain, toAsciiDomain } from './domain.ts'
import { mailProblems, MailSettings } from './mail.ts'
import { policyHost } from './mail-policy.ts'
import { SftpKeys } from './sftp.ts'
import { isApp, isMetadata, leadsToProxy, plainHttpProblem, Source, type AppMail } from './site-source.ts'
import { Access, Alias, Limits, ResponseHeaders } from './site-visitors.ts'

export { ReleaseId, Source } from './site-source.ts'

/** A site's lasting name on the server: the ASCII domain it was first given. Part of unit, container and folder names. */
export const SiteId = z.string().refine((value) => toAsciiDomain(value) === value, 'This is not the id of a site.')
export type SiteId = z.infer<typeof SiteId>

/** What the site form gives. */
const drafted = {
  domain: Domain,
  /** Whether its counterpart (with or without `www.`) is served too, by a redirect to the domain. */
  www: z.boolean(),
  source: Source,
  aliases: z.array(Alias).max(50, 'A site takes up to 50 further names.').optional(),
  access: Access.optional(),
  limits: Limits.optional(),
  headers: ResponseHeaders.optional(),
}

export const Site = z.strictObject({
  id: SiteId,
  /** Number of the site's network: fixes its container's address. Unique on the server, 1 to 4063. */
  slot: z.number().int().min(1).max(4063),
  ...drafted,
  /** A paused site answers with a short notice and its container is stopped. */
  paused: z.boolean().default(false),
  certificate: CertificateChoice.default({ kind: 'automatic' }),
  /** Browsers are told to use HTTPS only (RFC 6797), as long as the certificate is trusted. */
  hsts: z.boolean().default(false),
  /** Public keys of people who may reach the site's files, and nothing else, with an SFTP program of their own. */
  sftpKeys: SftpKeys.optional(),
  /** The site that this one is a copy of: its data is copied when this one is made. */
  copyOf: SiteId.optional(),
})
export type Site = z.infer<typeof Site>

/** What the person wants of one server. It lives on the server as `/etc/homeport/spec.json`. */
export const ServerSpec = z.strictObject({
  version: z.literal(1),
  /** Counts up with every applied change, so that two computers notice each other. */
  revision: z.number().int().min(0),
  sites: z.array(Site).max(2000, 'A server takes at most 2,000 sites.').default([]),
  certificates: CertificateSettings.prefault({}),
  alerts: Alerts.prefault({}),
  /** Mail forwarding; left out where the server takes no mail. */
  mail: MailSettings.optional(),
}).superRefine((spec, context) => {
  const names = new Map<string, string>()
  for (const [index, site] of spec.sites.entries()) {
    for (const name of siteNames(site)) {
      const other = names.get(name)
      if (other === site.id) context.addIssue({ code: 'custom', path: ['sites', index, 'aliases'], message: `${name} is there twice.` })
      else if (other !== undefined) context.addIssue({ code: 'custom', path: ['sites', index, 'domain'], message: `${name} already belongs to the site ${other}.` })
      names.set(name, site.id)
    }
    if (site.source.kind === 'address' && leadsToProxy(site.source.url, siteNames(site))) {
      context.addIssue({ code: 'custom', path: ['sites', index, 'source', 'url'], message: `${site.source.url} is where the visitors of ${site.domain} come in: it would lead back to itself.` })
    }
    if (site.source.kind === 'address' && isMetadata(site.source.url)) {
      context.addIssue({ code: 'custom', path: ['sites', index, 'source', 'url'], message: `${site.source.url} is where a provider tells a server its secrets, which no visitor may see. Type the address of the program.` })
    }
  }
  const accounts = new Set(spec.certificates.dnsAccounts.map(({ id }) => id))
  for (const [index, { domain, certificate }] of spec.sites.entries()) {
    if (certificate.kind === 'dns' && !accounts.has(certificate.account)) context.addIssue({ code: 'custom', path: ['sites', index, 'certificate'], message: `${domain} gets its certificate by a DNS account that is not on this server.` })
  }
  const sending = spec.sites.find(({ source }) => mailOf(source) !== undefined)
  if (spec.mail === undefined && sending !== undefined) {
    context.addIssue({ code: 'custom', path: ['mail'], message: `The program of ${sending.domain} sends mail through this server, and the server has no mail then. Switch that off first in the form of ${sending.domain}.` })
  }
  if (spec.mail !== undefined) {
    for (const { path, message } of mailProblems(spec.mail)) context.addIssue({ code: 'custom', path: ['mail', ...path], message })
    // Its certificate would be in the place of that site's.
    const { hostname, domains } = spec.mail
    const isLeftName = (name: string): boolean => spec.sites.some((site) => site.id === name && !siteNames(site).includes(name))
    if (isLeftName(hostname)) context.addIssue({ code: 'custom', path: ['mail', 'hostname'], message: `${hostname} was the name of a site that is still there. Take another name for the mail server.` })
    for (const [index, { domain, mtaSts }] of domains.entries()) {
      if (mtaSts !== undefined && isLeftName(policyHost(domain))) context.addIssue({ code: 'custom', path: ['mail', 'domains', index, 'mtaSts'], message: `${policyHost(domain)} was the name of a site that is still there, and the policy needs this name.` })
    }
  }
  for (const key of ['id', 'slot'] as const) {
    const seen = new Set(spec.sites.map((site) => site[key]))
    if (seen.size !== spec.sites.length) context.addIssue({ code: 'custom', path: ['sites'], message: `Two sites have the same ${key}.` })
  }
})
export type ServerSpec = z.infer<typeof ServerSpec>

export const emptySpec: ServerSpec = { version: 1, revision: 0, sites: [], certificates: { authority: { kind: 'lets-encrypt' }, dnsAccounts: [] }, alerts: { webhook: null, mail: null } }

/** Every host name that leads to a site, its own first. */
export function siteNames(site: Pick<Site, 'domain' | 'www' | 'aliases'>): string[] {
  return [...servedNames(site), ...redirectedNames(site)]
}

/** Names under which a site is served, its own first. */
export function servedNames(site: Pick<Site, 'domain' | 'aliases'>): string[] {
  return [site.domain, ...(site.aliases ?? []).filter(({ redirect }) => !redirect).map(({ domain }) => domain)]
}

/** Names that lead to a site's own domain. */
export function redirectedNames(site: Pick<Site, 'domain' | 'www' | 'aliases'>): string[] {
  return [...(site.www ? [counterpart(site.domain)] : []), ...(site.aliases ?? []).filter(({ redirect }) => redirect).map(({ domain }) => domain)]
}

/** The same domain with `www.`, or without it where it has it. */
export function counterpart(domain: string): string {
  return domain.startsWith('www.') && domain.split('.').length > 2 ? domain.slice(4) : `www.${domain}`
}

/** How a site's program sends mail; undefined where it sends none. */
export function mailOf(source: Source): AppMail | undefined {
  return isApp(source) ? source.app.mail : undefined
}

/** Sites whose programs send mail, with the domains as which they may: those that lead to the site. */
export function mailSenders({ sites }: Pick<ServerSpec, 'sites'>): readonly { readonly site: Site; readonly mail: AppMail; readonly domains: readonly string[] }[] {
  return sites.flatMap((site) => {
    const mail = mailOf(site.source)
    return mail === undefined ? [] : [{ site, mail, domains: siteNames(site) }]
  })
}

/** Name of the certificate that the mail server shows: that of the site that has its name, or one of its own. */
export function mailCertificateId({ sites }: Pick<ServerSpec, 'sites'>, { hostname }: Pick<MailSettings, 'hostname'>): string {
  return sites.find((site) => siteNames(site).includes(hostname))?.id ?? hostname
}

/** Names that a site's certificate covers. */
export function certificateNames(site: Pick<Site, 'domain' | 'www' | 'aliases' | 'certificate'>): string[] {
  const names = siteNames(site)
  if (site.certificate.kind !== 'dns' || !site.certificate.wildcard) return names
  const other = counterpart(site.domain)
  const base = other.length < site.domain.length ? other : site.domain
  return [...new Set([...names.filter((name) => name === base || !name.endsWith(`.${base}`) || name.slice(0, -base.length - 1).includes('.')), base, `*.${base}`])]
}

/** What the site form gives: a site without what Homeport chooses for it (id, slot). */
export const SiteDraft = z.strictObject(drafted).superRefine(({ source }, context) => {
  const problem = plainHttpProblem(source)
  if (problem !== null) context.addIssue({ code: 'custom', path: ['source', problem.field], message: problem.message })
})
export type SiteDraft = z.infer<typeof SiteDraft>
