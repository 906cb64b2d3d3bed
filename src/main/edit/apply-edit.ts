import type { Edit } from '../../shared/edit.ts'
import { HomeportError } from '../../shared/errors.ts'
import { ServerSpec, type Site, type SiteDraft } from '../../shared/spec.ts'

/** Whether a site's network can be made with this number. */
export type IsSlotFree = (slot: number) => boolean

/** The spec as it is after an edit, one revision on. Pure. Throws `spec-invalid` or `input-invalid` where the edit does not fit the spec. */
export function applyEdit(spec: ServerSpec, edit: Edit, isSlotFree: IsSlotFree = () => true): ServerSpec {
  const sites = editSites(spec, edit, isSlotFree)
  const isChanged = JSON.stringify(sites) !== JSON.stringify(spec.sites) || spec.revision === 0
  const parsed = ServerSpec.safeParse({ ...spec, sites, revision: isChanged ? spec.revision + 1 : spec.revision })
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new HomeportError('input-invalid', issue?.message ?? 'This does not fit what is on the server.', { hint: 'Choose another domain, or change the site that has it.', fields: { domain: issue?.message ?? '' } })
}

/** What a person calls the edit; the title of its plan and of its run. */
export function editTitle(edit: Edit, spec: ServerSpec): string {
  switch (edit.kind) {
    case 'set-up': return spec.revision === 0 ? 'Set up this server' : 'Bring this server to its wanted state'
    case 'add-site': return `Add ${edit.draft.domain}`
    case 'change-site': return `Change ${edit.siteId}`
    case 'pause-site': return edit.paused ? `Pause ${edit.siteId}` : `Resume ${edit.siteId}`
    case 'choose-release': return edit.release === null ? `Follow the branch of ${edit.siteId} again` : `Serve another version of ${edit.siteId}`
    case 'remove-site': return `Remove ${edit.siteId}`
    case 'uninstall': return 'Take Homeport off this server'
  }
}

function editSites(spec: ServerSpec, edit: Edit, isSlotFree: IsSlotFree): readonly Site[] {
  switch (edit.kind) {
    case 'set-up': return spec.sites
    case 'uninstall': return []
    case 'add-site': return [...spec.sites, newSite(spec, edit.draft, isSlotFree)]
    case 'change-site': return withSite(spec, edit.siteId, (site) => ({ ...site, ...edit.draft }))
    case 'pause-site': return withSite(spec, edit.siteId, (site) => ({ ...site, paused: edit.paused }))
    case 'choose-release': return withSite(spec, edit.siteId, (site) => ({ ...site, source: chooseRelease(site, edit.release) }))
    case 'remove-site': {
      const rest = spec.sites.filter((site) => site.id !== edit.siteId)
      if (rest.length === spec.sites.length) throw noSuchSite(edit.siteId)
      return rest
    }
  }
}

function newSite(spec: ServerSpec, draft: SiteDraft, isSlotFree: IsSlotFree): Site {
  // A site that got another domain keeps its id; a new site with the old domain then needs another id.
  const taken = new Set(spec.sites.map((site) => site.id))
  if (taken.has(draft.domain)) {
    throw new HomeportError('input-invalid', `There is a site named ${draft.domain} on this server already.`, { hint: 'Edit that site instead, or remove it first.', fields: { domain: 'This server already has a site with this name.' } })
  }
  const slots = new Set(spec.sites.map((site) => site.slot))
  let slot = 1
  while (slots.has(slot) || !isSlotFree(slot)) slot++
  return { id: draft.domain, slot, paused: false, ...draft }
}

function chooseRelease(site: Site, release: string | null): Site['source'] {
  if (site.source.kind === 'git') {
    const { pinned: _pinned, ...following } = site.source
    return release === null ? following : { ...following, pinned: release }
  }
  if (release === null) throw new HomeportError('input-invalid', 'Only a site from a git repository can follow a branch.', { hint: 'Choose one of its versions.' })
  return { ...site.source, release }
}

function withSite(spec: ServerSpec, siteId: string, change: (site: Site) => Site): readonly Site[] {
  if (!spec.sites.some((site) => site.id === siteId)) throw noSuchSite(siteId)
  return spec.sites.map((site) => (site.id === siteId ? change(site) : site))
}

function noSuchSite(siteId: string): HomeportError {
  return new HomeportError('input-invalid', `There is no site ${siteId} on this server.`, { hint: 'It may have been removed from another computer. Look at the list of sites again.' })
}
