import { createReadStream } from 'node:fs'
import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isClutter, type UploadEntry } from './entry-path.ts'

/** Files of a folder of this computer, in no special order. Links are not followed. */
export async function* readFolder(folder: string, below = ''): AsyncGenerator<UploadEntry> {
  for await (const item of await opendir(join(folder, below))) {
    const path = below === '' ? item.name : `${below}/${item.name}`
    if (isClutter(path)) continue
    if (item.isDirectory()) yield* readFolder(folder, path)
    else if (item.isFile()) yield { path, sizeBytes: (await stat(join(folder, path))).size, content: createReadStream(join(folder, path)) }
  }
}
