import { HomeportError } from '../../shared/errors.ts'
import type { Source } from '../../shared/spec.ts'
import type { Resources } from '../resources.ts'
import type { Session } from '../ssh/session.ts'

const noSuchBranch = 2
const noGit = 4
const timedOut = 124

/** Asks from the server whether a repository and its branch are there, so that a wrong address is told at the form. Throws `input-invalid`. */
export async function checkRepository(session: Session, source: Extract<Source, { kind: 'git' }>, resources: Resources): Promise<void> {
  const answer = await session.run({
    name: 'check-repository', script: resources.text('commands/check-repository.sh'), args: [source.url, source.branch],
    // git says 128 for nearly everything; what it was stands in its own words.
    expectedExitCodes: [0, 1, noSuchBranch, noGit, timedOut, 128], timeoutMs: 40_000,
  })
  // Without git the server is not set up yet; the plan installs it and the first pull tells.
  if (answer.exitCode === 0 || answer.exitCode === noGit) return
  if (answer.exitCode === noSuchBranch) throw refused('source.branch', `The repository has no branch ${source.branch}.`, 'It is often main or master. Look at the page of the repository.', answer.stderr)
  if (answer.exitCode === timedOut) throw refused('source.url', 'The git server did not answer within 25 seconds.', 'Check the address, and whether the git server can be reached from outside.', answer.stderr)
  throw refused('source.url', 'The repository cannot be read from your server.', 'Check the address, and that the repository is public.', answer.stderr)
}

function refused(field: string, message: string, hint: string, detail: string): HomeportError {
  return new HomeportError('input-invalid', message, { hint, detail: detail.trim().slice(0, 2000), fields: { [field]: message } })
}
