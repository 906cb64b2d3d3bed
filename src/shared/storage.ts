import { z } from 'zod'
import { SiteId } from './spec.ts'

/** The file name of what was kept of a removed site. */
export const ArchiveName = z.string().max(300).regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?-\d{8}T\d{6}Z\.tar\.gz$/, 'This is not the name of an archive.')

/** The folder in which mail was kept that waited when the mail server was taken off: when that was. */
export const KeptMailName = z.string().regex(/^\d{8}T\d{6}Z$/, 'This is not the name of a folder with kept mail.')

/** One version of a site, files or a container's image. */
const Version = z.object({ id: z.string(), bytes: z.number(), isServed: z.boolean() })

/** What a site's folder takes. A folder may be there without its site. */
export const SiteStorage = z.object({
  siteId: SiteId,
  /** Versions with files, and where it has containers their images: parts that images share count for each. */
  versions: z.array(Version),
  images: z.array(Version.omit({ isServed: true })),
  /** What its program keeps. */
  dataBytes: z.number(),
  trashBytes: z.number(),
  otherBytes: z.number(),
})
export type SiteStorage = z.infer<typeof SiteStorage>

/** All that is in a site's folder, without images: these are Docker's. */
export function folderBytes({ versions, dataBytes, trashBytes, otherBytes }: SiteStorage): number {
  return versions.reduce((sum, { bytes }) => sum + bytes, dataBytes + trashBytes + otherBytes)
}

export const Archive = z.object({ name: ArchiveName, siteId: SiteId, /** Milliseconds since 1970. */ at: z.number(), bytes: z.number() })
export type Archive = z.infer<typeof Archive>

export const KeptMail = z.object({ name: KeptMailName, /** Milliseconds since 1970. */ at: z.number(), bytes: z.number() })
export type KeptMail = z.infer<typeof KeptMail>

/** What takes the space on the disk of a server. */
export const Storage = z.object({
  disk: z.object({ totalBytes: z.number(), freeBytes: z.number(), /** Null where the disk takes any number of them. */ freeFiles: z.number().nullable() }),
  /** False where something was not counted in time: what is shown is less than what there is. */
  isComplete: z.boolean(),
  sites: z.array(SiteStorage),
  archives: z.array(Archive),
  keptMail: z.array(KeptMail),
  uploadsBytes: z.number(),
  repositoriesBytes: z.number(),
  /** The logs of changes, with the files of each. */
  runsBytes: z.number(),
  journalBytes: z.number(),
  /** What the engines of builds keep, to build faster. */
  buildCacheBytes: z.number(),
  /** What Docker says of itself, whoever it is for: "Images", "Containers", "Local Volumes", "Build Cache". */
  docker: z.array(z.object({ kind: z.string(), bytes: z.number(), unusedBytes: z.number() })),
})
export type Storage = z.infer<typeof Storage>
