import { z } from 'zod'

/**
 * What Homeport put on a server: `/var/lib/homeport/owned.json`. A resource is written here before it is made
 * and leaves after it is gone, so nothing outside this list is ever removed, and nothing inside it forgotten.
 * Strict at every level, as the spec is: what a newer version added is never dropped by one that does not know it (decision 0024).
 */
export const Owned = z.strictObject({
  version: z.literal(1),
  /** By resource id (`file//etc/...`, `container/homeport-proxy`, `packages/system`). */
  resources: z.record(z.string(), z.strictObject({
    /** sha256 of the content as applied, where the resource has one: another hash on the server means that it was changed by hand. */
    hash: z.string().optional(),
    /** What undoing needs to know, such as the settings that were there before. */
    before: z.string().optional(),
  })),
})
export type Owned = z.infer<typeof Owned>
export type OwnedResource = Owned['resources'][string]
