import type { Edit } from '../../shared/edit.ts'
import { HomeportError } from '../../shared/errors.ts'
import { fileAccess } from '../../shared/files.ts'
import type { SftpKey } from '../../shared/sftp.ts'
import { editMail, mailTitle } from './mail.ts'
import type { Volume } from '../../shared/site-folders.ts'
import { hasReleases, isApp, plainHttpProblem } from '../../shared/site-source.ts'
import { ServerSpec, type Site, type SiteDraft } from '../../shared/spec.ts'

/** Whether a site's network can be made with this number. */
export type IsSlotFree = (slot: number) => boolean

/** The spec as it is after an edit, one revision on. Pure. Throws `spec-invalid` or `input-invalid` where the edit does not fit the spec. */
export function applyEdit(spec: ServerSpec, edit: Edit, isSlotFree: IsSlotFree = () => true): ServerSpec {
  const sites = editSites(spec, edit, isSlotFree)
  const next = {
    ...spec, sites,
    ...(edit.kind === 'change-certificates' ? { certificates: edit.certificates } : {}),
    ...(edit.kind === 'change-alerts' ? { alerts: edit.alerts } : {}),
    mail: editMail(spec.mail, edit),
  }
  const isChanged = JSON.stringify(next) !== JSON.stringify(spec) || spec.revision === 0
  const parsed = ServerSpec.safeParse({ ...next, revision: isChanged ? spec.revision + 1 : spec.revision })
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const message = issue?.message ?? 'This does not fit what is on the server.'
  if (issue?.path[0] === 'mail') throw new HomeportError('input-invalid', message, { hint: 'Nothing was changed.', fields: { [String(issue.path.at(-1))]: message } })
  if (issue?.path.includes('certificate') === true) throw new HomeportError('input-invalid', message, { hint: 'Choose another way for that site first.' })
  const field = issue?.path.slice(2).join('.') || 'domain'
  const hint = field.startsWith('source') ? 'Type where the other program or server listens, with its own port.' : 'Choose another domain, or change the site that has it.'
  throw new HomeportError('input-invalid', message, { hint, fields: { [field]: message } })
}

/** What a person calls the edit; the title of its plan and of its run. */
export function editTitle(edit: Edit, spec: ServerSpec): string {
  switch (edit.kind) {
    case 'set-up': return spec.revision === 0 ? 'Set up this server' : 'Bring this server to its wanted state'
    case 'add-site': return `Add ${edit.draft.domain}`
    case 'change-site': return `Change ${edit.siteId}`
    case 'pause-site': return edit.paused ? `Pause ${edit.siteId}` : `Resume ${edit.siteId}`
    case 'choose-release': return edit.release === null ? `Follow the branch of ${edit.siteId} again` : `Serve another version of ${edit.siteId}`
    case 'clone-site': return `Copy ${edit.siteId} to ${edit.domain}`
    case 'change-site-sftp': return edit.keys.length === 0 ? `Close SFTP to ${edit.siteId}` : `Change who reaches ${edit.siteId} by SFTP`
    case 'answer-folder': return edit.answer === 'keep' ? `Keep ${edit.folder.path} of ${edit.siteId}` : `Let ${edit.folder.path} of ${edit.siteId} be thrown away`
    case 'remove-site': return `Remove ${edit.siteId}`
    case 'change-site-certificate': return `Change the certificate of ${edit.siteId}`
    case 'change-certificates': return 'Change how certificates are got'
    case 'change-alerts': return 'Change where alerts go'
    case 'change-mail':
    case 'add-mail-domain':
    case 'change-mail-domain':
    case 'change-mail-aliases':
    case 'remove-mail-domain':
    case 'remove-mail': return mailTitle(edit, spec.mail)
    case 'uninstall': return 'Take Homeport off this server'
  }
}

function editSites(spec: ServerSpec, edit: Edit, isSlotFree: IsSlotFree): readonly Site[] {
  switch (edit.kind) {
    case 'set-up':
    case 'change-certificates':
    case 'change-alerts':
    case 'change-mail':
    case 'add-mail-domain':
    case 'change-mail-domain':
    case 'change-mail-aliases':
    case 'remove-mail-domain':
    case 'remove-mail': return spec.sites
    case 'change-site-certificate': return withSite(spec, edit.siteId, (site) => ({ ...site, certificate: edit.certificate, hsts: edit.hsts }))
    case 'uninstall': return []
    case 'add-site': return [...spec.sites, newSite(spec, edit.draft, isSlotFree)]
    case 'change-site':
      refusePlainHttp(edit.draft.source)
      return withSite(spec, edit.siteId, ({ aliases: _aliases, access: _access, limits: _limits, headers: _headers, ...site }) => ({ ...site, ...edit.draft }))
    case 'clone-site': return [...spec.sites, cloneOf(spec, edit.siteId, edit.domain, isSlotFree)]
    case 'change-site-sftp': return withSite(spec, edit.siteId, (site) => withSftpKeys(site, edit.keys))
    case 'pause-site': return withSite(spec, edit.siteId, (site) => ({ ...site, paused: edit.paused }))
    case 'choose-release': return withSite(spec, edit.siteId, (site) => ({ ...site, source: chooseRelease(site, edit.release) }))
    case 'answer-folder': return withSite(spec, edit.siteId, (site) => ({ ...site, source: answerFolder(site, edit.folder, edit.answer) }))
    case 'remove-site': {
      const rest = spec.sites.filter((site) => site.id !== edit.siteId)
      if (rest.length === spec.sites.length) throw noSuchSite(edit.siteId)
      return rest
    }
  }
}

/** The form refuses it, too; a copy of a site from before does not come by the form. */
function refusePlainHttp(source: Site['source']): void {
  const problem = plainHttpProblem(source)
  if (problem === null) return
  throw new HomeportError('input-invalid', 'The files of this site would come over http://, where anybody on the way can change them.', { hint: problem.message, fields: { [`source.${problem.field}`]: problem.message } })
}

function newSite(spec: ServerSpec, draft: SiteDraft, isSlotFree: IsSlotFree): Site {
  refusePlainHttp(draft.source)
  // A site that got another domain keeps its id; a new site with the old domain then needs another id.
  const taken = new Set(spec.sites.map((site) => site.id))
  if (taken.has(draft.domain)) {
    throw new HomeportError('input-invalid', `There is a site named ${draft.domain} on this server already.`, { hint: 'Edit that site instead, or remove it first.', fields: { domain: 'This server already has a site with this name.' } })
  }
  const slots = new Set(spec.sites.map((site) => site.slot))
  let slot = 1
  while (slots.has(slot) || !isSlotFree(slot)) slot++
  return { id: draft.domain, slot, paused: false, certificate: { kind: 'automatic' }, hsts: false, ...draft }
}

/** The same site under another domain. What belongs to its names or to its people stays with the first. */
function cloneOf(spec: ServerSpec, siteId: string, domain: string, isSlotFree: IsSlotFree): Site {
  const site = spec.sites.find(({ id }) => id === siteId)
  if (site === undefined) throw noSuchSite(siteId)
  const { source, access, limits, headers } = site
  const draft = { domain, www: false, source: withoutMail(source), ...(access === undefined ? {} : { access }), ...(limits === undefined ? {} : { limits }), ...(headers === undefined ? {} : { headers }) }
  return { ...newSite(spec, draft, isSlotFree), copyOf: siteId }
}

/** A copy that is tried out must not write to people: it sends mail once somebody lets it. */
function withoutMail(source: Site['source']): Site['source'] {
  if (!isApp(source)) return source
  const { mail: _mail, ...app } = source.app
  return { ...source, app }
}

function chooseRelease(site: Site, release: string | null): Site['source'] {
  const { source } = site
  if (!hasReleases(source)) throw new HomeportError('input-invalid', `${site.domain} has no versions.`, { hint: 'Only sites with files or a container have versions.' })
  if (source.kind !== 'upload') {
    const { pinned: _pinned, ...following } = source
    return release === null ? following : { ...following, pinned: release }
  }
  if (release === null) throw new HomeportError('input-invalid', 'Only a site from a git repository can follow a branch.', { hint: 'Choose one of its versions.' })
  return { ...source, release }
}

/** Kept under the name that it has already, so no data moves. */
function answerFolder({ domain, source }: Site, folder: Volume, answer: 'keep' | 'scratch'): Site['source'] {
  if (!isApp(source)) throw new HomeportError('input-invalid', `${domain} has no container.`, { hint: 'Only sites with a container have folders that its image keeps data in.' })
  const volumes = (source.app.volumes ?? []).filter(({ path }) => path !== folder.path)
  const scratch = (source.app.scratch ?? []).filter((path) => path !== folder.path)
  return { ...source, app: { ...source.app, volumes: answer === 'keep' ? [...volumes, folder] : volumes, scratch: answer === 'keep' ? scratch : [...scratch, folder.path] } }
}

function withSftpKeys({ sftpKeys: _before, ...site }: Site, keys: readonly SftpKey[]): Site {
  if (keys.length === 0) return site
  if (fileAccess(site) === null) throw new HomeportError('input-invalid', `${site.domain} has no files.`, { hint: 'Only sites with files or a container have some that can be reached by SFTP.' })
  return { ...site, sftpKeys: [...keys] }
}

function withSite(spec: ServerSpec, siteId: string, change: (site: Site) => Site): readonly Site[] {
  if (!spec.sites.some((site) => site.id === siteId)) throw noSuchSite(siteId)
  return spec.sites.map((site) => (site.id === siteId ? change(site) : site))
}

function noSuchSite(siteId: string): HomeportError {
  return new HomeportError('input-invalid', `There is no site ${siteId} on this server.`, { hint: 'It may have been removed from another computer. Look at the list of sites again.' })
}
