import { z } from 'zod'
import { ReleaseId, SiteDraft, SiteId } from './spec.ts'

/** One thing that a person asks to change on a server. An edit turns a spec into the next spec; the plan shows what that means. */
export const Edit = z.discriminatedUnion('kind', [
  /** Install everything, or bring the server back to its spec (finish an interrupted run, undo drift). */
  z.strictObject({ kind: z.literal('set-up') }),
  z.strictObject({ kind: z.literal('add-site'), draft: SiteDraft }),
  z.strictObject({ kind: z.literal('change-site'), siteId: SiteId, draft: SiteDraft }),
  z.strictObject({ kind: z.literal('pause-site'), siteId: SiteId, paused: z.boolean() }),
  /** Serve an earlier version. For a git site it stays pinned there until `release` is null: follow the branch again. */
  z.strictObject({ kind: z.literal('choose-release'), siteId: SiteId, release: ReleaseId.nullable() }),
  z.strictObject({ kind: z.literal('remove-site'), siteId: SiteId, data: z.enum(['archive', 'delete']) }),
  /** Take away everything that Homeport put on the server. */
  z.strictObject({ kind: z.literal('uninstall'), userData: z.enum(['keep', 'delete']) }),
])
export type Edit = z.infer<typeof Edit>

/** Something done once that does not change the spec. */
export const Action = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('restart-site'), siteId: SiteId }),
  /** Stop, remove and start the container from its image: nothing but the mounted data survives. */
  z.strictObject({ kind: z.literal('reset-site'), siteId: SiteId }),
  z.strictObject({ kind: z.literal('pull-site'), siteId: SiteId }),
  z.strictObject({ kind: z.literal('restart-proxy') }),
])
export type Action = z.infer<typeof Action>
