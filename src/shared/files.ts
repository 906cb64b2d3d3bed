import { z } from 'zod'
import type { Site } from './spec.ts'
import { isApp } from './site-source.ts'

/** Limits of Linux: a name, and a whole path. */
const longestNameBytes = 255
const longestPathBytes = 4096
/** Texts up to this size, in bytes, can be edited in the window: with its quotes and line ends escaped, one fits into a message. */
export const longestTextBytes = 400_000
/** A folder with more entries than this shows its first ones, and says so. */
export const mostEntries = 10_000

/** Why this cannot be the name of a file or folder; null where it can. */
export function nameProblem(name: string): string | null {
  if (name === '') return 'A name is needed.'
  if (name === '.' || name === '..') return 'This name means a folder already.'
  if (name.includes('/')) return 'A name has no slash.'
  if (name.includes('\0') || !name.isWellFormed() || name.includes('\u{fffd}')) return 'This name is not text.'
  if (new TextEncoder().encode(name).length > longestNameBytes) return 'This name is too long.'
  return null
}

/** A file or folder below the folder of a site's files: names with `/` between them, '' for that folder itself. Any name that Linux allows and that is text. */
export const FilePath = z.string().superRefine((path, context) => {
  if (path === '') return
  const problem = new TextEncoder().encode(path).length > longestPathBytes ? 'This path is too long.' : path.split('/').map(nameProblem).find((found) => found !== null)
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem ?? '' })
})
export type FilePath = z.infer<typeof FilePath>

/** The folder that a file lies in. */
export function folderOf(path: FilePath): FilePath {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
}

export function nameOf(path: FilePath): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function pathIn(folder: FilePath, name: string): FilePath {
  return folder === '' ? name : `${folder}/${name}`
}

export const FileEntry = z.object({
  name: z.string(),
  /** `other`: a socket, a pipe or a device. */
  kind: z.enum(['file', 'folder', 'link', 'other']),
  sizeBytes: z.number(),
  /** Milliseconds since 1970, to the second. */
  modifiedAt: z.number(),
  /** Permission bits, as of chmod. */
  mode: z.number().int(),
  /** Numbers of its user and group on the server. */
  uid: z.number().int(),
  gid: z.number().int(),
  /** Of a link: where it says it leads, and what it leads to where that lies among the files of the site (null: it leads out, or nowhere). */
  link: z.object({ target: z.string(), to: z.object({ path: FilePath, kind: z.enum(['file', 'folder']) }).nullable() }).optional(),
  /** Its name is not UTF-8: it is shown with replacement characters, and can only be given a name that is text. */
  hasOddName: z.boolean().optional(),
})
export type FileEntry = z.infer<typeof FileEntry>

/** How the files of a site can be used: a repository's pages are only looked at, for the next pull brings its own. */
export type FileAccess = 'data' | 'pages' | 'pages-to-read'

/** Which files of a site a person looks at; null where it has none of its own (another address, a redirect, a notice). */
export function fileAccess(site: Pick<Site, 'source'>): FileAccess | null {
  if (isApp(site.source)) return 'data'
  return site.source.kind === 'upload' ? 'pages' : site.source.kind === 'git' ? 'pages-to-read' : null
}

export const FileListing = z.object({
  /** False where the folder of the site's files is not there (yet): nothing was published, or the container keeps no data. */
  isThere: z.boolean(),
  isWritable: z.boolean(),
  /** In no special order. */
  entries: z.array(FileEntry),
  /** Whether there are more than are listed. */
  isCut: z.boolean(),
})
export type FileListing = z.infer<typeof FileListing>

/** A text as it was read: `version` stands for exactly this content. */
export const FileText = z.object({ text: z.string(), version: z.string() })
export type FileText = z.infer<typeof FileText>

export const TrashId = z.string().regex(/^\d{8}T\d{6}-[0-9a-f]{8}$/, 'This is not in the trash.')
export const TrashEntry = z.object({
  id: TrashId,
  /** Where it was. */
  path: FilePath,
  /** Milliseconds since 1970 of when it was deleted. */
  deletedAt: z.number(),
  kind: z.enum(['file', 'folder', 'link', 'other']),
  /** Of a file. */
  sizeBytes: z.number(),
})
export type TrashEntry = z.infer<typeof TrashEntry>

/** Where the window gets a download, below the address of its own page. */
export const downloadPath = '/download/'

export const FileUploadEvent = z.discriminatedUnion('kind', [
  /** The window may send this many further messages. */
  z.object({ kind: z.literal('credit'), messages: z.number().int() }),
  /** Bytes that are safe on the server. */
  z.object({ kind: z.literal('progress'), sentBytes: z.number() }),
  /** The line was cut, and goes on by itself; or it is back. */
  z.object({ kind: z.literal('line'), state: z.enum(['lost', 'back']) }),
  z.object({ kind: z.literal('stored'), files: z.number().int(), bytes: z.number() }),
])
export type FileUploadEvent = z.infer<typeof FileUploadEvent>

/** What an upload has. */
export const UploadSize = z.object({ bytes: z.number().int().min(0), files: z.number().int().min(0) })
export type UploadSize = z.infer<typeof UploadSize>
