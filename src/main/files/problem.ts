import { HomeportError } from '../../shared/errors.ts'
import { SftpError, type Sftp } from '../ssh/sftp.ts'

/** What an answer of the SFTP server means for a person. `what`: the file, as a person knows it. Anything else stays as it is. */
export function problemWith(what: string, error: unknown): unknown {
  if (!(error instanceof SftpError)) return error
  switch (error.status) {
    case 'missing': return missing(what)
    case 'denied': return refused(what, 'The server does not let this user at it.', error.message)
    case 'unsupported': return refused(what, 'The server\'s SFTP server is too old for this.', error.message)
    case 'failure': return refused(what, 'The server said no and not why. Look whether something else uses this name.', error.message)
  }
}

export function missing(what: string): HomeportError {
  return new HomeportError('file-missing', `${shown(what)} is not there (any more).`, { hint: 'Look at the folder again: it may have been moved or deleted meanwhile.' })
}

export function exists(what: string): HomeportError {
  return new HomeportError('file-exists', `${shown(what)} is there already.`, { hint: 'Choose another name, or move the other one away first.' })
}

export function refused(what: string, hint: string, detail?: string): HomeportError {
  return new HomeportError('file-refused', `${shown(what)} cannot be used like this.`, { hint, ...(detail === undefined ? {} : { detail }) })
}

/** SFTP says only that writing failed: the space that is left tells whether that was it. */
export async function writeProblem(sftp: Sftp, what: string, folder: string, error: unknown): Promise<unknown> {
  if (!(error instanceof SftpError) || error.status !== 'failure' || !sftp.isOpen) return problemWith(what, error)
  const free = await sftp.freeBytes(folder)
  if (free > 1024 * 1024) return problemWith(what, error)
  return new HomeportError('disk-full', 'The disk of the server is full.', { hint: 'Make room, for example by emptying the trash, then try again. What was there is unchanged.' })
}

function shown(what: string): string {
  return what === '' ? 'The folder of the files' : JSON.stringify(what.length > 200 ? `${what.slice(0, 200)}…` : what)
}
