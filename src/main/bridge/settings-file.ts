/**
 * Opens the settings file at `path`. A file that is not JSON stops the start, with words for the person:
 * replacing it by an empty one would lose the servers it knows.
 */
export function openSettingsAt<T>(path: string, open: () => T): T {
  try {
    return open()
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new Error(`The settings in ${path} cannot be read (${cause.message}). Move that file to another folder and start Homeport again; your servers keep working, and you can add them again.`, { cause })
  }
}
