import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from '@playwright/test'
import { pack } from 'tar-stream'
import { gzipSync } from 'node:zlib'
import { buffer } from 'node:stream/consumers'

export type SiteFiles = Readonly<Record<string, string>>

/** A folder of this name with these files, as a person has it on the desktop. */
export function makeFolder(name: string, files: SiteFiles): string {
  const folder = join(test.info().outputPath('upload'), name)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

/** A .tar.gz of these files, at its top. */
export async function makeArchive(files: SiteFiles): Promise<Buffer> {
  const tar = pack()
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content)
  tar.finalize()
  return gzipSync(await buffer(tar))
}
