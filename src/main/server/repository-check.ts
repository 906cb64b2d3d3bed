import { HomeportError } from '../../shared/errors.ts'
import type { SourceOf } from '../../shared/site-source.ts'
import { knownHosts } from '../render/known-hosts.ts'
import type { Resources } from '../resources.ts'
import type { Session } from '../ssh/session.ts'

const isNotThere = 3
const noGit = 4
const noKey = 5

/** Asks from the server whether a repository and its branch are there, so that a wrong address is told at the form. Throws `input-invalid`. */
export async function checkRepository(session: Session, source: SourceOf<'git' | 'build'>, resources: Resources): Promise<void> {
  const { url, branch, key } = source
  const answer = await session.run({
    name: 'check-repository', script: `${resources.text('lib/git-remote')}\n${resources.text('commands/check-repository.sh')}`,
    args: [url, branch, key?.secret ?? '', key === undefined ? '' : knownHosts(url, key.hostKeys)],
    expectedExitCodes: [0, isNotThere, noGit, noKey], timeoutMs: 40_000,
  })
  // Without git the server is not set up yet; the plan installs it and the first pull tells.
  if (answer.exitCode === 0 || answer.exitCode === noGit) return
  if (answer.exitCode === noKey) throw refused('source.key', 'The deploy key is not on your server any more.', 'Make a new one, and add it at the page of the repository.', '')
  const [part = 'url', message = '', hint = ''] = answer.stdout.toString('utf8').split('\n')
  throw refused(`source.${part}`, message, hint, answer.stderr)
}

function refused(field: string, message: string, hint: string, detail: string): HomeportError {
  return new HomeportError('input-invalid', message, { hint, detail: detail.trim().slice(0, 2000), fields: { [field]: `${message} ${hint}` } })
}
