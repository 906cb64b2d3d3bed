import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Opens the settings file at `path`. A file that is not JSON stops the start, with words for the person:
 * replacing it by an empty one would lose the servers it knows. File and folder are for this user alone.
 */
export function openSettingsAt<T>(path: string, open: () => T): T {
  makePrivate(path)
  try {
    return open()
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new Error(`The settings in ${path} cannot be read (${cause.message}). Move that file to another folder and start Homeport again; your servers keep working, and you can add them again.`, { cause })
  }
}

/** An older folder or file with wider rights is narrowed. */
function makePrivate(path: string): void {
  const folder = dirname(path)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  if (existsSync(path)) chmodSync(path, 0o600)
}
