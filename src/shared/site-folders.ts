/** Folders of a program's container: what is kept of them, and what an image says that it keeps. */
import { z } from 'zod'

/** A folder inside a container. */
export const ContainerPath = z.string().max(300).regex(/^(\/[A-Za-z0-9_.@-]+)+$/, 'The folder inside the container, such as /var/lib/app.').refine((path) => !path.split('/').includes('..') && !/^\/(proc|sys|dev)(\/|$)/.test(path), 'This folder of the container cannot be replaced.')

/** User data: the folder /srv/homeport/<site>/data/<name>, mounted at `path`. */
export const Volume = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'A short name of small letters, digits and hyphens, such as uploads.'),
  path: ContainerPath,
})
export type Volume = z.infer<typeof Volume>

/** The same of a folder that an image says it keeps data in: its path is whatever the image says. */
export const KeptFolder = z.object({ name: z.string(), path: z.string() })
export type KeptFolder = z.infer<typeof KeptFolder>

/** What the settings of a program say of its folders. */
export interface FolderSettings { readonly volumes?: readonly KeptFolder[] | undefined; readonly scratch?: readonly string[] | undefined }

/** Of the folders that an image keeps data in, those that nobody has said anything of: they are kept. */
export function openFolders(app: FolderSettings, declared: readonly KeptFolder[]): KeptFolder[] {
  const answered = new Set([...(app.volumes ?? []).map(({ path }) => path), ...(app.scratch ?? [])])
  return declared.filter(({ path }) => !answered.has(path))
}
