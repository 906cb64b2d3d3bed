import { z } from 'zod'

/**
 * What Homeport put on a server: `/var/lib/homeport/owned.json`. A resource is written here before it is made
 * and leaves after it is gone, so nothing outside this list is ever removed, and nothing inside it forgotten.
 */
export const Owned = z.object({
  version: z.literal(1),
  /** By resource id (`file//etc/...`, `container/homeport-proxy`, `packages/system`). */
  resources: z.record(z.string(), z.object({
    /** sha256 of the content as applied, where the resource has one: another hash on the server means that it was changed by hand. */
    hash: z.string().optional(),
    /** What undoing needs to know, such as the settings that were there before. */
    before: z.string().optional(),
  })),
})
export type Owned = z.infer<typeof Owned>
export type OwnedResource = Owned['resources'][string]
