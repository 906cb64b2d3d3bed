import { z } from 'zod'
import { Domain, toAsciiDomain } from './domain.ts'
import { Branch, GitUrl } from './git-source.ts'

/** A site's lasting name on the server: the ASCII domain it was first given. Part of unit, container and folder names. */
export const SiteId = z.string().refine((value) => toAsciiDomain(value) === value, 'This is not the id of a site.')
export type SiteId = z.infer<typeof SiteId>

/** A published version: the commit (40 hex digits) of a git site, or `u` + time + random of an upload. Part of folder names. */
export const ReleaseId = z.string().regex(/^([0-9a-f]{40}|u[0-9]{14}-[0-9a-f]{8})$/, 'This is not the id of a version.')
export type ReleaseId = z.infer<typeof ReleaseId>

export const GitSource = z.strictObject({
  kind: z.literal('git'),
  url: GitUrl,
  branch: Branch,
  /** Minutes from the end of one pull to the next. */
  intervalMinutes: z.number().int().min(1).max(1440).default(10),
  /** The version to stay on instead of following the branch, after a roll back. */
  pinned: ReleaseId.optional(),
})
export const UploadSource = z.strictObject({
  kind: z.literal('upload'),
  /** The uploaded version that is served. */
  release: ReleaseId,
})
export const Source = z.discriminatedUnion('kind', [GitSource, UploadSource])
export type Source = z.infer<typeof Source>

export const Site = z.strictObject({
  id: SiteId,
  /** Number of the site's network: fixes its container's address. Unique on the server, 1 to 4095. */
  slot: z.number().int().min(1).max(4095),
  domain: Domain,
  /** Whether `www.` + domain is served too, by a redirect to the domain. */
  www: z.boolean(),
  source: Source,
  /** A paused site answers with a short notice and its container is stopped. */
  paused: z.boolean().default(false),
})
export type Site = z.infer<typeof Site>

/** What the person wants of one server. It lives on the server as `/etc/homeport/spec.json`. */
export const ServerSpec = z.strictObject({
  version: z.literal(1),
  /** Counts up with every applied change, so that two computers notice each other. */
  revision: z.number().int().min(0),
  sites: z.array(Site).max(2000, 'A server takes at most 2,000 sites.').default([]),
}).superRefine((spec, context) => {
  const names = new Map<string, string>()
  for (const [index, site] of spec.sites.entries()) {
    for (const name of siteNames(site)) {
      const other = names.get(name)
      if (other !== undefined) context.addIssue({ code: 'custom', path: ['sites', index, 'domain'], message: `${name} already belongs to the site ${other}.` })
      names.set(name, site.id)
    }
  }
  for (const key of ['id', 'slot'] as const) {
    const seen = new Set(spec.sites.map((site) => site[key]))
    if (seen.size !== spec.sites.length) context.addIssue({ code: 'custom', path: ['sites'], message: `Two sites have the same ${key}.` })
  }
})
export type ServerSpec = z.infer<typeof ServerSpec>

export const emptySpec: ServerSpec = { version: 1, revision: 0, sites: [] }

/** Every host name that leads to a site. */
export function siteNames(site: Pick<Site, 'domain' | 'www'>): string[] {
  return site.www ? [site.domain, `www.${site.domain}`] : [site.domain]
}

/** What the site form gives: a site without what Homeport chooses for it (id, slot). */
export const SiteDraft = z.strictObject({ domain: Domain, www: z.boolean(), source: Source })
export type SiteDraft = z.infer<typeof SiteDraft>
