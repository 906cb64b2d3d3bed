import { z } from 'zod'
import { Domain } from '../../shared/domain.ts'
import { Branch, GitUrl } from '../../shared/git-source.ts'
import { ReleaseId, type Site, type SiteDraft } from '../../shared/spec.ts'

/** What the form holds: both sources side by side, so that switching loses nothing that was typed. */
export interface SiteFormValues {
  domain: string
  www: boolean
  source: 'upload' | 'git'
  release: string
  url: string
  branch: string
  intervalMinutes: number
}

const common = { domain: Domain, www: z.boolean() }
const anything = { release: z.string(), url: z.string(), branch: z.string(), intervalMinutes: z.unknown() }

/** Only the chosen source has to be right. */
export const SiteFormSchema = z.discriminatedUnion('source', [
  z.object({ ...common, ...anything, source: z.literal('upload'), release: ReleaseId.or(z.literal('')).refine((value) => value !== '', 'Choose a folder or an archive, and wait until it is sent.') }),
  z.object({ ...common, ...anything, source: z.literal('git'), url: GitUrl, branch: Branch, intervalMinutes: z.number({ error: 'Type a number of minutes from 1 to 1440.' }).int().min(1, 'At least 1 minute.').max(1440, 'At most 1440 minutes, which is a day.') }),
])

export const newSiteValues: SiteFormValues = { domain: '', www: false, source: 'upload', release: '', url: '', branch: 'main', intervalMinutes: 10 }

export function valuesOfSite(site: Site): SiteFormValues {
  const { source } = site
  return {
    ...newSiteValues, domain: site.domain, www: site.www, source: source.kind,
    ...(source.kind === 'git' ? { url: source.url, branch: source.branch, intervalMinutes: source.intervalMinutes } : { release: source.release }),
  }
}

/** The draft that a filled-in form means. A git site stays on its pinned version as long as repository and branch stay the same. */
export function draftOf(values: SiteFormValues, before?: Site): SiteDraft {
  const common = { domain: values.domain, www: values.www }
  if (values.source === 'upload') return { ...common, source: { kind: 'upload', release: values.release } }
  const old = before?.source
  const pinned = old?.kind === 'git' && old.url === values.url && old.branch === values.branch ? old.pinned : undefined
  return { ...common, source: { kind: 'git', url: values.url, branch: values.branch, intervalMinutes: values.intervalMinutes, ...(pinned === undefined ? {} : { pinned }) } }
}
