import { z } from 'zod'
import { Alerts, CertificateChoice, CertificateSettings } from './certificate.ts'
import { Domain } from './domain.ts'
import { AliasName, MailAlias, MailDomain, MailService, mostAliases, WaitingMail } from './mail.ts'
import { SftpKeys } from './sftp.ts'
import { Volume } from './site-folders.ts'
import { ReleaseId, SiteDraft, SiteId } from './spec.ts'
import { ArchiveName, KeptMailName } from './storage.ts'

/** One thing that a person asks to change on a server. An edit turns a spec into the next spec; the plan shows what that means. */
export const Edit = z.discriminatedUnion('kind', [
  /** Install everything, or bring the server back to its spec (finish an interrupted run, undo drift). */
  z.strictObject({ kind: z.literal('set-up') }),
  z.strictObject({ kind: z.literal('add-site'), draft: SiteDraft }),
  z.strictObject({ kind: z.literal('change-site'), siteId: SiteId, draft: SiteDraft }),
  z.strictObject({ kind: z.literal('pause-site'), siteId: SiteId, paused: z.boolean() }),
  /** Serve an earlier version. For a git site it stays pinned there until `release` is null: follow the branch again. */
  z.strictObject({ kind: z.literal('choose-release'), siteId: SiteId, release: ReleaseId.nullable() }),
  /** A copy under another domain, with its settings and a copy of its data. */
  z.strictObject({ kind: z.literal('clone-site'), siteId: SiteId, domain: Domain }),
  z.strictObject({ kind: z.literal('change-site-sftp'), siteId: SiteId, keys: SftpKeys }),
  /** What becomes of a folder in which the image says that it keeps data: it is kept, under the name that it has already, or may be thrown away. */
  z.strictObject({ kind: z.literal('answer-folder'), siteId: SiteId, folder: Volume, answer: z.enum(['keep', 'scratch']) }),
  z.strictObject({ kind: z.literal('remove-site'), siteId: SiteId, data: z.enum(['archive', 'delete']) }),
  z.strictObject({ kind: z.literal('change-site-certificate'), siteId: SiteId, certificate: CertificateChoice, hsts: z.boolean() }),
  z.strictObject({ kind: z.literal('change-certificates'), certificates: CertificateSettings }),
  z.strictObject({ kind: z.literal('change-alerts'), alerts: Alerts }),
  /** Take mail for domains and forward it; or change how. */
  z.strictObject({ kind: z.literal('change-mail'), service: MailService }),
  z.strictObject({ kind: z.literal('add-mail-domain'), domain: MailDomain }),
  /** All of a domain but its aliases. */
  z.strictObject({ kind: z.literal('change-mail-domain'), domain: Domain, catchAll: MailDomain.shape.catchAll, preference: MailDomain.shape.preference, mtaSts: MailDomain.shape.mtaSts, tlsReports: MailDomain.shape.tlsReports }),
  /** `put` replaces aliases of the same name; `isWhole`: all others go; `catchAll` replaces the one that is there, where it is said. */
  z.strictObject({ kind: z.literal('change-mail-aliases'), domain: Domain, put: z.array(MailAlias).max(mostAliases), remove: z.array(AliasName).max(mostAliases), isWhole: z.boolean(), catchAll: MailDomain.shape.catchAll }),
  z.strictObject({ kind: z.literal('remove-mail-domain'), domain: Domain }),
  /** No mail any more. Messages that still wait stay in their folder unless said. */
  z.strictObject({ kind: z.literal('remove-mail'), waiting: WaitingMail.optional() }),
  /** Take away everything that Homeport put on the server. */
  z.strictObject({ kind: z.literal('uninstall'), userData: z.enum(['keep', 'delete']), /** Mail that waits is kept, with the keys, unless said. */ mail: WaitingMail.optional() }),
])
export type Edit = z.infer<typeof Edit>

/** Something done once that does not change the spec. */
export const Action = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('restart-site'), siteId: SiteId }),
  /** Stop, remove and start the container from its image: nothing but the folders that are kept survives, as with a restart. */
  z.strictObject({ kind: z.literal('reset-site'), siteId: SiteId }),
  /** Look for a new version now: in the repository, or in the registry. */
  z.strictObject({ kind: z.literal('pull-site'), siteId: SiteId }),
  /** Start, stop or restart one of Homeport's own units. Not the one that does this. */
  z.strictObject({ kind: z.literal('unit'), unit: z.string().regex(/^homeport-(?!run\.service$)[A-Za-z0-9.-]{1,240}\.(service|timer)$/, 'This is not a unit of Homeport that can be started and stopped.'), verb: z.enum(['start', 'stop', 'restart']) }),
  z.strictObject({ kind: z.literal('restart-proxy') }),
  /** Try now to get or renew the certificate of a site, whatever the server's own timetable says. */
  z.strictObject({ kind: z.literal('renew-certificate'), siteId: SiteId }),
  z.strictObject({ kind: z.literal('test-alert') }),
  /** Unpack what was kept of a removed site into its folder, which must not be there. The archive stays. */
  z.strictObject({ kind: z.literal('restore-archive'), archive: ArchiveName }),
  z.strictObject({ kind: z.literal('delete-archive'), archive: ArchiveName }),
  /** Delete what takes space: all versions of a site but the one that is served; a folder whose site is gone; mail that was kept; what is for the whole server. */
  z.discriminatedUnion('what', [
    z.strictObject({ kind: z.literal('free-space'), what: z.enum(['versions', 'leftover']), siteId: SiteId }),
    z.strictObject({ kind: z.literal('free-space'), what: z.literal('kept-mail'), kept: KeptMailName }),
    z.strictObject({ kind: z.literal('free-space'), what: z.enum(['uploads', 'images', 'build-cache', 'journal', 'runs']) }),
  ]),
])
export type Action = z.infer<typeof Action>
