import { HomeportError } from '../../shared/errors.ts'

/** One file of an upload. `content` gives exactly `sizeBytes` bytes. */
export interface UploadEntry { readonly path: string; readonly sizeBytes: number; readonly content: AsyncIterable<Uint8Array> }

/** Left behind by operating systems and tools; never part of a site. */
const clutter = new Set(['.git', '.svn', '.hg', '.DS_Store', 'Thumbs.db', 'desktop.ini', '__MACOSX'])

/** Whether a path is clutter, or lies in a folder that is. */
export function isClutter(path: string): boolean {
  return path.split('/').some((part) => clutter.has(part))
}

/**
 * The path of an uploaded file, if it is one that can only end below the site's folder. Throws `upload-invalid`.
 * Limits are those of Linux file systems: 255 bytes for a name; 1024 bytes for the whole, far below PATH_MAX.
 */
export function checkEntryPath(path: string): string {
  const parts = path.split('/')
  const problem =
    path === '' ? 'a file without a name'
      : /\p{Cc}/u.test(path) ? 'a file name with a control character'
        : path.includes('\\') ? 'a file name with a backslash'
          : parts.includes('..') || parts.includes('.') || parts.includes('') ? 'a path that leads out of its folder'
            : !path.isWellFormed() ? 'a file name that is not text'
              : Buffer.byteLength(path) > 1024 || parts.some((part) => Buffer.byteLength(part) > 255) ? 'a file name that is too long'
                : null
  if (problem === null) return path
  throw new HomeportError('upload-invalid', `The upload holds ${problem}: ${JSON.stringify(path.slice(0, 120))}.`, { hint: 'Rename or remove that file, then send the folder again. Nothing has changed on the server.' })
}
